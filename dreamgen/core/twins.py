"""False twins: a claim with one detail changed so that it is certainly false.

They are the hard negatives of yes-no questions, the wrong options of choices, and the calibration set of verifiers.
A twin looks like any true claim of its kind: the same words, the same grid of times, the same span. It contradicts
other true claims all the same, or it would not be false: who judges it must look at the pixels, not at those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from dreamgen.core.altered import altered, known_of
from dreamgen.core.base import derived_random
from dreamgen.core.claims import (
    Absence,
    Action,
    Attribute,
    CameraMove,
    Cause,
    Claim,
    Count,
    Cut,
    Description,
    Duration,
    Expression,
    Interaction,
    Light,
    Loudness,
    Motion,
    Movement,
    Narration,
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
from dreamgen.core.colours import COLOURS, confusable
from dreamgen.core.lookalikes import PLACES, VALUES, alike

MOST: Final = 3
"""Twins of one claim; the lot that its id gives decides which, so that no value is the favourite wrong one."""
FAR_FROM_CUT: Final = 0.5
"""Seconds between a false cut and any true one."""
LONGER: Final = 2.0
"""How many times longer or shorter than a true duration a false one is at least."""

DETAILS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "presence": (("entity", "what", "category", "name"),),
    "absence": (("entity", "what", "category", "name"),),
    "attribute": (("colour",), ("value",)),
    "count": (("number",),),
    "action": (("action",),),
    "interaction": (("other",), ("action",)),
    "expression": (("feeling",),),
    "relation": (("relation",),),
    "place": (("place",),),
    "time_of_day": (("time",),),
    "weather": (("weather",),),
    "order": (("first", "second"),),
    "duration": (("seconds",),),
    "movement": (("direction",),),
    "camera_move": (("move",),),
    "cut": (("start", "end"),),
    "speech": (("words",), ("entity",)),
    "cause": (("because",),),
    "narration": (("text",),),
    "description": (("text",),),
    "shots": (("number",),),
    "light": (("level",),),
    "tint": (("colour",),),
    "motion": (("amount",), ("direction",)),
    "loudness": (("level",),),
}
"""The details that a twin of each kind may change: one of these, and nothing else. Some details take several fields:
who somebody is comes with what it looks like, an order is swapped as a whole, and a cut has one time."""

_ANIMAL_POSES: Final = ("stand", "walk", "run", "sit", "lie")
_PERSON_POSES: Final = ("stand", "walk", "run", "sit", "talk", "hug", "wave", "point", "lie", "kneel", "dance")
_FEELINGS: Final = ("happy", "sad", "angry", "surprised", "calm", "worried")


def false_twins(claim: Claim, world: Sequence[Claim]) -> tuple[Claim, ...]:
    """Up to three one-detail changes of `claim` that are certainly false; the same ones in every process.

    Args:
        claim: a true claim.
        world: all true claims of the same clip; what is not in it is not known, and so it makes no twin.
    """
    known = {other.id for other in world} | {claim.id}
    candidates = [twin for twin in _MAKERS[claim.kind](claim, world) if twin.id not in known]
    unique = list({twin.id: twin for twin in candidates}.values())
    derived_random(0, "twins", claim.id).shuffle(unique)
    return tuple(unique[:MOST])


def _changed(claim: Claim, **details: Any) -> Claim:
    return type(claim).model_validate({**claim.model_dump(exclude={"id"}), **details})


def _overlap(one: Claim, other: Claim) -> bool:
    return one.start < other.end and other.start < one.end


def _covers(one: Claim, other: Claim) -> bool:
    return one.start <= other.start + 1e-6 and one.end >= other.end - 1e-6


def _presence(claim: Presence, world: Sequence[Claim]) -> Iterator[Claim]:
    for other in world:
        if isinstance(other, Absence) and _covers(other, claim):
            yield _changed(claim, **_identity(other))


def _absence(claim: Absence, world: Sequence[Claim]) -> Iterator[Claim]:
    for other in world:
        if isinstance(other, Presence) and other.category != "prop" and _covers(other, claim):
            yield _changed(claim, **_identity(other))


def _identity(claim: Presence | Absence) -> dict[str, str | None]:
    return {"entity": claim.entity, "what": claim.what, "category": claim.category, "name": claim.name}


def _attribute(claim: Attribute, world: Sequence[Claim]) -> Iterator[Claim]:
    if claim.colour is not None:
        for colour in COLOURS:
            if not confusable(colour, claim.colour):
                yield _changed(claim, colour=colour)
    for value in VALUES.get(claim.slot, ()):
        if not alike(claim.slot, value, claim.value):
            yield _changed(claim, value=value)


def _count(claim: Count, world: Sequence[Claim]) -> Iterator[Claim]:
    yield from (_changed(claim, number=claim.number + by) for by in (-2, -1, 1, 2) if claim.number + by > 0)


def _action(claim: Action, world: Sequence[Claim]) -> Iterator[Claim]:
    done = _poses(claim.entity, claim, world) | {claim.action}
    animal = any(
        isinstance(other, Presence) and other.entity == claim.entity and other.category == "animal" for other in world
    )
    for pose in _ANIMAL_POSES if animal else _PERSON_POSES:
        if not any(alike("pose", pose, other) for other in done):
            yield _changed(claim, action=pose)


def _poses(who: str, when: Claim, world: Iterable[Claim]) -> set[str]:
    """Everything that `who` is known to do meanwhile."""
    known: set[str] = set()
    for other in world:
        if not _overlap(other, when):
            continue
        if isinstance(other, Action) and other.entity == who:
            known.add(other.action)
        elif isinstance(other, Speech) and other.entity == who:
            known.add("talk")
        elif isinstance(other, Interaction) and who in (other.entity, other.other):
            known |= {"hug"} if other.action == "hug" else {"walk", "run"} if other.action in _MOVING else set()
    return known


_MOVING: Final = frozenset({"walk with", "chase"})
_TOGETHER: Final = ("hug", "walk with", "chase", "talk to", "point at", "wave at")


def _interaction(claim: Interaction, world: Sequence[Claim]) -> Iterator[Claim]:
    between = [other for other in world if isinstance(other, Interaction) and _overlap(other, claim)]
    mine = {other.action for other in between if {other.entity, other.other} == {claim.entity, claim.other}}
    person = any(
        isinstance(other, Presence) and other.entity == claim.other and other.category == "person" for other in world
    )
    for action in _TOGETHER if person else ():
        if not any(alike("together", action, other) for other in mine | {claim.action}):
            yield _changed(claim, action=action)
    theirs = {other.other for other in between if other.entity == claim.entity}
    for other in world:
        there = isinstance(other, Presence) and other.category != "prop" and _covers(other, claim)
        if isinstance(other, Presence) and there and other.entity not in theirs | {claim.entity}:
            yield from [_changed(claim, other=other.entity)] if _surely_not(claim, other.entity, world) else []


def _surely_not(claim: Interaction, other: str, world: Sequence[Claim]) -> bool:
    """Whether `claim` can't also be true of `other`."""
    poses = _poses(other, claim, world)
    if claim.action == "hug":
        return bool(poses) and "hug" not in poses
    if claim.action in _MOVING:
        return bool(poses) and not poses & {"walk", "run"}
    # whoever turns to one side turns away from those on the other
    sides = _sides(claim, world)
    return {sides.get(claim.other), sides.get(other)} == {"left of", "right of"}


