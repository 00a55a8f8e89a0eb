"""The torso and the cloth that hangs from it, which depends on the pose."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from dreamgen.illustrator.display import Part, Rgb, shade
from dreamgen.illustrator.figures.actor import Vector
from dreamgen.illustrator.figures.bodies import Body
from dreamgen.illustrator.figures.draft import Draft
from dreamgen.illustrator.figures.looks import Drape
from dreamgen.illustrator.figures.skeleton import Bones
from dreamgen.illustrator.figures.stencils import Mark, marks, stamp
from dreamgen.illustrator.figures.tables import table
from dreamgen.illustrator.geometry import Points

Edges = tuple[list[Vector], list[Vector]]
"""The front and the back edge of hanging cloth, each from the hip to the hem."""

_STEPS = (0.06, 0.36, 0.68, 1.0)


def draw_torso(draft: Draft) -> None:
    """Skirt, top and its trimmings, over the legs."""
    look, recorder, joints = draft.look, draft.recorder, draft.joints
    frame = np.asarray(draft.torso_frame)
    with recorder.stamped(part=Part.BOTTOM):
        if look.skirt is not None:
            _draw_skirt(draft, look.skirt, frame)
        elif look.leg != "bare":
            with recorder.transformed(frame):
                recorder.shape(_pelvis(draft.body), look.paints["bottom"], sharp=(0, 1), width=0.0)
    back, front = _torso_sides(draft.body)
    data = table("wardrobe")["tops"][look.top]
    cloth = look.paints["top"]
    with recorder.stamped(part=Part.NONE if look.under else Part.TOP):
        if look.top_drape is not None:
            edges = hang(draft, look.top_drape)
            outline = np.vstack([_placed(back, frame), _hem(edges), _placed(front, frame)])
            hem = len(back) + len(_STEPS) - 1
            recorder.shape(outline, cloth, sharp=(hem, hem + 4))
            _trim_drape(draft, look.top_drape, edges, data, cloth)
        else:
            outline = _placed(np.vstack([back, _short_hem(draft.body), front]), frame)
            recorder.shape(outline, look.under or cloth)
    if "apron" in data:
        _draw_apron(draft, Drape(data["apron"], 1.6), cloth)
    with recorder.stamped(part=Part.TOP), recorder.transformed(frame):
        stretch = math.hypot(joints.neck[0] - joints.hip[0], joints.neck[1] - joints.hip[1]) / draft.body.torso
        with recorder.transformed([[1.0, 0.0, 0.0], [0.0, stretch, 0.0]]):
            stamp(recorder, _trimmings(draft.body, look.top), {**look.paints, "main": cloth}, draft.unit)


def draw_bag(draft: Draft, layer: str) -> None:
    """The bag's body behind the person, or its straps in front.

    Args:
        draft: the person.
        layer: behind or front.
    """
    if draft.look.bag is None:
        return
    lies = draft.joints.up[1] > -0.5
    if lies and layer == "front":
        return
    # nobody sleeps on a bag: it stands on the ground, behind the sleeper
    frame = ((1.0, 0.0, draft.joints.hip[0] - 2.0), (0.0, 1.0, -1.5)) if lies else draft.torso_frame
    with draft.recorder.stamped(part=Part.ACCESSORY), draft.recorder.transformed(frame):
        paints = {**draft.look.paints, "main": draft.look.paints["bag"]}
        stamp(draft.recorder, _bag_marks(draft.body, draft.look.bag, layer), paints, draft.unit)


def hang(draft: Draft, drape: Drape) -> Edges:
    """The edges of hanging cloth.

    It follows the foremost and the hindmost thigh; past the knee it rather falls than goes on.
    """
    near, far = draft.joints.near_leg, draft.joints.far_leg
    ahead, behind = (near, far) if _ahead(near, far, draft) else (far, near)
    length = drape.length * draft.body.leg
    ahead_spare, behind_spare = _spare(draft, ahead), _spare(draft, behind, -1.0)
    front_way, back_way = _falling(draft, ahead, 1.0), _falling(draft, behind, -1.0)
    front = [_edge(ahead[0], front_way, length * s, ahead_spare + drape.flare * s, draft) for s in _STEPS]
    back = [_edge(behind[0], back_way, length * s, -behind_spare - drape.flare * s, draft) for s in _STEPS]
    return front, back


def _spare(draft: Draft, leg: Bones, side: float = 1.0) -> float:
    """How far an edge is from the bone of its thigh, so that it begins at the side of the hip."""
    inside = leg[0][0] - draft.joints.hip[0] if draft.joints.up[1] < -0.5 else 1.7
    return draft.body.hip + 0.3 - inside * side


def _falling(draft: Draft, leg: Bones, side: float) -> Vector:
    """The way that an edge falls: a thigh pushes cloth out, but cloth never follows a thigh inwards.

    Only somebody who sits pulls the back edge along.
    """
    half = draft.body.leg / 2
    thigh = (leg[1][0] - leg[0][0]) / half, (leg[1][1] - leg[0][1]) / half
    if draft.joints.up[1] > -0.5:
        return thigh
    angle = math.atan2(thigh[0], thigh[1])
    if angle * side < 0:
        pulled = min(1.0, max(0.0, (abs(angle) - 0.6) / 0.6))
        angle *= pulled if side < 0 else 0.0
    return math.sin(angle), math.cos(angle)


def _ahead(near: Bones, far: Bones, draft: Draft) -> bool:
    forward = draft.joints.forward

    def reach(leg: Bones) -> float:
        return (leg[1][0] - leg[0][0]) * forward[0] + (leg[1][1] - leg[0][1]) * forward[1]

    return reach(near) >= reach(far)


def _edge(hip: Vector, way: Vector, distance: float, aside: float, draft: Draft) -> Vector:
    """A point of an edge, `distance` down its way and `aside` of it; past the knee the cloth hangs."""
    half = draft.body.leg / 2
    heading = way
    x, y = hip[0] + way[0] * min(distance, half), hip[1] + way[1] * min(distance, half)
    if distance > half:
        if draft.joints.up[1] < -0.5:
            size = math.hypot(way[0] * 0.25, way[1] * 0.25 + 0.75)
            heading = (way[0] * 0.25 / size, (way[1] * 0.25 + 0.75) / size)
        x, y = x + heading[0] * (distance - half), y + heading[1] * (distance - half)
    level = abs(way[0] * draft.joints.up[1] - way[1] * draft.joints.up[0])
    aside *= 1 - 0.3 * max(0.0, level * 2 - 1)
    return x + heading[1] * aside, min(-0.4, y - heading[0] * aside)


def _hem_line(edges: Edges) -> list[Vector]:
    """Five points along the hem, from the back edge to the front edge."""
    front, back = edges
    (x0, y0), (x1, y1) = back[-1], front[-1]
    middle = (x0 + x1) / 2 - (y1 - y0) * 0.06, (y0 + y1) / 2 + (x1 - x0) * 0.06
    quarter = x0 * 0.75 + x1 * 0.25, y0 * 0.75 + y1 * 0.25 + 0.4
    other = x0 * 0.25 + x1 * 0.75, y0 * 0.25 + y1 * 0.75 + 0.4
    return [(x, min(-0.3, y)) for x, y in (back[-1], quarter, middle, other, front[-1])]


def _hem(edges: Edges) -> Points:
    """From the hip down the back edge, along the hem and up the front edge."""
    front, back = edges
    return np.array([*back[:-1], *_hem_line(edges), *front[-2::-1]])


def _draw_skirt(draft: Draft, drape: Drape, frame: Points) -> None:
    body, cloth = draft.body, draft.look.paints["bottom"]
    edges = hang(draft, drape)
    waist = _placed(np.array([(-body.hip * 0.96, -5.0), (-body.hip, -1.0)]), frame)
    front = _placed(np.array([(body.hip, -1.0), (body.hip * 0.96, -5.0)]), frame)
    outline = np.vstack([waist, _hem(edges), front])
    hem = 2 + len(_STEPS) - 1
    draft.recorder.shape(outline, cloth, sharp=(0, hem, hem + 4, len(outline) - 1))
    for at in (0.3, 0.6):
        _seam(draft, edges, at, shade(cloth, 0.3), 0.7)


def _trim_drape(draft: Draft, drape: Drape, edges: Edges, data: dict[str, Any], cloth: Rgb) -> None:
    if "band" in data:
        kept = 1 - data["band"]
        inner = hang(draft, Drape(drape.length * kept, drape.flare * kept))
        stripe = _hem_line(edges) + _hem_line(inner)[::-1]
        draft.recorder.shape(stripe, shade(cloth, 0.3), sharp=(0, 4, 5, 9), width=0.6)
    for seam in data.get("seams", ()):
        _seam(draft, edges, seam["at"], shade(cloth, seam["shade"]), seam["width"])


def _seam(draft: Draft, edges: Edges, at: float, colour: Rgb, width: float) -> None:
    """A line down the cloth, at a share of its width from back to front."""
    front, back = edges
    draft.stroke([_mix(b, f, at) for f, b in zip(front, back, strict=True)], colour, width)


def _draw_apron(draft: Draft, drape: Drape, cloth: Rgb) -> None:
    front, back = hang(draft, drape)
    inner = [_mix(b, f, 0.16) for f, b in zip(front, back, strict=True)]
    top = _placed(np.array([(-draft.body.hip * 0.8, 0.5)]), np.asarray(draft.torso_frame))
    end = _placed(np.array([(draft.body.hip * 1.0, 0.5)]), np.asarray(draft.torso_frame))
    outline = np.vstack([top, _hem((front, inner)), end])
    hem = len(_STEPS)
    with draft.recorder.stamped(part=Part.TOP):
        draft.recorder.shape(outline, cloth, sharp=(0, hem, hem + 4, len(outline) - 1))


def _mix(one: Vector, other: Vector, share: float) -> Vector:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _placed(points: Points, frame: Points) -> Points:
    moved: Points = points @ frame[:, :2].T + frame[:, 2]
    return moved


@lru_cache(maxsize=256)
def _torso_sides(body: Body) -> tuple[Points, Points]:
    """The back of the torso from neck to hip, and the front from hip to neck, in its frame."""
    height, shoulder, waist, hip = body.torso, body.shoulder, body.waist, body.hip
    back = [
        (-shoulder * 0.6, -height - 0.4),
        (-shoulder * 0.96, -height + 3.6),
        (-shoulder * 0.9, -height * 0.68),
        (-waist * 1.04, -height * 0.42),
        (-hip * 0.98, -height * 0.1),
    ]
    front = [
        (hip + body.belly * 0.45, -height * 0.1),
        (waist * 1.05 + body.belly, -height * 0.4),
        (max(waist, shoulder * 0.93) + body.bust, -height * 0.68),
        (shoulder * 0.96, -height + 4.2),
        (shoulder * 0.64, -height + 0.2),
        (0.0, -height - 1.0),
    ]
    return np.array(back), np.array(front)


@lru_cache(maxsize=256)
def _short_hem(body: Body) -> Points:
    hip = body.hip
    return np.array([(-hip * 1.03, 2.2), (-hip * 0.9, 3.6), (hip * 0.9, 3.6), (hip * 1.03 + body.belly * 0.2, 2.2)])


@lru_cache(maxsize=256)
def _pelvis(body: Body) -> Points:
    hip = body.hip
    return np.array([(-hip * 0.86, -1.0), (hip * 0.86, -1.0), (hip * 0.84, 2.2), (0.0, 4.2), (-hip * 0.84, 2.2)])


@lru_cache(maxsize=512)
def _trimmings(body: Body, top: str) -> tuple[Mark, ...]:
    return marks(table("wardrobe")["tops"][top]["marks"], lambda points: _fitted(points, body))


@lru_cache(maxsize=256)
def _bag_marks(body: Body, bag: str, layer: str) -> tuple[Mark, ...]:
    size = np.array([body.shoulder * 0.75 + body.torso * 0.1, -body.torso])
    if layer == "front":
        return marks(table("wardrobe")["bags"][bag][layer], lambda points: _fitted(points, body))
    return marks(table("wardrobe")["bags"][bag][layer], lambda points: points * size)


def _fitted(points: Points, body: Body) -> Points:
    """From shares of the torso (x -1 to 1, y 0 hip to 1 neck) to its frame."""
    back, front = _torso_sides(body)
    heights = points[:, 1]
    wide_front = np.interp(heights, -front[:-1, 1] / body.torso, front[:-1, 0])
    wide_back = np.interp(heights, (-back[:, 1] / body.torso)[::-1], -back[::-1, 0])
    x = points[:, 0] * np.where(points[:, 0] >= 0, wide_front, wide_back)
    return np.stack([x, -heights * body.torso], 1)
