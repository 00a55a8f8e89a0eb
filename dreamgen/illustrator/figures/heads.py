"""The head: hair, skull, ears, hats, scarf; the face is its own room."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from dreamgen.illustrator.display import Part, mix, shade
from dreamgen.illustrator.figures.bodies import Body, Face
from dreamgen.illustrator.figures.draft import Draft
from dreamgen.illustrator.figures.faces import draw_brows, draw_face, draw_glasses, draw_mouth
from dreamgen.illustrator.figures.stencils import Mark, stamp, stencil
from dreamgen.illustrator.figures.tables import table
from dreamgen.illustrator.geometry import Points, spline


def draw_neck(draft: Draft) -> None:
    """The neck, under the head and over the collar's back."""
    joints, body = draft.joints, draft.body
    neck, head, up = joints.neck, joints.head, joints.up
    middle = (neck[0] + head[0]) / 2, (neck[1] + head[1]) / 2
    widths = np.array([1.16, 1.0, 0.95]) * body.neck
    with draft.recorder.stamped(part=Part.SKIN):
        draft.recorder.limb(
            [(neck[0] - up[0] * 1.5, neck[1] - up[1] * 1.5), middle, head],
            widths,
            shade(draft.look.paints["skin"], 0.2),
            width=0.8,
        )


def draw_back_hair(draft: Draft) -> None:
    """Hair that falls behind the body."""
    group, name = _style(draft)
    back = stencil("hair", group, name, "back")
    if not back:
        return
    sway = table("hair")[group][name].get("sway", 0.0)
    lag = 0.35 * sway * math.sin(2.2 * draft.t) + draft.wind * (0.2 + sway)
    shear = ((1.0, -lag, -lag * 0.4), (0.0, 1.0, 0.0))  # the farther down, the more it swings
    recorder = draft.recorder
    with recorder.stamped(part=Part.HAIR), recorder.transformed(draft.head_frame), recorder.transformed(shear):
        stamp(recorder, back, draft.look.paints, draft.unit * draft.body.head)


def draw_head(draft: Draft) -> None:
    """Skull, face, hair and what sits on them."""
    recorder, look, body = draft.recorder, draft.look, draft.body
    unit = draft.unit * body.head
    style = _style(draft)

    def put(part: int, stencil_marks: tuple[Mark, ...], paint: str = "hair") -> None:
        with recorder.stamped(part=part):
            stamp(recorder, stencil_marks, {**look.paints, "main": look.paints[paint]}, unit)

    with recorder.transformed(draft.head_frame):
        put(Part.HAIR, stencil("hair", *style, "behind"))
        _skull(draft, unit)
        draw_face(draft, unit)
        if look.beard:
            put(Part.HAIR, stencil("hair", "beard", "marks"))
        draw_mouth(draft, unit)
        if look.beard:
            put(Part.HAIR, stencil("hair", "beard", "moustache"))
        put(Part.HAIR, stencil("hair", *style, "front"))
        draw_brows(draft, unit)
        if look.glasses:
            draw_glasses(draft, unit)
        if look.hat is not None:
            put(Part.HAT, stencil("wardrobe", "hats", look.hat, "marks"), "hat")


def draw_scarf(draft: Draft) -> None:
    """A scarf around the neck, its end blowing."""
    if not draft.look.scarf:
        return
    joints, body = draft.joints, draft.body
    up, forward, radius = joints.up, joints.forward, body.head
    centre = joints.neck[0] + up[0] * 0.6, joints.neck[1] + up[1] * 0.6
    wave = 0.36 * math.sin(5 * draft.t)
    blown = draft.wind * 7.0
    colour = draft.look.paints["scarf"]

    def at(x: float, y: float) -> tuple[float, float]:
        return centre[0] + forward[0] * x + up[0] * y, centre[1] + forward[1] * x + up[1] * y

    end = [
        at(-0.25 * radius, -2.0),
        at(-0.2 * radius + wave - blown, -13.0 + blown * 0.5),
        at(-0.52 * radius + wave * 1.6 - blown * 1.1, -15.0 + blown * 0.7),
        at(-0.6 * radius, -4.0),
    ]
    stripe = [
        at(-0.215 * radius + wave - blown * 0.8, -11.2 + blown * 0.4),
        at(-0.54 * radius + wave * 1.4 - blown * 0.9, -12.6 + blown * 0.5),
    ]
    wide = max(0.62 * radius, body.neck * 1.7)
    loop = [at(-wide, 1.0), at(-wide, -2.4), at(0, -4.2), at(wide, -2.0), at(wide * 1.06, 1.4), at(0, 0.6)]
    with draft.recorder.stamped(part=Part.SCARF):
        draft.recorder.shape(end, shade(colour, 0.12), sharp=(1, 2))
        draft.stroke(stripe, shade(colour, 0.4), 1.1)
        draft.recorder.shape(loop, colour)
        draft.stroke([at(-wide * 0.7, -1.6), at(0, -2.4), at(wide * 0.7, -1.0)], shade(colour, 0.3), 0.7)


def _style(draft: Draft) -> tuple[str, str]:
    """Where the data file has the hairstyle, as it is under the hat if there is one."""
    style = draft.look.hairstyle
    group, name = "styles", style
    if draft.look.hat is not None:
        group, name = table("hair")["styles"][style].get("hatted", (group, name))
    return group, name


def _skull(draft: Draft, unit: float) -> None:
    skin = draft.look.paints["skin"]
    outline, ear, fold = _skull_curves(draft.body)
    with draft.recorder.stamped(part=Part.SKIN):
        draft.recorder.add(outline, skin)
        draft.recorder.add(ear, shade(skin, 0.06), width=0.7)
        draft.recorder.add(fold, None, closed=False, kind="line", line=shade(skin, 0.4), width=0.035 * unit)
        if draft.body.face.freckles:
            for x, y in ((-0.42, 0.3), (-0.3, 0.4), (-0.18, 0.3), (0.62, 0.32), (0.72, 0.4), (0.8, 0.28)):
                draft.recorder.oval(x, y, 0.035, 0.035, mix(skin, (0.6, 0.3, 0.15), 0.45), kind="detail")


@lru_cache(maxsize=256)
def _skull_curves(body: Body) -> tuple[Points, Points, Points]:
    ear = spline([(-0.62, 0.02), (-0.46, -0.12), (-0.38, 0.12), (-0.47, 0.38), (-0.63, 0.3)])
    fold = spline([(-0.53, 0.06), (-0.47, 0.14), (-0.54, 0.24)], closed=False)
    return spline(_skull_outline(body.face)), ear, fold


def _skull_outline(face: Face) -> Points:
    """The outline of the head: the jaw runs from pointed to square, cheeks and chin move with the face."""
    jaw, cheek, chin = face.jaw, face.cheek, face.chin
    return np.array(
        [
            (-0.95, -0.1),
            (-0.85, -0.65),
            (-0.4, -1.0),
            (0.2, -1.04),
            (0.72, -0.76),
            (0.96, -0.2),
            (0.92 + cheek, 0.24),
            (0.79 + cheek * 0.9 + jaw * 0.06, 0.6),
            (0.42 + jaw * 0.2 + cheek * 0.4, 0.9 + jaw * 0.05 + chin * 0.7),
            (0.18, 0.98 + chin),
            (-0.14 - jaw * 0.14, 0.94 + jaw * 0.04 + chin * 0.6),
            (-0.5 - jaw * 0.14 - cheek * 0.5, 0.7 + jaw * 0.06),
            (-0.78 - cheek * 0.4, 0.4),
        ]
    )
