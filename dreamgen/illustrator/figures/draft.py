"""What every drawing function of a person needs: the recorder, the body and the moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dreamgen.core.vocabulary import Feeling
from dreamgen.errors import unknown_name
from dreamgen.illustrator.display import Recorder, Rgb
from dreamgen.illustrator.figures.actor import Vector
from dreamgen.illustrator.figures.bodies import Body
from dreamgen.illustrator.figures.looks import Look
from dreamgen.illustrator.figures.poses import PoseSheet
from dreamgen.illustrator.figures.skeleton import Joints
from dreamgen.illustrator.figures.tables import table

Matrix = tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Mood:
    """What a face shows; data/expressions.toml says what the fields mean."""

    brow: Vector
    eye: float
    wide: bool
    smile: float
    open: float
    mouth: float
    teeth: bool
    blush: float
    tear: bool
    crease: bool
    frown: bool
    wobble: bool
    gaze: Vector


@cache
def mood_of(feeling: Feeling) -> Mood:
    """The face of a feeling.

    Raises:
        UsageError: when there is none.
    """
    feelings = table("expressions")["feelings"]
    if feeling not in feelings:
        raise unknown_name("feeling", feeling, feelings)
    data: dict[str, Any] = feelings[feeling]
    brow, gaze = data.get("brow", [0.0, 0.0]), data.get("gaze", [0.0, 0.0])
    return Mood(
        brow=(brow[0], brow[1]),
        eye=data.get("eye", 1.0),
        wide=data.get("wide", False),
        smile=data.get("smile", 0.3),
        open=data.get("open", 0.0),
        mouth=data.get("mouth", 0.27),
        teeth=data.get("teeth", False),
        blush=data.get("blush", 0.5),
        tear=data.get("tear", False),
        crease=data.get("crease", False),
        frown=data.get("frown", False),
        wobble=data.get("wobble", False),
        gaze=(gaze[0], gaze[1]),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """One person at one moment. The recorder's transform is set to figure units, facing +x."""

    recorder: Recorder
    unit: float
    """Stage points in one figure unit; strokes need it."""
    body: Body
    look: Look
    joints: Joints
    sheet: PoseSheet
    mood: Mood
    t: float
    talks: bool
    phase: float
    """Shifts blinks, 0-1."""
    wind: float
    """How hard hair and scarf blow backwards, 0-1."""

    def stroke(self, points: Sequence[Vector], colour: Rgb, width: float, alpha: float = 1.0) -> None:
        """An open line, `width` figure units wide."""
        self.recorder.stroke(points, colour, width * self.unit, alpha=alpha)

    @property
    def torso_frame(self) -> Matrix:
        """From (x forward, y down from the hip) to figure units."""
        joints = self.joints
        return (
            (joints.forward[0], -joints.up[0], joints.hip[0]),
            (joints.forward[1], -joints.up[1], joints.hip[1]),
        )

    @property
    def head_frame(self) -> Matrix:
        """From head units (the radius of the skull is 1) to figure units."""
        joints, body = self.joints, self.body
        sine, cosine = math.sin(joints.tilt), math.cos(joints.tilt)
        wide, tall = body.head * body.face.wide, body.head * body.face.tall
        return (
            (cosine * wide, -sine * tall, joints.head[0]),
            (sine * wide, cosine * tall, joints.head[1]),
        )
