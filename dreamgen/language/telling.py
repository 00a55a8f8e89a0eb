"""One claim in words, twice: a statement that is right when the claim holds, and one that is right when it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from dreamgen.core.claims import (
    Absence,
    Action,
    Attribute,
    CameraMove,
    Claim,
    Count,
    Cut,
    Description,
    Duration,
    Expression,
    Interaction,
    Light,
    Motion,
    Movement,
    Order,
    Place,
    Presence,
    Relation,
    Shots,
    Speech,
    Time,
    Tint,
    WeatherIs,
)
from dreamgen.language import measured
from dreamgen.language.company import Company, wears
from dreamgen.language.statements import pose
from dreamgen.language.times import instant
from dreamgen.language.wording import a, capital, number, place, quoted, thing, words

_OPPOSITE: Final = {"left of": "right of", "right of": "left of", "in front of": "behind", "behind": "in front of"}
_WAYS: Final = {"left": "to the left", "right": "to the right"}


@dataclass(frozen=True)
class Statement:
    """What a claim says, and the opposite: one of the two is right."""

    text: str
    """`The boy is waving.`"""
    opposite: str
    """`The boy is not waving.`"""


@dataclass(frozen=True)
class Room:
    """What whoever puts claims into words knows."""

    company: Company
    """The cast."""
    by_id: Mapping[str, Claim]
    """All claims that are asked together: some speak of others."""


def state(room: Room, claim: Claim) -> Statement | None:
    """The claim in words; None where there are none that a viewer could check.

    There are none for a cause or a narration, which no picture shows, and where nobody can be told apart.
    """
    words_for = _WORDS.get(claim.kind)
    return words_for(room, claim) if words_for else None


def _both(text: str, opposite: str) -> Statement:
    # a caption of several lines is one line here
    return Statement(*(f"{capital(' '.join(said.split()))}." for said in (text, opposite)))


def _is(subject: str, what: str) -> Statement:
    return _both(f"{subject} is {what}", f"{subject} is not {what}")


def _does(subject: str, third: str, base: str, rest: str = "") -> Statement:
    return _both(f"{subject} {third}{rest}", f"{subject} does not {base}{rest}")


def _presence(room: Room, claim: Presence | Absence) -> Statement | None:
    who = room.company.one(claim.entity)
    if who is None:
        return None
    seen = f"{a(who)} can be seen", f"no {who} can be seen"
    return _both(*seen) if claim.kind == "presence" else _both(*reversed(seen))


def _attribute(room: Room, claim: Attribute) -> Statement | None:
    who = room.company.the(claim.entity, frozenset({claim.slot}))
    if who is None:
        return None
    if claim.slot == "body":
        return _is(who, claim.colour) if claim.colour else None
    if claim.slot == "coat":
        marked = {"plain": "without spots or stripes", "spotted": "with spots", "striped": "with stripes"}
        coat = " ".join(part for part in (claim.colour, marked.get(claim.value, claim.value)) if part)
        return _is(who, coat)
    third, base = wears(claim)
    return _does(who, third, base, f" {look_of(claim)}")


def look_of(claim: Attribute) -> str:
    """`a red coat`, `black hair`, `a bald head`."""
    if claim.slot == "hair":
        return f"{claim.value} hair"
    pattern = str(words()["looks"].get(claim.value, ""))
    if pattern.startswith("with ") and "{" not in pattern:
        return pattern.removeprefix("with ")
    return a(thing(claim.value, claim.colour))


def _count(room: Room, claim: Count) -> Statement:
    one = {"people": "person", "animals": "animal"}[claim.what] if claim.number == 1 else claim.what
    counted = f"{number(claim.number)} {one}"
    return _both(
        f"exactly {counted} can be seen" if claim.number else f"{counted} can be seen",
        f"the number of {claim.what} that can be seen is not {number(claim.number) if claim.number else 'zero'}",
    )


def doing(room: Room, claim: Action) -> str:
    """`walking with a lantern`."""
    row = pose(room.company.world, claim)
    phrase = str(words()["poses"][row][0])
    if claim.using is None or row == "talk":
        return phrase
    held = a(room.company.what(claim.using))
    return phrase.replace("something", held) if row == "hold" else f"{phrase} with {held} in the hand"


def _action(room: Room, claim: Action) -> Statement | None:
    who = room.company.the(claim.entity)
    return _is(who, doing(room, claim)) if who else None


def _interaction(room: Room, claim: Interaction) -> Statement | None:
    who, other = room.company.the(claim.entity), room.company.the(claim.other)
    return _is(who, f"{words()['deeds'][claim.action][0]} {other}") if who and other else None


def _expression(room: Room, claim: Expression) -> Statement | None:
    who = room.company.the(claim.entity)
    return _does(who, "looks", "look", f" {words()['feelings'][claim.feeling]}") if who else None


def _relation(room: Room, claim: Relation) -> Statement | None:
    who, other = room.company.the(claim.entity), room.company.the(claim.other)
    if not (who and other):
        return None
    sides = (words()["relations"][side] for side in (claim.relation, _OPPOSITE[claim.relation]))
    text, opposite = (f"as the viewer sees it, {who} is {side} {other}" for side in sides)
    return _both(text, opposite)


def _place(room: Room, claim: Place) -> Statement:
    return _does("this", "happens", "happen", f" {place(claim.place)}")


def _time(room: Room, claim: Time) -> Statement:
    return _is("the light", f"that of {words()['light'][claim.time]}")


def _weather(room: Room, claim: WeatherIs) -> Statement:
    return _is("the weather", words()["weather"][claim.weather])


def _movement(room: Room, claim: Movement) -> Statement | None:
    who = room.company.the(claim.entity)
    if who is None:
        return None
    if claim.direction == "none":
        return _does(who, "stays", "stay", " in one place")
    return _does(who, "moves", "move", f" {_WAYS[claim.direction]} over the ground, as the viewer sees it")


def _camera_move(room: Room, claim: CameraMove) -> Statement:
    does = str(words()["camera"][claim.move])
    verb, _, rest = does.partition(" ")
    return _does("the camera", verb, verb.removesuffix("s"), f" {rest}")


def _cut(room: Room, claim: Cut) -> Statement:
    rest = f" at once to another shot at {instant(claim.at)}"
    return _does("the picture", "changes", "change", rest)


def _speech(room: Room, claim: Speech) -> Statement | None:
    who = room.company.the(claim.entity)
    if who is None:
        return None
    return _does(who, "says", "say", f" {quoted(claim.words, inside=True)}, as a caption in the picture shows")


def _description(room: Room, claim: Description) -> Statement | None:
    """A sentence of somebody's own words has no opposite that could be formed: it is called right, or wrong."""
    of = ""
    if claim.entity is not None:
        who = room.company.the(claim.entity)
        if who is None:
            return None
        of = f" of {who}"
    told = quoted(claim.text)
    right, wrong = "right in every detail", "wrong in at least one detail"
    return Statement(*(" ".join(f"This description{of} is {how}: {told}".split()) for how in (right, wrong)))


