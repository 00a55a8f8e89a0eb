"""Eyes, brows, nose, mouth and glasses, under the head's transform (the radius of the skull is 1)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dreamgen.illustrator.display import Part, Rgb, mix, shade
from dreamgen.illustrator.figures.actor import Vector
from dreamgen.illustrator.figures.draft import Draft
from dreamgen.illustrator.figures.tables import table
from dreamgen.illustrator.geometry import ellipse

_MIDDLE = 0.26  # of the face, which looks a little to the camera
_EYE_HEIGHT = 0.06
_INK: Rgb = (0.13, 0.09, 0.11)
_WHITE: Rgb = (0.99, 0.98, 0.95)
_BLINK_EVERY, _BLINK = 3.1, 0.13


def draw_face(draft: Draft, unit: float) -> None:
    """Cheeks, eyes, nose and tear; the mouth may have to lie over a beard."""
    with draft.recorder.stamped(part=Part.FACE):
        _cheeks(draft, unit)
        openness = _openness(draft)
        for x, wide in _eyes(draft):
            _eye(draft, x, wide, openness, unit)
        skin = draft.look.paints["skin"]
        nose = [(_MIDDLE + x, y) for x, y in table("expressions")["noses"][draft.body.face.nose]]
        _line(draft, nose, shade(skin, 0.5), 0.06, unit)
        if draft.body.face.lines:
            _wrinkles(draft, unit)
        if draft.mood.tear:
            _tear(draft)


def draw_brows(draft: Draft, unit: float) -> None:
    """Brows, over the hair so that a fringe never hides the mood."""
    lift, slant = draft.mood.brow
    hair = draft.look.paints["hair"]
    colour = mix(hair, (0.3, 0.26, 0.24), 0.5) if sum(hair) > 1.6 else shade(hair, 0.3)
    if sum(colour) < 0.75 and sum(draft.look.paints["skin"]) < 1.2:
        colour = (0.1, 0.07, 0.08)
    width = 0.085 * draft.body.face.brow
    (near, _), (far, _) = _eyes(draft)
    with draft.recorder.stamped(part=Part.HAIR):
        for x, inner in ((near, 1.0), (far, -1.0)):
            left = -0.39 + lift + (slant * 0.35 if inner > 0 else -slant)
            right = -0.39 + lift + (-slant if inner > 0 else slant * 0.35)
            points = [(x - 0.2, left), (x, -0.46 + lift), (x + 0.18, right)]
            _line(draft, points, colour, width, unit)
        if draft.mood.frown:
            middle = (near + far) / 2
            skin = shade(draft.look.paints["skin"], 0.55)
            _line(draft, [(middle - 0.05, -0.26), (middle - 0.03, -0.12)], skin, 0.04, unit)
            _line(draft, [(middle + 0.06, -0.26), (middle + 0.04, -0.12)], skin, 0.04, unit)


def draw_mouth(draft: Draft, unit: float) -> None:
    """A line, or an open mouth with teeth and tongue; it flaps when the person talks."""
    mood, face, skin = draft.mood, draft.body.face, draft.look.paints["skin"]
    smile, opening, half = mood.smile, mood.open, mood.mouth
    if draft.talks:
        flap = abs(math.sin(11.0 * draft.t + draft.phase * 6)) * abs(math.sin(4.3 * draft.t + draft.phase * 12))
        opening, half = 0.12 + 0.42 * flap + opening * 0.3, half * 0.9
    x, y = _MIDDLE + 0.04, 0.62
    lips = mix(shade(mix(skin, (0.6, 0.1, 0.1), 0.5), 0.75), draft.look.paints["lip"], face.lips * 0.8)
    with draft.recorder.stamped(part=Part.FACE):
        if opening < 0.06:
            points = [(x - half, y - smile * 0.1), (x, y + smile * 0.1), (x + half * 0.92, y - smile * 0.1)]
            if mood.wobble:
                points = [(x - half, y + 0.03), (x - half * 0.35, y - 0.05), (x + half * 0.3, y + 0.03), (x + half, y)]
            _line(draft, points, lips, 0.075 + 0.02 * face.lips, unit)
            return
        _open_mouth(draft, x, y, smile, opening, half)


def draw_glasses(draft: Draft, unit: float) -> None:
    """Round frames with a glint."""
    frame: Rgb = (0.2, 0.18, 0.2)
    (near, _), (far, _) = _eyes(draft)
    with draft.recorder.stamped(part=Part.ACCESSORY):
        for x, wide in ((near, 0.31), (far, 0.27)):
            curve = ellipse(x, 0.07, wide, 0.3)
            draft.recorder.add(curve, (1.0, 1.0, 1.0), kind="detail", width=0.0, alpha=0.16)
            draft.recorder.add(curve, None, kind="line", line=frame, width=0.065 * unit)
        _line(draft, [(near + 0.3, 0.03), ((near + far) / 2 + 0.02, -0.02), (far - 0.26, 0.03)], frame, 0.06, unit)
        _line(draft, [(near - 0.3, 0.03), (-0.52, 0.0)], frame, 0.06, unit)


def _eyes(draft: Draft) -> tuple[tuple[float, float], tuple[float, float]]:
    """Middle and width of the near and the far eye; the far one is foreshortened."""
    apart = draft.body.face.apart
    return (_MIDDLE - 0.34 - apart, 1.0), (_MIDDLE + 0.37 + apart, 0.84)


def _openness(draft: Draft) -> float:
    forced = draft.sheet.eyes
    if forced is not None:
        return draft.mood.eye * forced
    blinks = (draft.t + draft.phase * _BLINK_EVERY) % _BLINK_EVERY < _BLINK
    return 0.1 if blinks else draft.mood.eye


def _eye(draft: Draft, x: float, wide: float, openness: float, unit: float) -> None:
    recorder, face, mood, y = draft.recorder, draft.body.face, draft.mood, _EYE_HEIGHT
    if openness < 0.2:
        _line(draft, [(x - 0.16 * wide, y), (x, y + 0.08), (x + 0.16 * wide, y)], _INK, 0.06, unit)
        if face.lashes:
            _line(draft, [(x - 0.14 * wide, y + 0.02), (x - 0.22 * wide, y + 0.1)], _INK, 0.045, unit)
        return
    gaze_x, gaze_y = draft.sheet.gaze[0] + mood.gaze[0], draft.sheet.gaze[1] + mood.gaze[1]
    size = face.eye
    if mood.wide:
        # no lid: a line over a wide eye reads as anger
        recorder.oval(x, y, 0.19 * wide * size, 0.25 * size, _WHITE, width=0.7)
        pupil_x, pupil_y = x + gaze_x * 0.07 + 0.02, y + gaze_y * 0.07
        recorder.oval(pupil_x, pupil_y, 0.085 * size, 0.11 * size, _INK, kind="detail")
        recorder.oval(pupil_x + 0.025, pupil_y - 0.04, 0.03, 0.035, (1.0, 1.0, 1.0), kind="detail")
        return
    pupil_x, pupil_y = x + gaze_x * 0.08, y + gaze_y * 0.09
    recorder.oval(pupil_x, pupil_y, 0.122 * size * wide, 0.185 * size * openness, _INK, kind="detail")
    high_x, high_y = pupil_x + 0.035, pupil_y - 0.075 * openness
    recorder.oval(high_x, high_y, 0.042 * size, 0.05 * size, (1.0, 1.0, 1.0), kind="detail")
    low_x, low_y = pupil_x - 0.03, pupil_y + 0.075 * openness
    recorder.oval(low_x, low_y, 0.022 * size, 0.026 * size, (0.75, 0.75, 0.8), kind="detail")
    lid = -0.215 * min(openness, 1.2) * size
    corner = y - 0.12 * openness
    _line(draft, [(x - 0.17 * wide, corner), (x - 0.02, y + lid), (x + 0.17 * wide, corner)], _INK, 0.05, unit)
    if face.lashes:
        _line(draft, [(x - 0.16 * wide, corner), (x - 0.27 * wide, corner - 0.08)], _INK, 0.05, unit)
        _line(draft, [(x - 0.11 * wide, corner - 0.05), (x - 0.19 * wide, corner - 0.15)], _INK, 0.04, unit)
    if mood.crease:
        under = [(x - 0.13 * wide, y + 0.235), (x, y + 0.2), (x + 0.13 * wide, y + 0.235)]
        _line(draft, under, shade(draft.look.paints["skin"], 0.42), 0.035, unit)


def _cheeks(draft: Draft, unit: float) -> None:
    colour = mix(draft.look.paints["skin"], (0.93, 0.36, 0.34), 0.36 * draft.mood.blush + 0.12)
    for x, y, rx, ry in ((_MIDDLE - 0.52, 0.42, 0.23, 0.16), (_MIDDLE + 0.44, 0.41, 0.13, 0.14)):
        draft.recorder.oval(x, y, rx, ry, colour, kind="detail", width=0.0, alpha=0.6, blur=0.05 * unit)


def _open_mouth(draft: Draft, x: float, y: float, smile: float, opening: float, half: float) -> None:
    recorder, droop = draft.recorder, max(0.0, -smile) * 0.12
    if draft.mood.wide:
        recorder.oval(x, y + 0.06, half * 0.95, opening * 0.34, (0.42, 0.1, 0.13), width=0.6)
        recorder.oval(x, y + 0.06 + opening * 0.2, half * 0.55, opening * 0.11, (0.86, 0.38, 0.4), kind="detail")
        return
    outline = [
        (x - half, y - smile * 0.09),
        (x - half * 0.35, y - 0.02 - droop - opening * 0.06),
        (x + half * 0.3, y - 0.02 - droop - opening * 0.06),
        (x + half * 0.94, y - smile * 0.09),
        (x + half * 0.55, y + opening * 0.34 + smile * 0.06),
        (x - 0.02, y + opening * 0.46 + smile * 0.05),
        (x - half * 0.6, y + opening * 0.34 + smile * 0.06),
    ]
    recorder.shape(outline, (0.42, 0.1, 0.13), width=0.6)
    if draft.mood.teeth or smile > 0.6:
        teeth = [
            (x - half * 0.72, y - smile * 0.04),
            (x, y - droop * 0.5),
            (x + half * 0.7, y - smile * 0.04),
            (x + half * 0.5, y + opening * 0.13),
            (x - half * 0.5, y + opening * 0.13),
        ]
        recorder.shape(teeth, _WHITE, kind="detail")
    if smile > 0.3:
        recorder.oval(x, y + opening * 0.36, half * 0.42, opening * 0.11, (0.86, 0.38, 0.4), kind="detail")


def _wrinkles(draft: Draft, unit: float) -> None:
    colour, alpha = shade(draft.look.paints["skin"], 0.4), 0.75 * draft.body.face.lines
    (near, _), (far, _) = _eyes(draft)
    for points in (
        [(near - 0.16, 0.27), (near, 0.31), (near + 0.14, 0.27)],
        [(far - 0.12, 0.27), (far, 0.31), (far + 0.1, 0.27)],
        [(near - 0.3, 0.0), (near - 0.39, -0.05)],
        [(near - 0.3, 0.1), (near - 0.4, 0.12)],
        [(_MIDDLE - 0.16, 0.42), (_MIDDLE - 0.27, 0.54), (_MIDDLE - 0.27, 0.66)],
        [(_MIDDLE + 0.3, 0.42), (_MIDDLE + 0.39, 0.54), (_MIDDLE + 0.37, 0.64)],
        [(-0.08, -0.62), (0.24, -0.66), (0.56, -0.62)],
    ):
        _line(draft, points, colour, 0.035, unit, alpha)


def _tear(draft: Draft) -> None:
    (near, _), _ = _eyes(draft)
    x, y = near - 0.04, 0.3 + (0.5 * draft.t) % 0.55
    points = [(x, y - 0.12), (x + 0.07, y + 0.03), (x, y + 0.1), (x - 0.07, y + 0.03)]
    draft.recorder.shape(points, (0.62, 0.82, 0.98), sharp=(0,), width=0.4)


def _line(draft: Draft, points: Sequence[Vector], colour: Rgb, width: float, unit: float, alpha: float = 1.0) -> None:
    draft.recorder.stroke(points, colour, width * unit, alpha=alpha)
