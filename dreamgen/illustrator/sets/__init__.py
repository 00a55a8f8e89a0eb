"""The places: what each looks like (data/sets.toml places what the generators draw) and its floor plan."""

from dreamgen.illustrator.sets.stage_map import STAGE, StageMap, set_names, stage_of

__all__ = ["STAGE", "StageMap", "set_names", "stage_of"]
