"""Walking and running feet: planted while they carry the body, so they do not slide."""

from __future__ import annotations

import math

from dreamgen.illustrator.figures.actor import Vector
from dreamgen.illustrator.figures.poses import Gait

_TOE = 2.56  # from the ankle to the tip of the foot, in half widths of a limb
_HEEL = 1.125  # from the heel to the ankle, in the same
_TOE_OFF = math.radians(38)
_HEEL_STRIKE = math.radians(20)


def strides(gait: Gait, leg: float, speed: float, t: float) -> float:
    """How many strides are done at `t`.

    Args:
        gait: of the pose.
        leg: its length in figure units.
        speed: figure units a second; 0 walks on the spot.
        t: seconds.
    """
    if speed == 0.0:
        return gait.cadence * t
    return t * speed * gait.duty / (2 * reach_of(gait, leg, speed))


def reach_of(gait: Gait, leg: float, speed: float) -> float:
    """How far a foot reaches before the hip: slow people make short steps."""
    usual = gait.cadence * 2 * gait.stride * leg / gait.duty
    share = 1.0 if speed == 0.0 else min(1.0, max(0.5, math.sqrt(abs(speed) / usual)))
    return gait.stride * leg * share


def hip_height(gait: Gait, leg: float, done: float) -> float:
    """Height of the hip over the ankle of a flat foot."""
    return leg * (gait.height + gait.bob * math.cos(4 * math.pi * (done - gait.duty / 2)))


def step(gait: Gait, leg: float, limb: float, reach: float, done: float) -> tuple[Vector, float]:
    """Where the ankle is from under the hip, up positive, and the pitch of the foot in radians, toes up positive."""
    u = done % 1.0
    if u < gait.duty:
        return _planted(reach, limb, u / gait.duty)
    s = (u - gait.duty) / (1 - gait.duty)
    (x0, y0), pitch0 = _planted(reach, limb, 1.0)
    (x1, y1), pitch1 = _planted(reach, limb, 0.0)
    eased = s * s * (3 - 2 * s)
    lift = gait.lift * leg * math.sin(math.pi * s) * (1.25 - 0.5 * s)
    return (x0 + (x1 - x0) * eased, y0 + (y1 - y0) * eased + lift), pitch0 + (pitch1 - pitch0) * min(1.0, s * 1.25)


def _planted(reach: float, limb: float, s: float) -> tuple[Vector, float]:
    """A foot a share `s` of its time on the ground: heel first, flat, then rolling over the toes."""
    x = reach * (1 - 2 * s)
    if s < 0.18:
        return _rolled(x, -_HEEL * limb, limb, _HEEL_STRIKE * (1 - s / 0.18))
    if s < 0.62:
        return (x, 0.0), 0.0
    return _rolled(x, _TOE * limb, limb, -_TOE_OFF * ((s - 0.62) / 0.38) ** 1.5)


def _rolled(x: float, pivot: float, limb: float, pitch: float) -> tuple[Vector, float]:
    """The ankle of a foot that turns on a point of its sole, `pivot` in front of the ankle."""
    sine, cosine, sole = math.sin(pitch), math.cos(pitch), 0.81 * limb
    return (x + pivot - pivot * cosine - sole * sine, sole * cosine - sole - pivot * sine), pitch
