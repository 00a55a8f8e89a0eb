"""Joints: where every bone of a body is at one moment, feet on the ground at y = 0, facing +x, in figure units."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

from dreamgen.illustrator.figures import gait as walking
from dreamgen.illustrator.figures.actor import Vector
from dreamgen.illustrator.figures.bodies import Body
from dreamgen.illustrator.figures.poses import PoseSheet

Bones = tuple[Vector, Vector, Vector]
"""Root, joint and tip of an arm or leg."""

_NEAR_HIP, _FAR_HIP = -1.7, 1.9
_FAR_LIFT = 0.9  # the far foot stands farther from the camera, so higher in the picture


@dataclass(frozen=True, slots=True)
class Joints:
    """A body's bones. Vectors are tuples."""

    hip: Vector
    """Where the spine begins."""
    neck: Vector
    """Where it ends."""
    up: Vector
    """The direction of the spine."""
    forward: Vector
    """The direction of the chest."""
    head: Vector
    """The middle of the skull."""
    tilt: float
    """Of the head, in radians, chin down positive."""
    near_leg: Bones
    far_leg: Bones
    near_arm: Bones
    far_arm: Bones
    near_foot: float
    """Pitch in radians, toes up positive."""
    far_foot: float
    """Pitch in radians, toes up positive."""


def along(degrees: float) -> Vector:
    """The direction `degrees` forward of straight down."""
    angle = math.radians(degrees)
    return math.sin(angle), math.cos(angle)


def bend(root: Vector, target: Vector, upper: float, lower: float, side: float) -> tuple[Vector, Vector]:
    """Two-bone inverse kinematics on tuples: the joint and the tip; see `geometry.reach`."""
    dx, dy = target[0] - root[0], target[1] - root[1]
    distance = min(max(math.hypot(dx, dy), abs(upper - lower) + 0.01), upper + lower - 0.01)
    heading = math.atan2(dy, dx)
    cosine = (upper * upper + distance * distance - lower * lower) / (2 * upper * distance)
    angle = heading + side * math.acos(max(-1.0, min(1.0, cosine)))
    joint = root[0] + upper * math.cos(angle), root[1] + upper * math.sin(angle)
    return joint, (root[0] + distance * math.cos(heading), root[1] + distance * math.sin(heading))


def solve(body: Body, sheet: PoseSheet, t: float, speed: float = 0.0) -> Joints:
    """The joints of a pose at one moment.

    Args:
        body: proportions.
        sheet: the pose.
        t: seconds.
        speed: figure units a second over the ground; matters for gaits only.
    """
    done = walking.strides(sheet.gait, body.leg, speed, t) if sheet.gait else t
    angles = sheet.angles(done)
    turn = angles["turn"]
    lean = math.radians(angles["lean"] + body.lean * (0.0 if turn else 1.0) + turn)
    up = (math.sin(lean), -math.cos(lean))
    forward = (-up[1], up[0])
    torso = body.torso + 0.35 * sheet.breath * math.sin(2 * math.pi * 0.28 * t)
    near_leg, near_foot, far_leg, far_foot = _legs(body, sheet, angles, done, speed)
    neck = (up[0] * torso, up[1] * torso)
    near_shoulder = _from(neck, forward, -body.shoulder * 0.62, up, -4.2)
    far_shoulder = _from(neck, forward, body.shoulder * 0.66, up, -4.0)
    swing = angles["lean"] * 0.3 - turn
    tilt = math.radians(angles["tilt"] + turn) + math.radians(angles["lean"] + body.lean * 0.4) * 0.4
    nod = tilt + lean * 0.3 - math.radians(turn) * 0.3
    rise = body.head * 1.06 * body.face.tall
    head = (
        neck[0] + math.sin(nod) * rise + forward[0] * 0.9,
        neck[1] - math.cos(nod) * rise + forward[1] * 0.9,
    )
    joints = Joints(
        hip=(0.0, 0.0),
        neck=neck,
        up=up,
        forward=forward,
        head=head,
        tilt=tilt,
        near_leg=near_leg,
        far_leg=far_leg,
        near_arm=_arm(near_shoulder, body.arm, angles["near_arm"] + swing, angles["near_elbow"]),
        far_arm=_arm(far_shoulder, body.arm, angles["far_arm"] + swing, angles["far_elbow"]),
        near_foot=near_foot,
        far_foot=far_foot,
    )
    joints = _moved(joints, _ground(body, sheet, joints, angles["hop"], done))
    return _planted(joints, body) if sheet.gait is None and both_stand(joints) else joints


