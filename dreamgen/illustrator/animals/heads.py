"""Heads: skull, muzzle, ears, horns, mane and face."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.vocabulary import Feeling, Pose
from dreamgen.illustrator.animals.species import Species
from dreamgen.illustrator.display import Part, Recorder, Rgb, mix, shade

if TYPE_CHECKING:
    from dreamgen.illustrator.animals.drawing import AnimalMotion
    from dreamgen.illustrator.animals.quadruped import Trunk

_INK = "#2a2530"
_HORN = "#d8c9a8"
_ANTLER = "#9c7a54"
_EARS: dict[str, list[tuple[float, float]]] = {  # outlines in head radii around the root, y down
    "peak": [(-0.42, 0.15), (-0.30, -0.75), (0.02, -1.02), (0.30, -0.45), (0.42, 0.18)],
    "small_peak": [(-0.28, 0.15), (-0.22, -0.5), (0.02, -0.78), (0.22, -0.35), (0.28, 0.15)],
    "flop": [(-0.15, -0.25), (-0.62, -0.10), (-0.82, 0.65), (-0.55, 1.10), (-0.15, 0.75), (0.18, -0.02)],
    "flap": [(-0.40, -0.10), (-0.20, -0.62), (0.30, -0.55), (0.62, 0.12), (0.25, 0.05)],
    "round": [(-0.42, 0.12), (-0.48, -0.30), (-0.08, -0.58), (0.34, -0.30), (0.38, 0.14)],
    "dish": [(-0.30, 0.30), (-0.85, -0.20), (-0.65, -0.98), (0.08, -1.10), (0.45, -0.55), (0.30, 0.15)],
    "long": [(-0.26, 0.15), (-0.48, -0.75), (-0.22, -1.55), (0.10, -1.62), (0.26, -0.75), (0.26, 0.15)],
    "hare": [(-0.26, 0.20), (-0.55, -0.90), (-0.42, -2.0), (-0.10, -2.25), (0.22, -1.55), (0.28, 0.10)],
    "leaf": [(-0.10, 0.12), (-0.75, -0.30), (-1.15, -0.90), (-0.55, -0.82), (0.18, -0.16)],
    "side": [(-0.05, -0.20), (-0.62, -0.38), (-1.12, -0.08), (-0.72, 0.25), (0.0, 0.18)],
}
_INNER = {"peak", "dish", "hare", "long", "leaf", "flap"}


class HeadPlace(NamedTuple):
    """Where the head is at one moment, in figure units, y down."""

    neck: NDArray[np.float64]
    """Centreline (3, 2) from the chest to the skull."""
    widths: tuple[float, float, float]
    """Half widths along it."""
    tilt: float
    """Radians that the nose is turned down."""


def place_head(species: Species, trunk: Trunk, motion: AnimalMotion, pose: Pose, t: float) -> HeadPlace:
    """The neck and the head, which nods a little with the stride."""
    length, degrees, width = species.neck
    radius = species.head[0]
    rise = math.radians(degrees)
    if pose == "lie":
        rise = math.radians(max(4.0, degrees - 40))
    elif pose == "run":
        rise -= 0.25
    elif pose == "look":
        rise += 0.22
    nod = 0.05 * math.sin(2 * math.pi * (2 * motion.rate if pose == "walk" else 0.35) * t)
    root = trunk.place(0.98, species.body[1] * 0.42)
    x = root[0] + length * math.cos(rise + nod)
    y = min(root[1] - length * math.sin(rise + nod), -radius * (1.85 if species.mane == "ruff" else 0.95))
    base = trunk.place(0.86, species.body[1] * 0.1)
    tilt = {"lie": 0.10, "look": -0.30, "run": 0.10}.get(pose, 0.02) + nod
    if species.head[1] > 1:
        tilt += 0.38  # long faces hang
    return HeadPlace(
        neck=np.array([base, ((base[0] + x) / 2 + 1, (base[1] + y) / 2), (x, y)]),
        widths=(species.body[1] * 0.86, width, radius * 0.72),
        tilt=tilt,
    )


def draw_neck(recorder: Recorder, species: Species, coat: Rgb, place: HeadPlace) -> None:
    """Records what lies behind the body: the neck with its outline, and a crest."""
    if species.mane == "crest":
        _crest(recorder, species, place)
    recorder.limb(place.neck, np.array(place.widths), coat)


def draw_head(
    recorder: Recorder, species: Species, coat: Rgb, place: HeadPlace, motion: AnimalMotion, pose: Pose, t: float
) -> None:
    """Records the head, which looks along +x, and joins the neck to the body without a seam."""
    radius = species.head[0]
    recorder.limb(place.neck, np.array(place.widths) - 0.8, coat, kind="detail")
    x, y = (float(value) for value in place.neck[-1])
    if species.mane == "ruff":
        _ruff(recorder, species, x, y, radius)
    cosine, sine = math.cos(place.tilt) * radius, math.sin(place.tilt) * radius
    with recorder.transformed(np.array([[cosine, -sine, x], [sine, cosine, y]])):
        _skull(recorder, species, coat, motion, asleep=pose == "lie", t=t)


def _crest(recorder: Recorder, species: Species, place: HeadPlace) -> None:
    radius = species.head[0]
    (x0, y0), (x1, y1) = place.neck[0] * 0.35 + place.neck[1] * 0.65, place.neck[2]
    lean = place.widths[1] * 0.85
    with recorder.stamped(part=Part.HAIR):
        for k in range(6):
            u = k / 5
            x, y = x0 - lean + (x1 - x0 - radius * 0.5 + lean) * u, y0 - lean + (y1 - y0 - radius * 0.5 + lean) * u
            recorder.oval(x, y, radius * 0.44, radius * 0.62, species.mane_colour, turn=0.5, width=0.7)


def _ruff(recorder: Recorder, species: Species, x: float, y: float, radius: float) -> None:
    points = []
    for k in range(22):
        angle = 2 * math.pi * k / 22
        reach = radius * (1.62 if k % 2 else 1.42) * (1.12 if math.sin(angle) > 0.2 else 1.0)
        points.append((x - radius * 0.28 + reach * math.cos(angle), y + radius * 0.08 + reach * math.sin(angle)))
    with recorder.stamped(part=Part.HAIR):
        recorder.shape(points, species.mane_colour)
        recorder.oval(
            x - radius * 0.15,
            y + radius * 0.1,
            radius * 1.22,
            radius * 1.22,
            mix(species.mane_colour, "#d98f45", 0.35),
            kind="detail",
        )


def _skull(recorder: Recorder, species: Species, coat: Rgb, motion: AnimalMotion, asleep: bool, t: float) -> None:
    """In head radii around the centre of the skull."""
    _, length, height = species.head
    face = species.face_colour or coat
    _ear(recorder, species, shade(face, 0.35), -0.02, -0.72, 0.92)
    if species.horns:
        _horns(recorder, species.horns)
    muzzle = species.muzzle_colour or (mix(face, "#fff3e0", 0.45) if length < 0.7 else face)
    drop = 0.34
    jaw = 0.16 * max(0.0, math.sin(2 * math.pi * 2.6 * t)) if motion.talks else 0.0
    recorder.oval(0, 0, 1.0, 0.95, face)
    with recorder.stamped(part=Part.FACE):
        if jaw:
            recorder.oval(
                0.62 + length * 0.42, drop + height * 0.62, 0.2 + length * 0.3, 0.12 + jaw, "#7a2f35", width=0.6
            )
    if length >= 0.9:  # a long muzzle grows out of the skull
        outline = [
            (0.1, -0.55), (0.72, -0.34), (0.75 + length * 0.72, drop - height * 0.62), (0.85 + length, drop),
            (0.72 + length * 0.74, drop + height * 0.78), (0.45, drop + height * 0.72), (-0.1, 0.8),
        ]  # fmt: skip
        recorder.shape(outline, face)
        tip = [
            (0.62 + length * 0.55, drop - height * 0.62), (0.75 + length * 0.8, drop - height * 0.5),
            (0.85 + length, drop), (0.72 + length * 0.74, drop + height * 0.78),
            (0.55 + length * 0.45, drop + height * 0.74),
        ]  # fmt: skip
        recorder.shape(tip, muzzle, kind="detail")
    else:
        recorder.oval(0.62 + length * 0.3, drop, 0.34 + length * 0.5, height, muzzle)
    _face(recorder, species, motion, asleep, t)
    _ear(recorder, species, face, -0.42, -0.62, 1.0)
    if species.wool:
        for x, y in ((-0.55, -0.62), (-0.1, -0.9), (0.35, -0.78)):
            recorder.oval(x, y, 0.42, 0.36, coat, width=0.8)
    if species.mane == "crest":
        with recorder.stamped(part=Part.HAIR):
            recorder.shape(
                [(-0.35, -0.95), (0.3, -1.05), (0.52, -0.35), (0.2, -0.62), (-0.1, -0.5)],
                species.mane_colour,
                width=0.7,
            )
    if species.goatee:
        with recorder.stamped(part=Part.HAIR):
            recorder.shape([(0.75, 0.72), (1.1, 0.66), (0.95, 1.5)], mix(coat, "#ffffff", 0.4), width=0.7)


def _ear(recorder: Recorder, species: Species, colour: Rgb, x: float, y: float, size: float) -> None:
    outline = [(x + px * size, y + py * size) for px, py in _EARS[species.ears]]
    recorder.shape(outline, colour)
    if species.ears in _INNER and size == 1.0:
        middle = (sum(p[0] for p in outline) / len(outline), sum(p[1] for p in outline) / len(outline))
        inner = [(middle[0] + (px - middle[0]) * 0.58, middle[1] + (py - middle[1]) * 0.58) for px, py in outline]
        recorder.shape(inner, mix(colour, "#f2a9a0", 0.6), kind="detail")


def _horns(recorder: Recorder, shape: str) -> None:
    with recorder.stamped(part=Part.ACCESSORY):
        if shape == "curved":
            for x in (-0.25, 0.3):
                recorder.limb(
                    np.array([(x, -0.75), (x + 0.08, -1.15), (x + 0.34, -1.42)]), np.array([0.17, 0.13, 0.04]), _HORN
                )
        elif shape == "swept":
            for x in (-0.2, 0.15):
                recorder.limb(
                    np.array([(x, -0.8), (x - 0.15, -1.35), (x - 0.62, -1.72)]), np.array([0.16, 0.12, 0.04]), _HORN
                )
        else:
            for x in (-0.2, 0.2):
                beam = [(x, -0.8), (x - 0.25, -1.5), (x - 0.1, -2.25)]
                recorder.stroke(beam, _ANTLER, 1.5)
                recorder.stroke([(x - 0.22, -1.35), (x + 0.25, -1.75)], _ANTLER, 1.2)
                recorder.stroke([(x - 0.2, -1.8), (x + 0.22, -2.2)], _ANTLER, 1.1)


def _face(recorder: Recorder, species: Species, motion: AnimalMotion, asleep: bool, t: float) -> None:
    _, length, height = species.head
    drop = 0.34
    end = 0.85 + length if length >= 0.9 else 0.62 + length * 0.8 + 0.34
    with recorder.stamped(part=Part.FACE):
        if species.snout:
            recorder.oval(end - 0.1, drop - 0.02, 0.2, 0.32, "#d9849a", width=0.8)
            for y in (-0.12, 0.1):
                recorder.oval(end - 0.06, drop + y, 0.06, 0.07, _INK, kind="detail")
        elif species.feet == "hooves":
            recorder.oval(end - 0.22, drop - height * 0.12, 0.10, 0.08, _INK, kind="detail")
        else:
            recorder.oval(end - 0.14, drop - height * 0.45, 0.2, 0.15, _INK, kind="detail")
        _mouth(recorder, motion.feels, end, drop + height * 0.42)
        if species.whiskers:
            for k in (-1, 0, 1):
                whisker = [(end - 0.4, drop + 0.05 * k), (end + 0.42, drop + 0.30 * k + 0.04)]
                recorder.stroke(whisker, _INK, 0.32, alpha=0.55)
        blink = (t + motion.seed % 11 * 0.37) % 3.7 < 0.13
        _eyes(recorder, motion.feels, shut=asleep or blink)


def _mouth(recorder: Recorder, feels: Feeling, end: float, y: float) -> None:
    curve = {"happy": 0.16, "calm": 0.08, "sad": -0.14, "worried": -0.08, "angry": -0.12}.get(feels, 0.03)
    recorder.stroke([(end - 0.62, y - curve * 0.6), (end - 0.4, y + curve), (end - 0.16, y - curve * 0.4)], _INK, 0.65)


def _eyes(recorder: Recorder, feels: Feeling, shut: bool) -> None:
    for x, size in ((0.66, 0.82), (0.12, 1.0)):
        if shut:
            recorder.stroke([(x - 0.16 * size, -0.2), (x, -0.12), (x + 0.16 * size, -0.2)], _INK, 0.7)
            continue
        tall = 0.26 * size * (1.3 if feels == "surprised" else 0.8 if feels in ("sad", "calm") else 1.0)
        recorder.oval(x, -0.22, 0.2 * size, tall, "#fdfcf8", kind="detail")
        recorder.oval(x + 0.04, -0.2, 0.13 * size, min(tall, 0.19 * size), _INK, kind="detail")
        recorder.oval(x + 0.09, -0.27, 0.05 * size, 0.055 * size, "#ffffff", kind="detail")
        slope = {"angry": 0.13, "sad": -0.12, "worried": -0.12}.get(feels)
        if slope is not None:
            recorder.stroke([(x - 0.2, -0.55 - slope), (x + 0.18, -0.55 + slope)], _INK, 0.8)
