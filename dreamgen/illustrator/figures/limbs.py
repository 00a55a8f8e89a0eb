"""Arms, hands, legs and feet."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from dreamgen.illustrator.display import Part, Rgb, shade
from dreamgen.illustrator.figures.actor import Vector
from dreamgen.illustrator.figures.draft import Draft
from dreamgen.illustrator.figures.poses import Hand, Side
from dreamgen.illustrator.figures.skeleton import Bones
from dreamgen.illustrator.geometry import bent, ellipse, spline
from dreamgen.illustrator.geometry import limb as limb_outline

_FAR_SHADE = 0.16
_FOOT = np.array(
    [(-3.2, 2.6), (-3.7, -0.8), (-2.7, -4.4), (1.5, -4.4), (4.4, -1.8), (7.6, -0.9), (8.7, 0.9), (8.2, 2.6)]
)
_FOOT_CURVE = spline(_FOOT, sharp=(0, 7))
_SOLE_CURVE = spline([(-3.3, 1.5), (8.5, 1.5), (8.2, 2.6), (-3.2, 2.6)], smooth=False)
_ARM = np.array([1.34, 1.24, 1.14, 1.06, 1.08])
_WIDE_ARM = np.array([1.34, 1.4, 1.55, 1.95, 2.5])
_BARE_ARM = np.array([1.0, 0.96, 0.88, 0.82, 0.74])
_SHORT_SLEEVE = np.array([1.3, 1.36, 1.42])
_TROUSER = np.array([1.72, 1.52, 1.28, 1.2, 1.22])
_BARE_LEG = np.array([1.36, 1.14, 0.96, 0.9, 0.74])
_SHORTS = np.array([1.76, 1.72, 1.66])


def draw_arm(draft: Draft, side: Side, with_hand: bool = True) -> None:
    """The arm of one side; the hand may come later, over what it holds."""
    bones = draft.joints.near_arm if side == "near" else draft.joints.far_arm
    dim = _FAR_SHADE if side == "far" else 0.0
    look, recorder, limb = draft.look, draft.recorder, draft.body.limb
    cloth = shade(look.under or look.paints["top"], dim)
    cloth_part = Part.NONE if look.under else Part.TOP
    if look.sleeve == "short":
        with recorder.stamped(part=Part.SKIN):
            recorder.limb(bent(*bones), _BARE_ARM * limb, shade(look.paints["skin"], dim * 0.6))
        if with_hand:
            draw_hand(draft, side)
        shoulder, elbow, _ = bones
        middle = (shoulder[0] + elbow[0]) / 2, (shoulder[1] + elbow[1]) / 2
        halfway = (shoulder[0] + middle[0]) / 2, (shoulder[1] + middle[1]) / 2
        with recorder.stamped(part=cloth_part):
            _tube(draft, [shoulder, halfway, middle], _SHORT_SLEEVE * limb, cloth)
        return
    if with_hand:
        draw_hand(draft, side)
    with recorder.stamped(part=cloth_part):
        if look.sleeve == "wide":
            line, back = bent(*bones), _direction(bones[1], bones[2])
            line[-1] -= (back[0] * limb, back[1] * limb)
            _tube(draft, line, _WIDE_ARM * limb, cloth)
        else:
            recorder.limb(bent(*bones), _ARM * limb, cloth)
        if look.cuff:
            _cuff(draft, bones, shade(cloth, 0.25))


def draw_hand(draft: Draft, side: Side) -> None:
    """A mitten with a thumb; spread or pointing where the pose says so."""
    _, elbow, wrist = draft.joints.near_arm if side == "near" else draft.joints.far_arm
    kind: Hand = draft.sheet.near_hand if side == "near" else draft.sheet.far_hand
    skin = shade(draft.look.paints["skin"], _FAR_SHADE * 0.6 if side == "far" else 0.0)
    radius = draft.body.limb * 1.08
    along = _direction(elbow, wrist)
    thumbwards = (along[1], -along[0])
    turn = math.atan2(along[1], along[0])
    palm = wrist[0] + along[0] * radius * 0.95, wrist[1] + along[1] * radius * 0.95
    recorder = draft.recorder
    with recorder.stamped(part=Part.SKIN):
        if kind == "open":
            for spread, length in ((-0.62, 0.95), (-0.2, 1.12), (0.22, 1.08), (0.62, 0.88)):
                heading = turn + spread
                reach = radius * (0.75 + length * 0.5)
                x, y = palm[0] + math.cos(heading) * reach, palm[1] + math.sin(heading) * reach
                recorder.oval(x, y, radius * 0.55, radius * 0.27, skin, turn=heading, width=0.7)
        elif kind == "point":
            x, y = palm[0] + along[0] * radius * 1.35, palm[1] + along[1] * radius * 1.35
            x, y = x + thumbwards[0] * radius * 0.3, y + thumbwards[1] * radius * 0.3
            recorder.oval(x, y, radius * 0.95, radius * 0.32, skin, turn=turn, width=0.8)
        recorder.add(ellipse(palm[0], palm[1], radius * 1.12, radius, turn), skin)
        x = palm[0] + thumbwards[0] * radius * 0.75 - along[0] * radius * 0.1
        y = palm[1] + thumbwards[1] * radius * 0.75 - along[1] * radius * 0.1
        recorder.oval(x, y, radius * 0.55, radius * 0.36, skin, turn=turn - 0.7, width=0.7)


def draw_leg(draft: Draft, side: Side) -> None:
    """The leg of one side, its foot first."""
    bones = draft.joints.near_leg if side == "near" else draft.joints.far_leg
    pitch = draft.joints.near_foot if side == "near" else draft.joints.far_foot
    dim = 0.22 if side == "far" else 0.0
    look, recorder, limb = draft.look, draft.recorder, draft.body.limb
    _foot(draft, bones[2], pitch, shade(look.paints["shoes"], dim * 0.9))
    line = bent(*bones)
    if look.leg == "long":
        back = _direction(bones[1], bones[2])
        line[-1] -= (back[0] * limb * 0.35, back[1] * limb * 0.35)
        with recorder.stamped(part=Part.BOTTOM):
            _tube(draft, line, _TROUSER * limb, shade(look.paints["bottom"], dim))
    else:
        with recorder.stamped(part=Part.SKIN):
            recorder.limb(line, _BARE_LEG * limb, shade(look.paints["skin"], dim * 0.55))
        if look.leg == "short":
            hip, knee, _ = bones
            end = hip[0] + (knee[0] - hip[0]) * 0.86, hip[1] + (knee[1] - hip[1]) * 0.86
            middle = (hip[0] + end[0]) / 2, (hip[1] + end[1]) / 2
            with recorder.stamped(part=Part.BOTTOM):
                _tube(draft, [hip, middle, end], _SHORTS * limb, shade(look.paints["bottom"], dim))
    if look.shaft:
        _shaft(draft, bones, shade(look.paints["shoes"], dim * 0.9))


def _tube(draft: Draft, line: ArrayLike, half_widths: ArrayLike, colour: Rgb) -> None:
    """A limb of cloth: its far end is cut straight."""
    outline = limb_outline(line, half_widths)
    end = len(outline) // 2
    draft.recorder.shape(np.delete(outline, end, 0), colour, sharp=(end - 1, end))


def _cuff(draft: Draft, bones: Bones, colour: Rgb) -> None:
    _, elbow, wrist = bones
    limb = draft.body.limb
    along = _direction(elbow, wrist)
    x, y = along[1] * limb * 1.2, -along[0] * limb * 1.2
    back, front = limb * 0.5, limb * 0.38
    corners = [
        (wrist[0] - along[0] * back + x, wrist[1] - along[1] * back + y),
        (wrist[0] + along[0] * front + x, wrist[1] + along[1] * front + y),
        (wrist[0] + along[0] * front - x, wrist[1] + along[1] * front - y),
        (wrist[0] - along[0] * back - x, wrist[1] - along[1] * back - y),
    ]
    draft.recorder.shape(corners, colour, smooth=False, width=0.7)


def _foot(draft: Draft, ankle: Vector, pitch: float, colour: Rgb) -> None:
    sine, cosine, unit = math.sin(pitch), math.cos(pitch), draft.body.limb / 3.2
    turned = np.array([[cosine, -sine], [sine, cosine]]) * unit
    with draft.recorder.stamped(part=Part.SHOES):
        draft.recorder.add(_FOOT_CURVE @ turned + ankle, colour)
        draft.recorder.add(_SOLE_CURVE @ turned + ankle, shade(colour, 0.45), kind="detail")


def _shaft(draft: Draft, bones: Bones, colour: Rgb) -> None:
    _, knee, ankle = bones
    limb, along = draft.body.limb, _direction(ankle, knee)
    across = (-along[1], along[0])
    height = draft.look.shaft * draft.body.leg / 2

    def at(x: float, y: float) -> Vector:
        return ankle[0] + across[0] * x * limb + along[0] * y, ankle[1] + across[1] * x * limb + along[1] * y

    with draft.recorder.stamped(part=Part.SHOES):
        outline = [
            at(-1.0, -0.2 * limb),
            at(-1.12, height * 0.5),
            at(-1.4, height),
            at(1.4, height),
            at(1.12, height * 0.5),
            at(1.0, -0.2 * limb),
        ]
        draft.recorder.shape(outline, colour, sharp=(0, 2, 3, 5))
        draft.recorder.shape(
            [at(-1.45, height), at(1.45, height), at(1.42, height - 0.6 * limb), at(-1.42, height - 0.6 * limb)],
            shade(colour, 0.25),
            smooth=False,
            width=0.7,
        )


def _direction(start: Vector, end: Vector) -> Vector:
    x, y = end[0] - start[0], end[1] - start[1]
    length = math.hypot(x, y) or 1.0
    return x / length, y / length
