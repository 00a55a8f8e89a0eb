"""Where everything stands: planned in the shot before anything is drawn.

The stage is the whole set as a wide shot shows it. Stage fractions run from (0, 0) at its top left to
(1, 1) at its bottom right and may leave that range, since sets go on past the sides. Frame fractions do
the same for one picture. `Layout.frame_box` turns the first into the second.
"""

from __future__ import annotations

import math

from pydantic import Field, model_validator

from dreamgen.core.base import Record
from dreamgen.core.vocabulary import CameraMotion, Facing, Feeling, Framing, Pose


class Box(Record):
    """An upright rectangle."""

    x0: float
    """Left edge, as a fraction."""
    y0: float
    """Top edge, as a fraction."""
    x1: float
    """Right edge, as a fraction."""
    y1: float
    """Bottom edge, as a fraction."""

    @model_validator(mode="after")
    def _ordered(self) -> Box:
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise ValueError(f"a box needs x0 < x1 and y0 < y1, not {self.x0, self.y0, self.x1, self.y1}")
        return self

    @property
    def width(self) -> float:
        """Width, as a fraction."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height, as a fraction."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def towards(self, other: Box, u: float) -> Box:
        """The box a share `u` (0-1) of the way from this one to `other`."""
        return Box(
            x0=self.x0 + (other.x0 - self.x0) * u,
            y0=self.y0 + (other.y0 - self.y0) * u,
            x1=self.x1 + (other.x1 - self.x1) * u,
            y1=self.y1 + (other.y1 - self.y1) * u,
        )

    def iou(self, other: Box) -> float:
        """Intersection over union, 0-1."""
        wide = min(self.x1, other.x1) - max(self.x0, other.x0)
        high = min(self.y1, other.y1) - max(self.y0, other.y0)
        if wide <= 0 or high <= 0:
            return 0.0
        both = wide * high
        return both / (self.width * self.height + other.width * other.height - both)


WHOLE = Box(x0=0.0, y0=0.0, x1=1.0, y1=1.0)


class Camera(Record):
    """One take: which part of the stage the picture shows at its first and at its last frame."""

    framing: Framing = "wide"
    """How much of the subject is seen: wide (the whole set), full (head to foot), medium (waist up), close (face)."""
    move: CameraMotion = "static"
    """What the camera does during the shot."""
    start: Box = WHOLE
    """The window at the first frame, in stage fractions."""
    end: Box = WHOLE
    """The window at the last frame, in stage fractions."""

    def window(self, u: float) -> Box:
        """The window a share `u` (0-1) into the shot: the centre eases, the scale is geometric.

        The scale is interpolated as a ratio so that a zoom looks even (a linear one rushes at its end).
        """
        eased = 0.5 * u + 0.5 * u * u * (3 - 2 * u)
        (ax, ay), (bx, by) = self.start.centre, self.end.centre
        width = self.start.width * math.pow(self.end.width / self.start.width, eased)
        height = self.start.height * math.pow(self.end.height / self.start.height, eased)
        x, y = ax + (bx - ax) * eased, ay + (by - ay) * eased
        return Box(x0=x - width / 2, y0=y - height / 2, x1=x + width / 2, y1=y + height / 2)

    def over_still(self, u: float) -> Box:
        """What is seen a share `u` (0-1) into the shot of a still that stands for all that the camera passes over.

        In fractions of the still; pans and zooms keep their direction, and their size in relation to the picture.
        """
        start, end, now = self.start, self.end, self.window(u)
        left, top = min(start.x0, end.x0), min(start.y0, end.y0)
        wide, high = max(start.x1, end.x1) - left, max(start.y1, end.y1) - top
        # one scale for both directions, so that nothing is stretched, and what is too much on both sides
        scale = max(wide / start.width, high / start.height)
        all_wide, all_high = start.width * scale, start.height * scale
        left, top = left - (all_wide - wide) / 2, top - (all_high - high) / 2
        return Box(
            x0=(now.x0 - left) / all_wide,
            y0=(now.y0 - top) / all_high,
            x1=(now.x1 - left) / all_wide,
            y1=(now.y1 - top) / all_high,
        )


class Placement(Record):
    """One character or standing prop on the stage."""

    who: str
    """The id of a character or a prop."""
    box: Box
    """Where the body stands at the first frame, in stage fractions; the bottom edge is the ground under its feet."""
    end_box: Box | None = None
    """Where it stands at the last frame, in stage fractions, when it moves; it goes there at an even speed."""
    depth: float = Field(default=0.5, ge=0.0, le=1.0)
    """0 is nearest to the camera, 1 is farthest; nearer bodies are drawn over farther ones."""
    facing: Facing = "right"
    """Which way the body looks."""
    pose: Pose = "stand"
    """What the body does."""
    expression: Feeling = "neutral"
    """What the face shows."""
    holds: str | None = None
    """The id of the prop in its hand."""
    partner: str | None = None
    """The id of the character that a hug joins it with."""

    def at(self, u: float) -> Box:
        """The box a share `u` (0-1) into the shot, in stage fractions."""
        return self.box if self.end_box is None else self.box.towards(self.end_box, u)


class Layout(Record):
    """Everybody's place in one shot."""

    placements: tuple[Placement, ...] = ()
    """Characters and standing props, in no special order."""

    def of(self, who: str) -> Placement | None:
        """The placement of `who`, or None when it is not in the shot."""
        return next((placement for placement in self.placements if placement.who == who), None)

    def frame_box(self, who: str, camera: Camera, u: float) -> Box | None:
        """The box of `who` a share `u` (0-1) into the shot, in frame fractions; None when not in the shot."""
        placement = self.of(who)
        if placement is None:
            return None
        body, window = placement.at(u), camera.window(u)
        return Box(
            x0=(body.x0 - window.x0) / window.width,
            y0=(body.y0 - window.y0) / window.height,
            x1=(body.x1 - window.x0) / window.width,
            y1=(body.y1 - window.y0) / window.height,
        )
