"""Poses: angles that swing, read from data/poses.toml."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from dreamgen.core.vocabulary import Pose
from dreamgen.errors import unknown_name
from dreamgen.illustrator.figures.actor import Vector
from dreamgen.illustrator.figures.tables import table

Hand = Literal["mitten", "open", "point"]
Side = Literal["near", "far"]

_CHANNELS = (
    "lean", "tilt", "turn", "hop", "near_arm", "near_elbow", "far_arm", "far_elbow", "near_leg", "near_knee",
    "far_leg", "far_knee", "near_foot", "far_foot",
)  # fmt: skip

Swing = tuple[float, float, float, float]
"""Rest, amplitude, cycles a second, phase."""


@dataclass(frozen=True, slots=True)
class Gait:
    """How feet move over the ground; lengths are shares of the leg."""

    duty: float
    stride: float
    height: float
    bob: float
    lift: float
    cadence: float


@dataclass(frozen=True, slots=True)
class PoseSheet:
    """One pose; data/poses.toml says what the fields mean."""

    channels: tuple[tuple[str, Swing], ...]
    gait: Gait | None
    breath: float
    eyes: float | None
    gaze: Vector
    near_hand: Hand
    far_hand: Hand
    carry: Side
    near_reach: Vector | None
    far_reach: Vector | None
    far_front: bool
    anchor: Literal["hip", "feet", "middle"]

    def angles(self, t: float) -> dict[str, float]:
        """Every channel at `t` (seconds; strides, in a gait), in degrees."""
        return {
            name: rest + swing * math.sin(2 * math.pi * frequency * t + phase) if swing else rest
            for name, (rest, swing, frequency, phase) in self.channels
        }


@cache
def pose_sheet(pose: Pose) -> PoseSheet:
    """The sheet of a pose.

    Raises:
        UsageError: when there is none.
    """
    sheets = table("poses")
    if pose not in sheets:
        raise unknown_name("pose", pose, sheets)
    data = sheets[pose]
    return PoseSheet(
        channels=tuple((name, _swing(data.get(name, [0.0]))) for name in _CHANNELS),
        gait=Gait(**data["gait"]) if "gait" in data else None,
        breath=data.get("breath", 0.0),
        eyes=data.get("eyes"),
        gaze=_vector(data.get("gaze", [0.0, 0.0])) or (0.0, 0.0),
        near_hand=data.get("near_hand", "mitten"),
        far_hand=data.get("far_hand", "mitten"),
        carry=data.get("carry", "near"),
        near_reach=_vector(data.get("near_reach")),
        far_reach=_vector(data.get("far_reach")),
        far_front=data.get("far_front", False),
        anchor=data.get("anchor", "hip"),
    )


def _swing(values: list[float]) -> Swing:
    return cast(Swing, tuple([*values, 0.0, 0.0, 0.0][:4]))


def _vector(values: Any) -> Vector | None:
    return None if values is None else (float(values[0]), float(values[1]))