def with_hands(joints: Joints, body: Body, near: Vector | None = None, far: Vector | None = None) -> Joints:
    """The same body with its hands at these places, as near as the arms reach."""
    if near is not None:
        root = joints.near_arm[0]
        joints = replace(joints, near_arm=(root, *bend(root, near, body.arm, body.arm * 0.95, 1.0)))
    if far is not None:
        root = joints.far_arm[0]
        joints = replace(joints, far_arm=(root, *bend(root, far, body.arm, body.arm * 0.95, 1.0)))
    return joints


def between(one: Joints, other: Joints, share: float) -> Joints:
    """`share` of the way from one body to the other."""

    def point(a: Vector, b: Vector) -> Vector:
        return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share

    values: dict[str, object] = {}
    for field in fields(Joints):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, float):
            values[field.name] = a + (b - a) * share
        elif isinstance(a[0], tuple):
            values[field.name] = tuple(point(p, q) for p, q in zip(a, b, strict=True))
        else:
            values[field.name] = point(a, b)
    mixed = replace(one, **values)  # type: ignore[arg-type]
    length = math.hypot(*mixed.up) or 1.0
    up = (mixed.up[0] / length, mixed.up[1] / length)
    return replace(mixed, up=up, forward=(-up[1], up[0]))


def on_head(joints: Joints, body: Body, place: Vector) -> Vector:
    """A place in head units as a point in figure units."""
    sine, cosine = math.sin(joints.tilt), math.cos(joints.tilt)
    x, y = place[0] * body.head * body.face.wide, place[1] * body.head * body.face.tall
    return joints.head[0] + x * cosine - y * sine, joints.head[1] + x * sine + y * cosine


def _legs(
    body: Body, sheet: PoseSheet, angles: dict[str, float], done: float, speed: float
) -> tuple[Bones, float, Bones, float]:
    near_hip, far_hip = (_NEAR_HIP, 0.0), (_FAR_HIP, 0.0)
    half = body.leg / 2
    if sheet.gait is None:
        turn = angles["turn"]
        near = _leg(near_hip, half, angles["near_leg"] - turn, angles["near_knee"])
        far = _leg(far_hip, half, angles["far_leg"] - turn, angles["far_knee"])
        return near, math.radians(angles["near_foot"]), far, math.radians(angles["far_foot"])
    height = walking.hip_height(sheet.gait, body.leg, done)
    reach = walking.reach_of(sheet.gait, body.leg, speed)
    near_ankle, near_pitch = walking.step(sheet.gait, body.leg, body.limb, reach, done)
    far_ankle, far_pitch = walking.step(sheet.gait, body.leg, body.limb, reach, done + 0.5)
    near_target = (near_hip[0] + near_ankle[0], height - near_ankle[1])
    far_target = (far_hip[0] + far_ankle[0], height - far_ankle[1] - _FAR_LIFT)
    near = (near_hip, *bend(near_hip, near_target, half, half, -1.0))
    far = (far_hip, *bend(far_hip, far_target, half, half, -1.0))
    return near, near_pitch, far, far_pitch


def _leg(hip: Vector, half: float, angle: float, knee: float) -> Bones:
    thigh, shin = along(angle), along(angle - knee)
    joint = hip[0] + thigh[0] * half, hip[1] + thigh[1] * half
    return hip, joint, (joint[0] + shin[0] * half, joint[1] + shin[1] * half)


