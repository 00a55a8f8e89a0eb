"""Any four-legged animal: a side view with a head turned a little towards the viewer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dreamgen.core.vocabulary import Pose
from dreamgen.illustrator.animals.coats import draw_marks
from dreamgen.illustrator.animals.heads import draw_head, draw_neck, place_head
from dreamgen.illustrator.animals.species import Species
from dreamgen.illustrator.animals.tails import draw_tail
from dreamgen.illustrator.display import Part, Recorder, Rgb, shade
from dreamgen.illustrator.geometry import bent, reach

if TYPE_CHECKING:
    from dreamgen.illustrator.animals.drawing import AnimalMotion

_HOOF = "#4b4038"
_STRIDE = {"walk": 0.52, "run": 0.95}  # reach of a foot to either side, as a share of the leg


@dataclass(frozen=True)
class Trunk:
    """Where the body is at one moment, in figure units, y down."""

    hip: tuple[float, float]
    chest: tuple[float, float]
    pitch: float
    """Radians that the body is turned up at the chest."""
    drop: float
    """How far the whole body is sunk towards the ground."""

    def place(self, along: float, up: float) -> tuple[float, float]:
        """A point `along` 0-1 from hip to chest and `up` units towards the back."""
        x = self.hip[0] + (self.chest[0] - self.hip[0]) * along
        y = self.hip[1] + (self.chest[1] - self.hip[1]) * along
        return x + up * math.sin(-self.pitch), y - up * math.cos(self.pitch)


def stride_length(species: Species, pose: Pose) -> float:
    """Ground covered by one full cycle of the legs, in figure units: a foot on the ground moves with it.

    A foot is down for half of the cycle and slides back by twice its reach in that time.
    """
    return 4 * _STRIDE.get(pose, _STRIDE["walk"]) * species.leg[0]


def draw_quadruped(
    recorder: Recorder, species: Species, coat: Rgb, pattern: str, motion: AnimalMotion, t: float
) -> None:
    """Records the animal facing +x with its feet at y = 0."""
    pose: Pose = motion.pose if motion.pose in ("walk", "run", "sit", "lie", "talk", "look") else "stand"
    cycle = motion.rate * t if pose in ("walk", "run") else 0.0
    trunk = _trunk(species, pose, cycle, t)
    with recorder.stamped(part=Part.COAT):
        head = place_head(species, trunk, motion, pose, t)
        _legs(recorder, species, shade(coat, 0.38), trunk, pose, cycle, near=False)
        draw_tail(recorder, species, coat, trunk.place(-0.06, species.body[3] * 0.55), pose, t)
        draw_neck(recorder, species, coat, head)
        _body(recorder, species, coat, trunk)
        draw_marks(recorder, species, coat, pattern, trunk, motion.seed)
        _legs(recorder, species, coat, trunk, pose, cycle, near=True)
        draw_head(recorder, species, coat, head, motion, pose, t)


def _trunk(species: Species, pose: Pose, cycle: float, t: float) -> Trunk:
    length, chest, _, hip = species.body
    leg = species.leg[0]
    breath = 0.25 * math.sin(2 * math.pi * 0.3 * t)
    half = length / 2
    if pose == "lie":
        return Trunk((-half, -hip * 0.92), (half, -chest * 0.92 + breath), 0.0, leg)
    if pose == "sit":
        pitch = math.radians(34)
        foot_of_body = (-half * 0.72, -hip * 0.95)
        top = (
            foot_of_body[0] + length * 0.86 * math.cos(pitch),
            foot_of_body[1] - length * 0.86 * math.sin(pitch) + breath,
        )
        return Trunk(foot_of_body, top, pitch, leg * 0.6)
    bounce, pitch = 0.0, 0.0
    if pose == "walk":
        bounce = 0.035 * leg * math.cos(4 * math.pi * cycle)
    elif pose == "run":
        bounce = 0.16 * leg * math.sin(2 * math.pi * cycle)
        pitch = 0.09 * math.cos(2 * math.pi * cycle)
    rise = math.sin(pitch) * half
    return Trunk(
        (-half, -leg - hip * 0.85 + bounce + rise), (half, -leg - chest * 0.8 + bounce + breath - rise), pitch, 0.0
    )


def _body(recorder: Recorder, species: Species, coat: Rgb, trunk: Trunk) -> None:
    _, chest, belly, hip = species.body
    place = trunk.place
    outline = [
        place(-0.16, hip * 0.25), place(-0.10, hip * 0.80), place(0.10, hip * 1.0), place(0.5, belly * 0.86),
        place(0.86, chest * 0.96), place(1.08, chest * 0.62), place(1.17, -chest * 0.05), place(1.05, -chest * 0.78),
        place(0.82, -chest * 1.0), place(0.45, -belly * 0.98), place(0.12, -hip * 0.78), place(-0.10, -hip * 0.55),
    ]  # fmt: skip
    recorder.shape(outline, coat)
    if species.wool:
        for k in range(9):
            along = k / 8
            x, y = place(along, (belly if 0.1 < along < 0.9 else hip * 0.7) * 0.82)
            recorder.oval(x, y, 5.2, 5.0, coat, width=0.8)
        for along, up in (
            (0.0, -0.2),
            (0.25, 0.15),
            (0.5, -0.25),
            (0.75, 0.2),
            (1.0, -0.1),
            (0.38, -0.6),
            (0.7, -0.55),
        ):
            x, y = place(along, belly * up)
            recorder.oval(x, y, 6.0, 5.4, coat, kind="detail")
    if species.udder and not trunk.drop:
        x, y = place(0.16, -hip * 0.95)
        recorder.oval(x, y, 5.0, 3.6, "#e9b9a8", width=0.7)


def _foot(swing: float, reach_: float, lift: float) -> tuple[float, float]:
    """Offset of a foot from under its joint: half the cycle on the ground at an even speed, then through the air."""
    phase = swing % 1.0
    if phase < 0.5:
        return reach_ * (1 - 4 * phase), 0.0
    u = (phase - 0.5) * 2
    return reach_ * (-1 + 2 * (u * u * (3 - 2 * u))), lift * math.sin(math.pi * u)


def _legs(recorder: Recorder, species: Species, coat: Rgb, trunk: Trunk, pose: Pose, cycle: float, near: bool) -> None:
    if pose == "lie":
        _folded_legs(recorder, species, coat, trunk, near)
        return
    leg = species.leg[0]
    amplitude = _STRIDE.get(pose, 0.0) * leg if pose in ("walk", "run") else 0.0
    shift = 0.0 if near else 0.5
    if pose == "run":  # a gallop: each pair nearly together, the hind pair first
        front, hind = cycle + 0.45 + (0.0 if near else 0.12), cycle + (0.0 if near else 0.12)
    else:  # a trot: diagonal legs together
        front, hind = cycle + shift, cycle + 0.5 + shift
    lift = (0.24 if pose == "walk" else 0.42) * leg
    depth = 0.0 if near else leg * 0.14  # the far legs stand a little forward, as in a three-quarter view
    for fore in (False, True):
        if pose == "sit" and not fore:
            _haunch(recorder, species, coat, trunk, near)
            continue
        along, up = (0.90, -species.body[1] * 0.35) if fore else (0.06, -species.body[3] * 0.25)
        x, y = trunk.place(along, up)
        dx, dy = _foot(front if fore else hind, amplitude, lift) if amplitude else (0.0, 0.0)
        foot = (x + dx + depth, -dy)
        _leg(recorder, species, coat, (x + depth * 0.5, y), foot, fore)


def _leg(
    recorder: Recorder, species: Species, coat: Rgb, root: tuple[float, float], foot: tuple[float, float], fore: bool
) -> None:
    _, thick, thin = species.leg
    sole = thin * (0.9 if species.feet == "paws" else 1.2)
    ankle = (foot[0], foot[1] - sole)
    span = max(1.0, math.hypot(ankle[0] - root[0], ankle[1] - root[1]))
    bone = max(span * 0.512, (abs(root[1]) - sole) * 0.515)
    joint, end = reach(root, ankle, bone, bone, bend=1.0 if fore else -1.0)
    thigh = thick * (1.05 if fore else 1.45)
    recorder.limb(bent(root, joint, end), np.array([thigh, thick, thin * 1.2, thin, thin]), coat)
    # no outline where the leg grows out of the body, or the animal looks like a jointed doll
    recorder.oval(root[0], root[1] - thigh * 0.15, thigh * 1.12, thigh * 1.25, coat, kind="detail")
    sock = species.sock_colour
    if sock is not None:
        low = np.asarray(joint) * 0.3 + np.asarray(end) * 0.7
        recorder.limb(np.array([low, (low + end) / 2, end]), np.array([thin, thin, thin]), sock, kind="detail")
    if species.feet == "hooves":
        x, y = end
        with recorder.stamped(part=Part.SHOES):
            recorder.shape(
                [
                    (x - thin * 1.05, y - thin * 0.3),
                    (x + thin * 1.05, y - thin * 0.3),
                    (x + thin * 1.5, y + sole),
                    (x - thin * 1.2, y + sole),
                ],
                _HOOF,
                smooth=False,
                width=0.7,
            )
    else:
        recorder.oval(end[0] + thin * 0.6, end[1] + sole * 0.2, thin * 1.75, sole * 0.82, sock or coat, width=0.8)


def _haunch(recorder: Recorder, species: Species, coat: Rgb, trunk: Trunk, near: bool) -> None:
    hip = species.body[3]
    x, y = trunk.place(0.1, -hip * 0.1)
    shift = 0.0 if near else species.leg[0] * 0.2
    recorder.oval(x + hip * 0.15 + shift, min(y + hip * 0.1, -hip * 0.72), hip * 0.95, hip * 0.82, coat)
    thin = species.leg[2]
    recorder.oval(x + hip * 0.95 + shift, -thin * 0.8, hip * 0.8, thin * 0.85, coat, width=0.8)


def _folded_legs(recorder: Recorder, species: Species, coat: Rgb, trunk: Trunk, near: bool) -> None:
    hip, thin = species.body[3], species.leg[2]
    shift = 0.0 if near else 3.0
    rise = 0.0 if near else thin * 0.6
    x, _ = trunk.place(0.1, 0.0)
    if near:
        recorder.oval(x + hip * 0.2, -hip * 0.66, hip * 1.0, hip * 0.68, coat)
    recorder.oval(x + hip * 0.9 + shift, -thin * 0.85 - rise, hip * 0.85, thin * 0.9, coat, width=0.8)
    front, _ = trunk.place(1.0, 0.0)
    recorder.oval(
        front + species.leg[0] * 0.22 + shift,
        -thin * 0.9 - rise,
        species.leg[0] * 0.42 + thin,
        thin * 0.95,
        coat,
        width=0.8,
    )
