"""How loud it is, how that changes, and what of all that is measured begins first and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from dreamgen.core.claims import CameraMove, Claim, Duration, Light, Loudness, Order
from dreamgen.language.measured import beginning, measured
from dreamgen.language.moments import Moment, clocked, throughout, whole
from dreamgen.language.wording import number, words
from dreamgen.language.world import SLACK, World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

_APART: Final = 0.8
"""Seconds between two beginnings that a viewer can tell apart."""
_FACTOR: Final = 2.0
"""By how much two lengths differ that nobody takes for each other."""
_LONGEST: Final = 20
"""Seconds up to which lengths are told."""
_LEVELS: Final = ("silent", "loud")
"""Levels that are no matter of taste beside each other."""

State = Light | Loudness | CameraMove


def loudness_at(world: World, start: str, end: str) -> str | None:
    """How loud it is all the time from `start` to `end`: `silent`."""
    span = float(start), float(end)
    found = world.during(Loudness, *span)
    values = {claim.level for claim in found}
    return str(values.pop()) if len(values) == 1 and covers(found, *span) else None


def loudness_change(world: World, first: str, second: str) -> str | None:
    """How the sound changes from one claim to another: `from silent to loud`."""
    one, other = world.by_id.get(first), world.by_id.get(second)
    if not isinstance(one, Loudness) or not isinstance(other, Loudness) or other.start < one.end - SLACK:
        return None
    return f"from {one.level} to {other.level}" if one.level != other.level else None


def begins_first(world: World, order: str) -> str | None:
    """Which of the two states of an order claim begins first, in words."""
    pair = _pair(world, order)
    return beginning(pair[0]) if pair else None


def begins_before(world: World, order: str, one: str) -> str | None:
    """`yes` when the claim `one` is the first of an order claim, `no` when it is the second."""
    pair = _pair(world, order)
    if pair is None or one not in world.ids_of(pair):
        return None
    return "yes" if pair[0].id == one else "no"


def state_lasts(world: World, duration: str) -> str | None:
    """How long the state of a duration claim lasts: `about four seconds`."""
    known = world.by_id.get(duration)
    state = world.by_id.get(known.of) if isinstance(known, Duration) else None
    return _about(known.seconds) if isinstance(known, Duration) and isinstance(state, State) else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "loudness_at": loudness_at,
    "loudness_change": loudness_change,
    "begins_first": begins_first,
    "begins_before": begins_before,
    "state_lasts": state_lasts,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about sound, and about the times of what is measured."""
    world = asking.world
    for loudness in world.all(Loudness):
        for moment in throughout(world, loudness.start, loudness.end)[:1]:
            if loudness.level in _LEVELS:
                fact = _fact(world, "sound", "loudness", "loudness_at", moment.bounds, moment, (loudness,))
                yield from asking.drafts(replace(fact, near=_LEVELS, forms=("open", "yes_no")), loudness_at)
    for one, other in pairwise(world.all(Loudness)):
        yield from _change(asking, one, other)
    for order in world.all(Order):
        yield from _order(asking, order)
    for duration in world.all(Duration):
        yield from _lasting(asking, duration)


def _fact(
    world: World, task: str, wording: str, program: str, arguments: tuple[tuple[str, str], ...], moment: Moment,
    claims: tuple[Claim, ...],
) -> Fact:  # fmt: skip
    return Fact(
        task=task, wording=wording, program=program, arguments=arguments, moment=moment, claims=world.ids_of(claims),
        slots={},
    )  # fmt: skip