def _order(room: Room, claim: Order) -> Statement | None:
    first, second = (_clause(room, room.by_id.get(name)) for name in (claim.first, claim.second))
    if not (first and second) or first == second:
        return None
    return _both(f"{first} before {second}", f"{second} before {first}")


def _measured(room: Room, claim: Light | Tint | Motion | Shots) -> Statement | None:
    said = measured.measured(claim)
    return _both(*said) if said else None


def _duration(room: Room, claim: Duration) -> Statement | None:
    of = room.by_id.get(claim.of)
    stated = state(room, of) if of is not None and not isinstance(of, Duration | Order) else None
    if of is None or stated is None:
        return None
    long = lasting(claim.seconds)
    so = f"from {instant(of.start)} on this is so: {stated.text[:-1]}. It stays so"
    return _both(f"{so} for about {long}", f"{so} for much less or much more than {long}")


def lasting(seconds: float) -> str:
    """`two seconds`; to the half second under three."""
    halves = round(seconds * 2) / 2 if seconds < 3 else float(round(seconds))
    halves = max(halves, 0.5)
    if halves == 0.5:
        return "half a second"
    if halves % 1:
        return f"{number(int(halves))} and a half seconds"
    return f"{number(int(halves))} second{'s' if halves > 1 else ''}"


def _clause(room: Room, claim: Claim | None) -> str | None:
    """Something that begins: `the boy begins to wave`."""
    if isinstance(claim, Place):
        return f"the picture first shows {_scene(claim)}"
    if isinstance(claim, CameraMove | Light | Tint):
        return measured.beginning(claim)
    who = room.company.the(claim.entity) if isinstance(claim, Presence | Action | Interaction | Speech) else None
    if who is None:
        return None
    if isinstance(claim, Action):
        return f"{who} is first seen {doing(room, claim)}"
    if isinstance(claim, Interaction):
        other = room.company.the(claim.other)
        return f"{who} is first seen {words()['deeds'][claim.action][0]} {other}" if other else None
    if isinstance(claim, Speech):
        return f"{who} says {quoted(claim.words, inside=True)}"
    return f"{who} appears"


def _scene(claim: Place) -> str:
    return place(claim.place).split(" ", 1)[1]


_WORDS: Final[Mapping[str, Callable[[Room, Any], Statement | None]]] = MappingProxyType(
    {
        "presence": _presence,
        "absence": _presence,
        "attribute": _attribute,
        "count": _count,
        "action": _action,
        "interaction": _interaction,
        "expression": _expression,
        "relation": _relation,
        "place": _place,
        "time_of_day": _time,
        "weather": _weather,
        "order": _order,
        "duration": _duration,
        "movement": _movement,
        "camera_move": _camera_move,
        "cut": _cut,
        "speech": _speech,
        "description": _description,
        "shots": _measured,
        "light": _measured,
        "tint": _measured,
        "motion": _measured,
    }
)
