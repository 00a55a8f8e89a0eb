"""What is measured of a clip, in words: light, colour, motion, sound, shots."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dreamgen.core.claims import CameraMove, Claim, Light, Loudness, Motion, Shots, Tint
from dreamgen.language.wording import number, words

_WAYS: Final = MappingProxyType({"left": "to the left", "right": "to the right", "up": "upwards", "down": "downwards"})
_LIGHTS: Final = MappingProxyType({"dark": "dark", "dim": "dimly lit", "bright": "bright"})


def measured(claim: Claim) -> tuple[str, str] | None:
    """A measured claim as a clause, and a clause that is right when it does not hold; None for other kinds."""
    if isinstance(claim, Light):
        return f"the picture is {_LIGHTS[claim.level]}", f"the picture is not {_LIGHTS[claim.level]}"
    if isinstance(claim, Tint):
        return f"{claim.colour} covers most of the picture", f"{claim.colour} does not cover most of the picture"
    if isinstance(claim, Loudness):
        return f"the sound is {claim.level}", f"the sound is not {claim.level}"
    if isinstance(claim, Shots):
        shots = f"{number(claim.number)} shot{'s' if claim.number > 1 else ''}"
        return f"this consists of exactly {shots}", f"this does not consist of exactly {shots}"
    return _moving(claim) if isinstance(claim, Motion) else None


def _moving(claim: Motion) -> tuple[str, str]:
    if claim.direction != "none":
        way = _WAYS[claim.direction]
        return f"most of what moves in the picture goes {way}", f"most of what moves in the picture does not go {way}"
    if claim.amount == "none":
        return "nothing in the picture moves", "something in the picture moves"
    much = {"little": "a little", "much": "much"}[claim.amount]
    return f"{much} of the picture moves", f"the share of the picture that moves is not {much}"


def beginning(claim: Claim) -> str | None:
    """How a measured state begins, as a clause: `the picture turns dark`; None for what begins in no such way."""
    if isinstance(claim, Light):
        return f"the picture turns {_LIGHTS[claim.level]}"
    if isinstance(claim, Tint):
        return f"{claim.colour} comes to cover most of the picture"
    if isinstance(claim, Loudness):
        return f"the sound turns {claim.level}"
    if isinstance(claim, CameraMove):
        phrase = str(words()["camera"][claim.move])
        if claim.move == "static":
            return "the camera comes to rest"
        verb, _, rest = phrase.partition(" ")
        return f"the camera begins to {verb.removesuffix('s')} {rest}"
    return None


def way(direction: str) -> str:
    """`to the left`, `upwards`."""
    return _WAYS[direction]
