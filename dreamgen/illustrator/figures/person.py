"""One person, in painter's order."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from dreamgen.core.base import derive_seed
from dreamgen.core.story import Prop
from dreamgen.illustrator.display import Recorder
from dreamgen.illustrator.figures.actor import UNIT, Actor, Anchors, FigureState, Layers, Vector
from dreamgen.illustrator.figures.bodies import Body, body_of
from dreamgen.illustrator.figures.clothes import draw_bag, draw_torso
from dreamgen.illustrator.figures.draft import Draft, mood_of
from dreamgen.illustrator.figures.heads import draw_back_hair, draw_head, draw_neck, draw_scarf
from dreamgen.illustrator.figures.limbs import draw_arm, draw_hand, draw_leg
from dreamgen.illustrator.figures.looks import look_of
from dreamgen.illustrator.figures.poses import PoseSheet, Side, pose_sheet
from dreamgen.illustrator.figures.skeleton import Joints, along, between, on_head, solve, with_hands
from dreamgen.illustrator.props.held import draw_held, grip_of

_TIPPED, _DOWN = 0.3, 0.8
"""Seconds after which somebody who falls has lost the ground, and lies on it."""


def draw_person(recorder: Recorder, actor: Actor, at: FigureState, t: float, layers: Layers = "all") -> Anchors:
    """Records a person at one moment.

    Args:
        recorder: in stage points; the person's entity number and parts are stamped here.
        actor: who it is.
        at: where it is and what it does.
        t: seconds from the start of the shot. The same arguments record the same items, in any order of calls.
        layers: which part of it; two people that hug are drawn pass by pass.

    Returns:
        Where its head and hands are, in stage points.
    """
    body = body_of(actor.character)
    unit = UNIT * body.scale * at.scale
    side = -1.0 if at.facing == "left" else 1.0
    draft = _draft(recorder, actor, at, body, unit, t)
    light: Vector | None = None
    first = len(recorder.items)
    with (
        recorder.stamped(entity=actor.number),
        recorder.transformed([[unit * side, 0.0, at.x], [0.0, unit, at.y]]),
    ):
        if layers in ("all", "back"):
            if actor.holds is not None and grip_of(actor.holds.kind).behind:
                light = _draw_held(draft, actor, actor.holds, draft.sheet.carry)
            draw_bag(draft, "behind")
            light = _draw_arm(draft, actor, "far") or light
        if layers in ("all", "body"):
            _draw_body(draft)
            if draft.sheet.far_front:
                draw_hand(draft, "far")
        if layers in ("all", "front"):
            light = _draw_arm(draft, actor, "near") or light
    if draft.joints.up[1] > -0.5:
        _rest(recorder, first, at.y)

    def staged(point: Vector) -> Vector:
        return at.x + point[0] * unit * side, at.y + point[1] * unit

    joints = draft.joints
    return Anchors(
        head=staged(joints.head),
        head_radius=body.head * unit,
        near_hand=staged(joints.near_arm[2]),
        far_hand=staged(joints.far_arm[2]),
        light=staged(light) if light else None,
    )


def _rest(recorder: Recorder, first: int, ground: float) -> None:
    """Hair, hats and cloth of somebody who lies are flattened by the ground."""
    for item in recorder.items[first:]:
        np.minimum(item.curve[:, 1], ground, out=item.curve[:, 1])


def _falling(at: FigureState, t: float) -> FigureState:
    """Who falls does so once, at the start of the shot: it tips over, lands on its back and stays there."""
    if t < _TIPPED:
        return replace(at, pose="stand", into="fall", blend=0.3 + 0.7 * t / _TIPPED)
    return replace(at, pose="fall", into="lie", blend=min(1.0, ((t - _TIPPED) / (_DOWN - _TIPPED)) ** 1.5))


def _draft(recorder: Recorder, actor: Actor, at: FigureState, body: Body, unit: float, t: float) -> Draft:
    falls = at.pose == "fall" and at.into is None
    if falls:
        at = _falling(at, t)
    phase = derive_seed(actor.seed, "phase", actor.character.id) % 1000 / 1000
    clock = t + phase * 3.0
    sheet = pose_sheet(at.pose)
    speed = at.speed / unit
    joints = _joints(actor, at, body, sheet, clock, speed)
    if at.into is not None and at.blend > 0.0:
        towards = pose_sheet(at.into)
        eased = at.blend * at.blend * (3 - 2 * at.blend)
        joints = between(joints, _joints(actor, at, body, towards, clock, speed), eased)
        sheet = towards if at.blend >= 0.5 else sheet
    if falls:
        sheet = replace(sheet, eyes=None, near_hand="open", far_hand="open")
    return Draft(
        recorder=recorder,
        unit=unit,
        body=body,
        look=look_of(actor.character),
        joints=joints,
        sheet=sheet,
        mood=mood_of(at.expression),
        t=clock,
        talks=at.talks,
        phase=phase,
        wind=min(1.0, abs(speed) / 120.0),
    )


def _joints(actor: Actor, at: FigureState, body: Body, sheet: PoseSheet, t: float, speed: float) -> Joints:
    """The pose, with the hands where a prop, a partner or the head wants them."""
    joints = solve(body, sheet, t, speed)
    near = on_head(joints, body, sheet.near_reach) if sheet.near_reach else None
    far = on_head(joints, body, sheet.far_reach) if sheet.far_reach else None
    if at.partner_x is not None and actor.partner is not None:
        near, far = _embrace(at, body, body_of(actor.partner))
    elif actor.holds is not None:
        grip = grip_of(actor.holds.kind)
        if grip.carry is not None:
            near, far = _carried(joints, body, sheet.carry, grip.carry, near, far)
        if grip.both is not None and sheet.carry == "near" and far is None:
            joints = with_hands(joints, body, near)
            hand = joints.near_arm[2]
            far = hand[0] + grip.both[0], hand[1] + grip.both[1]
    return with_hands(joints, body, near, far)


def _embrace(at: FigureState, body: Body, partner: Body) -> tuple[Vector, Vector]:
    """Where the hands lie on the partner's back."""
    gap = abs((at.partner_x or at.x) - at.x) / (UNIT * body.scale * at.scale)
    height = (partner.leg + partner.sole + partner.torso * 0.66) * partner.scale / body.scale
    reach = gap + partner.shoulder * 0.55 * partner.scale / body.scale
    return (reach, -height), (reach - 1.0, -height + partner.torso * 0.34)


