"""A small songbird: it stands, hops, flies (for `run`) and sings (for `talk`)."""

from __future__ import annotations

import math

import numpy as np

from dreamgen.core.vocabulary import Pose
from dreamgen.illustrator.display import Part, Recorder, Rgb, mix, shade

_BEAK = "#e8a13a"
_LEGS = "#b9772f"
_FLIGHT = 34.0  # figure units above the ground


def draw_bird(recorder: Recorder, coat: Rgb, pose: Pose, talks: bool, rate: float, t: float, seed: int) -> None:
    """Records the bird facing +x, feet (or the ground under its flight) at y = 0, about 24 units high."""
    flying = pose == "run"
    beat = math.sin(2 * math.pi * rate * t)
    if flying:
        lift = _FLIGHT + 2.5 * math.sin(2 * math.pi * rate * t + 1.2)
    else:
        lift = 3.2 * abs(beat) if pose == "walk" else 0.0
    low = 4.0 if pose in ("sit", "lie") else 0.0
    tilt = -0.18 if flying else 0.0
    cosine, sine = math.cos(tilt), math.sin(tilt)
    with (
        recorder.transformed(np.array([[cosine, -sine, 0.0], [sine, cosine, -lift + low]])),
        recorder.stamped(part=Part.COAT),
    ):
        if not flying and not low:
            _legs(recorder)
        _body(recorder, coat)
        _head(recorder, coat, talks, shut=pose == "lie" or (t + seed % 7 * 0.6) % 3.4 < 0.12, t=t)
        _wing(recorder, coat, beat if flying else None)


def _legs(recorder: Recorder) -> None:
    with recorder.stamped(part=Part.SHOES):
        for x in (-1.4, 1.8):
            recorder.stroke([(x, -7), (x + 0.4, -3.5), (x, 0)], _LEGS, 0.9)
            recorder.stroke([(x - 1.6, 0), (x, -0.6), (x + 2.4, 0)], _LEGS, 0.8)


def _body(recorder: Recorder, coat: Rgb) -> None:
    recorder.shape([(-8, -12), (-19, -10.5), (-20, -7.5), (-8, -8)], shade(coat, 0.5), sharp=(1, 2))
    recorder.shape([(9, -15), (6, -7), (0, -4), (-7, -6), (-11, -10.5), (-5, -16), (3, -19)], coat)
    recorder.shape([(8.6, -14), (6, -7.4), (0.5, -4.6), (-3, -6), (2, -11)], mix(coat, "#fff6e4", 0.72), kind="detail")


def _head(recorder: Recorder, coat: Rgb, talks: bool, shut: bool, t: float) -> None:
    recorder.oval(6.8, -19.2, 5.6, 5.3, coat)
    opening = 1.3 * max(0.0, math.sin(2 * math.pi * 3 * t)) if talks else 0.0
    with recorder.stamped(part=Part.FACE):
        recorder.shape([(11.6, -20.2 - opening), (16.4, -18.6 - opening), (11.8, -18.2)], _BEAK, smooth=False)
        recorder.shape(
            [(11.8, -18.4), (15.6, -18.2 + opening), (11.4, -17.0 + opening)], shade(_BEAK, 0.35), smooth=False
        )
        if shut:
            recorder.stroke([(7.4, -20), (8.6, -19.3), (9.8, -20)], "#2a2530", 0.55)
        else:
            recorder.oval(8.6, -20.2, 1.5, 1.7, "#fdfcf8", kind="detail")
            recorder.oval(9.0, -20.2, 1.05, 1.25, "#2a2530", kind="detail")
            recorder.oval(9.4, -20.7, 0.4, 0.4, "#ffffff", kind="detail")


def _wing(recorder: Recorder, coat: Rgb, beat: float | None) -> None:
    dark = shade(coat, 0.42)
    if beat is None:
        recorder.shape([(3, -15.5), (-2, -9), (-14, -8), (-8, -13.5), (-2, -16.6)], dark, sharp=(2,))
        recorder.stroke([(-1, -11), (-6, -10), (-11, -9)], shade(coat, 0.8), 0.5, alpha=0.6)
        return
    up = 13.0 * beat
    recorder.shape(
        [(3, -14), (-1, -13), (-9, -13 - up * 0.9), (-12, -13 - up * 1.35), (-1, -15.5 - up * 0.7)], dark, sharp=(3,)
    )
