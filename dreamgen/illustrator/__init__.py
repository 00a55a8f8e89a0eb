"""The embedded artist: a staged shot becomes frames, each with the exact truth of every pixel."""

from dreamgen.illustrator.catalogue import Catalogue, catalogue
from dreamgen.illustrator.controls import Control, control_image, drawn_size, fitted
from dreamgen.illustrator.lettering import caption, read_caption, title_card
from dreamgen.illustrator.measure import figure_size
from dreamgen.illustrator.picture import OCCLUDER, Frame, Picture
from dreamgen.illustrator.portrait import portrait
from dreamgen.illustrator.sets import STAGE, StageMap, set_names, stage_of

__all__ = [
    "OCCLUDER",
    "STAGE",
    "Catalogue",
    "Control",
    "Frame",
    "Picture",
    "StageMap",
    "caption",
    "catalogue",
    "control_image",
    "drawn_size",
    "figure_size",
    "fitted",
    "portrait",
    "read_caption",
    "set_names",
    "stage_of",
    "title_card",
]