def _carried(
    joints: Joints, body: Body, side: Side, carry: Vector, near: Vector | None, far: Vector | None
) -> tuple[Vector | None, Vector | None]:
    """The hand that carries goes where the prop is carried; the other stays."""
    shoulder = joints.near_arm[0] if side == "near" else joints.far_arm[0]
    back = math.degrees(math.atan2(joints.up[0], -joints.up[1]))
    arm, elbow = carry
    upper, lower = along(arm - back * 0.7), along(arm + elbow - back * 0.7)
    hand = (
        shoulder[0] + (upper[0] + lower[0] * 0.95) * body.arm,
        shoulder[1] + (upper[1] + lower[1] * 0.95) * body.arm,
    )
    return (hand, far) if side == "near" else (near, hand)


def _draw_body(draft: Draft) -> None:
    draw_back_hair(draft)
    draw_leg(draft, "far")
    draw_leg(draft, "near")
    draw_torso(draft)
    draw_bag(draft, "front")
    draw_neck(draft)
    draw_head(draft)
    draw_scarf(draft)


def _draw_arm(draft: Draft, actor: Actor, side: Side) -> Vector | None:
    """An arm with what its hand holds; gives the light of a lantern."""
    if actor.holds is None or draft.sheet.carry != side:
        draw_arm(draft, side)
        return None
    grip = grip_of(actor.holds.kind)
    draw_arm(draft, side, with_hand=not grip.over)
    light = None if grip.behind else _draw_held(draft, actor, actor.holds, side)
    if grip.over:
        fist = replace(draft, sheet=replace(draft.sheet, near_hand="mitten", far_hand="mitten"))
        draw_hand(fist, side)
    return light


def _draw_held(draft: Draft, actor: Actor, prop: Prop, side: Side) -> Vector | None:
    """What a hand holds, in the palm; gives its light."""
    _, elbow, wrist = draft.joints.near_arm if side == "near" else draft.joints.far_arm
    size = math.hypot(wrist[0] - elbow[0], wrist[1] - elbow[1]) or 1.0
    palm = draft.body.limb * 1.1 / size
    hand = wrist[0] + (wrist[0] - elbow[0]) * palm, wrist[1] + (wrist[1] - elbow[1]) * palm
    with draft.recorder.stamped(entity=actor.holds_number):
        return draw_held(draft.recorder, prop, hand, draft.unit, draft.t)
