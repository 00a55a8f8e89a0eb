"""The painters: one geometry, drawn in different hands."""

from dreamgen.illustrator.painters.inking import Inked, wobbled
from dreamgen.illustrator.painters.painter import Painter, painter_for, painter_names, painter_of

__all__ = ["Inked", "Painter", "painter_for", "painter_names", "painter_of", "wobbled"]
