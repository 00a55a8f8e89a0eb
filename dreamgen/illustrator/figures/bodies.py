"""Bodies and faces: the proportions of one character, the same in every shot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dreamgen.core.base import derived_random
from dreamgen.core.story import Character
from dreamgen.errors import unknown_name
from dreamgen.illustrator.figures.tables import table

PEOPLE = ("man", "woman", "boy", "girl", "old man", "old woman")
"""The kinds of characters that are drawn as people."""


@dataclass(frozen=True, slots=True)
class Face:
    """What tells one face from another, in head units (the radius of the skull is 1)."""

    jaw: float
    """0 is a pointed jaw, 1 a square one."""
    cheek: float
    """How much fuller than usual the cheeks are."""
    chin: float
    """How much longer than usual the chin is."""
    wide: float
    """Width of the skull, as a factor."""
    tall: float
    """Height of the skull, as a factor."""
    eye: float
    """Size of the eyes, as a factor."""
    apart: float
    """How much farther than usual the eyes are from each other."""
    brow: float
    """Thickness of the brows, as a factor."""
    lashes: bool
    """Whether the eyes have lashes."""
    lips: float
    """How red the lips are, 0-1."""
    lines: float
    """How deep the wrinkles are, 0-1."""
    nose: str
    """The name of the nose's outline in expressions.toml."""
    freckles: bool
    """Whether there are freckles."""


@dataclass(frozen=True, slots=True)
class Body:
    """Proportions in figure units; data/bodies.toml says what they mean."""

    kind: str
    leg: float
    torso: float
    arm: float
    head: float
    shoulder: float
    waist: float
    hip: float
    limb: float
    neck: float
    lean: float
    bust: float
    belly: float
    scale: float
    face: Face

    @property
    def sole(self) -> float:
        """How far the sole is under the ankle."""
        return self.limb * 0.81


@lru_cache(maxsize=256)
def body_of(character: Character) -> Body:
    """The body of a person.

    Raises:
        UsageError: when the kind or the build is unknown.
    """
    if character.kind not in PEOPLE:
        raise unknown_name("kind of person", character.kind, PEOPLE)
    trait = character.trait("body")
    builds = table("bodies")["build"]
    build = trait.value if trait else "average"
    if build not in builds:
        raise unknown_name("body", build, builds)
    data, change = table("bodies")[character.kind], builds[build]

    def scaled(key: str) -> float:
        return float(data[key]) * float(change.get(key, 1.0))

    return Body(
        kind=character.kind,
        leg=scaled("leg"),
        torso=float(data["torso"]),
        arm=float(data["arm"]),
        head=float(data["head"]),
        shoulder=scaled("shoulder"),
        waist=scaled("waist"),
        hip=scaled("hip"),
        limb=scaled("limb"),
        neck=scaled("neck"),
        lean=float(data.get("lean", 0.0)),
        bust=float(data.get("bust", 0.0)),
        belly=float(data.get("belly", 0.0)) + float(change.get("belly", 0.0)) * float(data["torso"]) / 30,
        scale=float(data["scale"]),
        face=_face(character, data["face"], change),
    )


def _face(character: Character, data: dict[str, Any], change: dict[str, Any]) -> Face:
    """Drawn from the character alone, so that a face never changes between shots, stories or sizes."""
    lot = derived_random(0, "face", character.kind, character.id)
    return Face(
        jaw=min(1.0, max(0.0, data["jaw"] + lot.uniform(-0.22, 0.22))),
        cheek=data["cheek"] + change.get("cheek", 0.0) + lot.uniform(-0.04, 0.04),
        chin=data["chin"] + lot.uniform(-0.05, 0.06),
        wide=data.get("wide", 1.0) * change.get("wide", 1.0) * lot.uniform(0.96, 1.03),
        tall=data.get("tall", 1.0) * lot.uniform(0.98, 1.03),
        eye=data["eye"] * lot.uniform(0.93, 1.07),
        apart=lot.uniform(-0.03, 0.03),
        brow=data["brow"] * lot.uniform(0.85, 1.2),
        lashes=data.get("lashes", False),
        lips=data["lips"],
        lines=data.get("lines", 0.0),
        nose=lot.choice(data["noses"]),
        freckles=character.kind in ("boy", "girl") and lot.random() < 0.4,
    )
