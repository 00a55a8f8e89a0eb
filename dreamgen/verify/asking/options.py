"""What could be claimed instead: of each kind, claims that can't hold together with the given one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, get_args

from dreamgen.core.base import derived_random
from dreamgen.core.claims import (
    Action,
    Attribute,
    CameraMove,
    Claim,
    Count,
    Expression,
    Interaction,
    Movement,
    Place,
    Time,
    WeatherIs,
)
from dreamgen.core.colours import COLOURS, confusable
from dreamgen.core.lookalikes import PLACES, VALUES, alike
from dreamgen.core.vocabulary import CameraMotion, Feeling, Pose, TimeOfDay, Weather
from dreamgen.language.company import Company

MOST: Final = 3
"""Others that stand beside a claim in a choice."""

_ANIMAL_POSES: Final = ("stand", "walk", "run", "sit", "lie")
_LOST_IN_WORDS: Final = frozenset({"hold", "hug", "look", "fall"})
"""Poses that need somebody or something besides, or are over in a moment."""
_DEEDS: Final = ("hug", "walk with", "chase", "talk to", "point at", "wave at")


def others(claim: Claim, company: Company) -> tuple[Claim, ...]:
    """Up to three claims of the same kind about the same time, of which none can be taken for the claim.

    They differ from it in the same one detail, so that nothing in the row of them tells which one was claimed: each
    is as far from the others. What is true of the clip has no part in it; one of them may well hold.

    Args:
        claim: true or false.
        company: tells animals from people.
    """
    find = _OTHERS.get(claim.kind)
    if find is None:
        return ()
    field, values = find(claim, company)
    own = getattr(claim, field)
    found = [value for value in values if value != own]
    derived_random(0, "options", claim.id).shuffle(found)
    return tuple(claim.model_copy(update={field: value}) for value in found[:MOST])


Values = tuple[str, Sequence[object]]
"""The field that changes, and what it could be."""


def _attribute(claim: Attribute, company: Company) -> Values:
    if claim.colour is not None:
        own = claim.colour
        return "colour", [colour for colour in COLOURS if not confusable(colour, own)]
    return "value", [value for value in VALUES.get(claim.slot, ()) if not alike(claim.slot, value, claim.value)]


def _count(claim: Count, company: Company) -> Values:
    return "number", [claim.number + by for by in (-2, -1, 1, 2) if claim.number + by >= 0]


def _action(claim: Action, company: Company) -> Values:
    poses: Sequence[str] = get_args(Pose)
    if company.is_animal(claim.entity):
        poses = _ANIMAL_POSES
    return "action", [pose for pose in poses if pose not in _LOST_IN_WORDS and not alike("pose", pose, claim.action)]


def _interaction(claim: Interaction, company: Company) -> Values:
    return "action", [deed for deed in _DEEDS if not alike("together", deed, claim.action)]


def _expression(claim: Expression, company: Company) -> Values:
    return "feeling", [one for one in get_args(Feeling) if not alike("feeling", one, claim.feeling)]


def _place(claim: Place, company: Company) -> Values:
    known = claim.place in PLACES
    return "place", [one for one in PLACES if not (known and alike("place", one, claim.place))]


def _time(claim: Time, company: Company) -> Values:
    return "time", get_args(TimeOfDay)


def _weather(claim: WeatherIs, company: Company) -> Values:
    return "weather", [one for one in get_args(Weather) if not alike("weather", one, claim.weather)]


def _movement(claim: Movement, company: Company) -> Values:
    return "direction", ("left", "right", "none")


def _camera_move(claim: CameraMove, company: Company) -> Values:
    return "move", get_args(CameraMotion)


_OTHERS: Final[Mapping[str, Callable[[Any, Company], Values]]] = MappingProxyType(
    {
        "attribute": _attribute,
        "count": _count,
        "action": _action,
        "interaction": _interaction,
        "expression": _expression,
        "place": _place,
        "time_of_day": _time,
        "weather": _weather,
        "movement": _movement,
        "camera_move": _camera_move,
    }
)
"""Kinds with a choice. Of the others the opposite says all that a choice could: a side, an order, being there."""
