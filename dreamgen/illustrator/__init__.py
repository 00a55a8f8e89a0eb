"""The embedded artist: a staged shot becomes frames, each with the exact truth of every pixel."""

from dreamgen.illustrator.lettering import caption
from dreamgen.illustrator.picture import Frame, Picture
from dreamgen.illustrator.portrait import portrait
from dreamgen.illustrator.sets import STAGE, StageMap, set_names, stage_of

__all__ = ["STAGE", "Frame", "Picture", "StageMap", "caption", "portrait", "set_names", "stage_of"]