def _sides(claim: Interaction, world: Iterable[Claim]) -> dict[str, str]:
    """On which side of them `claim.entity` is, for others."""
    opposite = {"left of": "right of", "right of": "left of"}
    sides = {}
    for other in world:
        if isinstance(other, Relation) and other.relation in opposite and _covers(other, claim):
            if other.entity == claim.entity:
                sides[other.other] = str(other.relation)
            elif other.other == claim.entity:
                sides[other.entity] = opposite[other.relation]
    return sides


def _expression(claim: Expression, world: Sequence[Claim]) -> Iterator[Claim]:
    shown = {
        other.feeling
        for other in (*world, claim)
        if isinstance(other, Expression) and other.entity == claim.entity and _overlap(other, claim)
    }
    for feeling in _FEELINGS:
        if not any(alike("feeling", feeling, other) for other in shown):
            yield _changed(claim, feeling=feeling)


def _relation(claim: Relation, world: Sequence[Claim]) -> Iterator[Claim]:
    opposite = {"left of": "right of", "right of": "left of", "in front of": "behind", "behind": "in front of"}
    yield _changed(claim, relation=opposite[claim.relation])


def _place(claim: Place, world: Sequence[Claim]) -> Iterator[Claim]:
    seen = {other.place for other in (*world, claim) if isinstance(other, Place) and _overlap(other, claim)}
    elsewhere = (other.place for other in world if isinstance(other, Place))
    for place in dict.fromkeys((*PLACES, *elsewhere)):
        if not any(alike("place", place, other) for other in seen):
            yield _changed(claim, place=place)


def _time(claim: Time, world: Sequence[Claim]) -> Iterator[Claim]:
    seen = {other.time for other in (*world, claim) if isinstance(other, Time) and _overlap(other, claim)}
    yield from (_changed(claim, time=time) for time in ("day", "sunset", "night") if time not in seen)


def _weather(claim: WeatherIs, world: Sequence[Claim]) -> Iterator[Claim]:
    seen = {other.weather for other in (*world, claim) if isinstance(other, WeatherIs) and _overlap(other, claim)}
    for weather in ("clear", "rain", "snow", "fog"):
        if not any(alike("weather", weather, other) for other in seen):
            yield _changed(claim, weather=weather)


def _order(claim: Order, world: Sequence[Claim]) -> Iterator[Claim]:
    yield _changed(claim, first=claim.second, second=claim.first)


