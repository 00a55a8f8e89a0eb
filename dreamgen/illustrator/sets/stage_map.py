"""What whoever plans a shot must know of a set: where its ground is, how large things look on it, where one can sit."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from dreamgen.core.base import Record
from dreamgen.errors import unknown_name

STAGE = (1024.0, 576.0)
"""Width and height of the stage in stage points."""

_SHRINK = 1.44  # share by which a thing shrinks for a whole stage height that its feet move up


class StageMap(Record):
    """One set as a floor plan. All lengths are stage fractions."""

    name: str
    """forest, street, room, harbour."""
    near_ground: float
    """Where feet stand at depth 0, in front."""
    far_ground: float
    """Where feet stand at depth 1, at the back."""
    horizon: float
    """The height of the horizon, or where the wall meets the floor."""
    indoor: bool = False
    """Whether walls keep sun and weather out."""
    walkable: tuple[float, float] = (0.06, 0.94)
    """The left and right end of the free ground."""
    seats: tuple[tuple[float, float], ...] = ()
    """Where the feet of somebody go who sits on the furniture: (x, y)."""

    def ground_at(self, depth: float) -> float:
        """How low feet stand at a depth of 0 (near) to 1 (far)."""
        return self.near_ground + (self.far_ground - self.near_ground) * depth

    def depth_at(self, ground: float) -> float:
        """The depth (0-1) at which feet stand so low."""
        share = (ground - self.near_ground) / (self.far_ground - self.near_ground)
        return min(1.0, max(0.0, share))

    def scale_at(self, depth: float) -> float:
        """How large a thing looks at a depth; 1 at depth 0.5, where `figure_size` measures."""
        return 1.0 + _SHRINK * (self.ground_at(depth) - self.ground_at(0.5))


@lru_cache(maxsize=1)
def set_data() -> dict[str, Any]:
    """The sets' data file: stage map, layers and lamps of each."""
    text = resources.files("dreamgen.illustrator").joinpath("data/sets.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def set_names() -> tuple[str, ...]:
    """All sets, in the order of the data file."""
    return tuple(set_data())


def stage_of(set_name: str) -> StageMap:
    """The stage map of a set.

    Raises:
        UsageError: when there is no such set; lists those there are.
    """
    entry = set_data().get(set_name)
    if entry is None:
        raise unknown_name("set", set_name, set_names())
    return _stage_of(set_name)


@lru_cache(maxsize=64)
def _stage_of(set_name: str) -> StageMap:
    plan = {key: value for key, value in set_data()[set_name].items() if key in StageMap.model_fields}
    return StageMap(name=set_name, **plan)