def _change(asking: Asking, one: Loudness, other: Loudness) -> Iterator[Draft]:
    world = asking.world
    # quiet lies between the two, and is no change that everybody hears
    if {one.level, other.level} != set(_LEVELS) or other.start - one.end > 1.0:
        return
    moments = clocked(one.start, other.end)
    all_of_it = one.start <= SLACK and other.end >= world.seconds - SLACK
    for moment in (whole(world),) if all_of_it else moments:
        if moment.start > one.end - 0.5 or moment.end < other.start + 0.5:
            continue
        first, second = world.ids_of((one, other))
        arguments = (("first", first), ("second", second))
        fact = _fact(world, "sound", "loudness_change", "loudness_change", arguments, moment, (one, other))
        near = [f"from {a} to {b}" for a, b in (_LEVELS, _LEVELS[::-1])]
        yield from asking.drafts(replace(fact, near=near, forms=("open", "yes_no")), loudness_change)


def _pair(world: World, order: str) -> tuple[State, State] | None:
    """The two states of an order claim, that which begins first in front, where words fit both."""
    known = world.by_id.get(order)
    if not isinstance(known, Order):
        return None
    first, second = world.by_id.get(known.first), world.by_id.get(known.second)
    if not isinstance(first, State) or not isinstance(second, State) or second.start - first.start < _APART:
        return None
    return (first, second) if all(_once(world, one) and beginning(one) for one in (first, second)) else None


def _once(world: World, state: State) -> bool:
    """Whether nothing of the sort holds at another time, which would begin, too."""
    moves = world.all(CameraMove)
    if isinstance(state, CameraMove) and not covers(moves, 0.0, world.seconds):
        return False  # what the camera does is told where it is clear, and may be the same elsewhere
    told = beginning(state)
    return sum(beginning(one) == told for one in world.all(type(state))) == 1


def _order(asking: Asking, order: Order) -> Iterator[Draft]:
    world = asking.world
    pair = _pair(world, order.id)
    if pair is None:
        return
    texts = [str(beginning(one)) for one in pair]
    flip = asking.pick((True, False), "flip", *texts)
    a, b = texts[::-1] if flip else texts
    arguments = (("order", order.id),)
    fact = _fact(world, "temporal_order", "state_order", "begins_first", arguments, whole(world), (order, *pair))
    yield from asking.drafts(replace(fact, slots={"one": a, "other": b}, forms=("open",)), begins_first)
    for one, text, other in ((pair[0], texts[0], texts[1]), (pair[1], texts[1], texts[0])):
        check = replace(
            fact, wording="state_check", program="begins_before", arguments=(*arguments, ("one", one.id)),
            slots={"one": text, "other": other},
        )  # fmt: skip
        yield from asking.polar(check, begins_before)


def _about(seconds: float) -> str | None:
    length = max(1, int(seconds + 0.5))
    return f"about {number(length)} second{'' if length == 1 else 's'}" if length <= _LONGEST else None


def _lasting(asking: Asking, duration: Duration) -> Iterator[Draft]:
    world = asking.world
    state = world.by_id.get(duration.of)
    if not isinstance(state, State) or not _once(world, state) or duration.seconds < 1.5:
        return
    told = _so(state)
    # what is longer than the clip is ruled out without a look
    lengths = [
        n
        for n in range(1, min(_LONGEST, int(world.seconds) + 1))
        if max(n / duration.seconds, duration.seconds / n) >= _FACTOR
    ]
    if told is None:
        return
    arguments = (("duration", duration.id),)
    fact = _fact(world, "duration", "state_lasts", "state_lasts", arguments, whole(world), (duration, state))
    far = [text for n in lengths if (text := _about(n))]
    slots = {"subject": told[0], "base": told[1], "third": told[2]}
    yield from asking.drafts(replace(fact, slots=slots, far=far, wrong=2, forms=("open", "choice")), state_lasts)


def _so(state: State) -> tuple[str, str, str] | None:
    """A state in words: subject, and what it does, after `does` and by itself."""
    if isinstance(state, CameraMove):
        phrase = str(words()["camera"][state.move])
        verb, _, rest = phrase.partition(" ")
        return "the camera", f"{verb.removesuffix('s')} {rest}", phrase
    said = measured(state)
    subject, _, rest = said[0].partition(" is ") if said else ("", "", "")
    return (subject, f"stay {rest}", f"is {rest}") if rest else None