def _arm(shoulder: Vector, length: float, angle: float, elbow: float) -> Bones:
    upper, lower = along(angle), along(angle + elbow)
    joint = shoulder[0] + upper[0] * length, shoulder[1] + upper[1] * length
    return shoulder, joint, (joint[0] + lower[0] * length * 0.95, joint[1] + lower[1] * length * 0.95)


def both_stand(joints: Joints) -> bool:
    """Whether both feet are flat and about equally low, so that both must be on the ground."""
    level = abs(joints.near_leg[2][1] - joints.far_leg[2][1]) < 3.0
    return level and joints.near_foot == 0.0 and joints.far_foot == 0.0 and joints.up[1] < -0.8


def _planted(joints: Joints, body: Body) -> Joints:
    """The knees bend until both soles are on the ground."""
    half = body.leg / 2
    near, far = joints.near_leg, joints.far_leg
    return replace(
        joints,
        near_leg=(near[0], *bend(near[0], (near[2][0], -body.sole), half, half, -1.0)),
        far_leg=(far[0], *bend(far[0], (far[2][0], -body.sole - _FAR_LIFT), half, half, -1.0)),
    )


def _from(origin: Vector, one: Vector, far_one: float, two: Vector, far_two: float) -> Vector:
    return origin[0] + one[0] * far_one + two[0] * far_two, origin[1] + one[1] * far_one + two[1] * far_two


def foot_ends(body: Body, ankle: Vector, pitch: float) -> tuple[Vector, Vector]:
    """Heel and toe of the sole."""
    sine, cosine, unit = math.sin(pitch), math.cos(pitch), body.limb / 3.2
    heel, toe, sole = -3.6 * unit, 8.2 * unit, 2.6 * unit
    return (
        (ankle[0] + heel * cosine + sole * sine, ankle[1] - heel * sine + sole * cosine),
        (ankle[0] + toe * cosine + sole * sine, ankle[1] - toe * sine + sole * cosine),
    )


def _ground(body: Body, sheet: PoseSheet, joints: Joints, hop: float, done: float) -> Vector:
    """How far to move the body so that it rests on the ground and stands at x = 0."""
    if sheet.gait is not None:
        low = walking.hip_height(sheet.gait, body.leg, done) + body.sole
    elif both_stand(joints):
        low = min(joints.near_leg[2][1], joints.far_leg[2][1] + _FAR_LIFT) + body.sole
    else:
        low = max(y for _, y in _contacts(body, joints))
    feet = (joints.near_leg[2][0] + joints.far_leg[2][0]) / 2
    middle = (joints.head[0] + feet) / 2
    x = {"hip": 0.0, "feet": -feet - body.limb * 0.6, "middle": -middle}[sheet.anchor]
    return x, -low - hop * body.leg


def _contacts(body: Body, joints: Joints) -> list[Vector]:
    """All points that can touch the ground."""
    back = (joints.hip[0] - joints.forward[0] * body.hip, joints.hip[1] - joints.forward[1] * body.hip)
    head = (joints.head[0], joints.head[1] + body.head)
    knees = [(leg[1][0], leg[1][1] + body.limb * 1.3) for leg in (joints.near_leg, joints.far_leg)]
    near = foot_ends(body, joints.near_leg[2], joints.near_foot)
    far = [(x, y + _FAR_LIFT) for x, y in foot_ends(body, joints.far_leg[2], joints.far_foot)]
    return [back, head, *knees, *near, *far]


def _moved(joints: Joints, by: Vector) -> Joints:
    def point(p: Vector) -> Vector:
        return p[0] + by[0], p[1] + by[1]

    def bones(b: Bones) -> Bones:
        return point(b[0]), point(b[1]), point(b[2])

    return replace(
        joints,
        hip=point(joints.hip),
        neck=point(joints.neck),
        head=point(joints.head),
        near_leg=bones(joints.near_leg),
        far_leg=bones(joints.far_leg),
        near_arm=bones(joints.near_arm),
        far_arm=bones(joints.far_arm),
    )