def _duration(claim: Duration, world: Sequence[Claim]) -> Iterator[Claim]:
    """Lengths that other states of the clip have, so that no number looks false; else half or twice as long.

    None is as long as the claim's span, or longer: a true one is not, and so the twin would give itself away.
    """
    others = sorted({other.seconds for other in world if isinstance(other, Duration)})
    far = [seconds for seconds in others if max(seconds / claim.seconds, claim.seconds / seconds) >= LONGER]
    half = claim.seconds / LONGER
    # most plans cut at quarters of a second, and then no false length may lie between them
    shorter = int(half * 4) / 4 if claim.seconds * 4 % 1 == 0 and half >= 0.25 else round(half, 3)
    for seconds in far or [shorter, round(claim.seconds * LONGER, 3)]:
        if seconds < claim.end - claim.start - 1e-6:
            yield _changed(claim, seconds=seconds)


def _movement(claim: Movement, world: Sequence[Claim]) -> Iterator[Claim]:
    yield from (_changed(claim, direction=way) for way in ("left", "right", "none") if way != claim.direction)


def _camera_move(claim: CameraMove, world: Sequence[Claim]) -> Iterator[Claim]:
    seen = {other.move for other in (*world, claim) if isinstance(other, CameraMove) and _overlap(other, claim)}
    moves = ("static", "pan_left", "pan_right", "zoom_in", "zoom_out")
    yield from (_changed(claim, move=move) for move in moves if move not in seen)


def _cut(claim: Cut, world: Sequence[Claim]) -> Iterator[Claim]:
    """Times on the grid on which the shots' lengths lie, inside the clip and far from every true cut."""
    cuts = [other.at for other in (*world, claim) if isinstance(other, Cut)]
    last = max((other.end for other in world), default=claim.end)
    for steps in (*range(-16, 0), *range(1, 17)):
        at = round(claim.at + steps * 0.25, 4)
        inside = FAR_FROM_CUT <= at <= last - FAR_FROM_CUT
        if inside and all(abs(at - cut) >= FAR_FROM_CUT for cut in cuts):
            yield _changed(claim, start=at, end=at)


def _speech(claim: Speech, world: Sequence[Claim]) -> Iterator[Claim]:
    said = [claim, *(other for other in world if isinstance(other, Speech))]
    meanwhile = {_plain(speech.words) for speech in said if _overlap(speech, claim)}
    for speech in said:
        if _plain(speech.words) not in meanwhile:
            yield _changed(claim, words=speech.words)
    speakers = {speech.entity for speech in said if _overlap(speech, claim)}
    for other in world:
        person = isinstance(other, Presence) and other.category == "person" and _covers(other, claim)
        if isinstance(other, Presence) and person and other.entity not in speakers:
            yield _changed(claim, entity=other.entity)


def _plain(words: str) -> str:
    return "".join(letter for letter in words.lower() if letter.isalnum())


def _cause(claim: Cause, world: Sequence[Claim]) -> Iterator[Claim]:
    reasons = {other.because for other in world if isinstance(other, Cause) and other.effect == claim.effect}
    for other in world:
        if isinstance(other, Cause) and other.effect != claim.effect and other.because not in reasons:
            yield _changed(claim, because=other.because)


def _narration(claim: Narration, world: Sequence[Claim]) -> Iterator[Claim]:
    for other in world:
        if isinstance(other, Narration) and not _overlap(other, claim) and _plain(other.text) != _plain(claim.text):
            yield _changed(claim, text=other.text)


def _description(claim: Description, world: Sequence[Claim]) -> Iterator[Claim]:
    for text in altered(claim.text, known_of(world)):
        yield _changed(claim, text=text)


def _shots(claim: Shots, world: Sequence[Claim]) -> Iterator[Claim]:
    yield from (_changed(claim, number=claim.number + by) for by in (-2, -1, 1, 2) if claim.number + by > 0)


def _light(claim: Light, world: Sequence[Claim]) -> Iterator[Claim]:
    # dim lies between the two, and who calls it so may not be wrong
    if claim.level != "dim":
        yield _changed(claim, level={"dark": "bright", "bright": "dark"}[claim.level])


def _tint(claim: Tint, world: Sequence[Claim]) -> Iterator[Claim]:
    yield from (_changed(claim, colour=colour) for colour in COLOURS if not confusable(colour, claim.colour))


def _motion(claim: Motion, world: Sequence[Claim]) -> Iterator[Claim]:
    if claim.direction != "none":
        yield _changed(claim, direction={"left": "right", "right": "left", "up": "down", "down": "up"}[claim.direction])
    elif claim.amount != "little":
        yield _changed(claim, amount={"none": "much", "much": "none"}[claim.amount])


def _loudness(claim: Loudness, world: Sequence[Claim]) -> Iterator[Claim]:
    if claim.level != "quiet":
        yield _changed(claim, level={"silent": "loud", "loud": "silent"}[claim.level])


_MAKERS: Final[dict[str, Callable[[Any, Sequence[Claim]], Iterator[Claim]]]] = {
    "presence": _presence,
    "absence": _absence,
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
    "cause": _cause,
    "narration": _narration,
    "description": _description,
    "shots": _shots,
    "light": _light,
    "tint": _tint,
    "motion": _motion,
    "loudness": _loudness,
}
