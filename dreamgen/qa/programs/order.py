"""What comes first, when something happens, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, pairwise
from typing import Final

from dreamgen.core.claims import Absence, Action, Claim, Duration, Interaction, Order, Presence, Speech
from dreamgen.language.moments import whole
from dreamgen.language.statements import Statement, statement
from dreamgen.language.wording import clock, number
from dreamgen.language.world import SLACK, World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

_APART = 0.8
"""Seconds between two beginnings that a viewer can tell apart."""
_FACTOR = 2.0
"""By how much two lengths differ that nobody takes for each other."""
_LONGEST = 12
"""Seconds up to which lengths are told as wrong ones."""

Deed = Action | Interaction | Speech | Presence

_NO_EVENT = {"stand", "look", "hold", "hug", "talk", "talk to", "look at"}
"""What is a state rather than something that begins."""


@dataclass(frozen=True)
class Happening:
    """Something that begins once in the clip, in words."""

    claim: Deed
    told: Statement


def earlier(world: World, one: str, other: str) -> str | None:
    """Which of two claims begins first, in words."""
    pair = [world.by_id.get(name) for name in (one, other)]
    known = [claim for claim in pair if claim is not None]
    if len(known) != 2 or abs(known[0].start - known[1].start) < _APART:
        return None
    told = statement(world, min(known, key=lambda claim: claim.start))
    return told.text if told else None


def is_before(world: World, one: str, other: str) -> str | None:
    """`yes` when the first claim begins before the second, else `no`."""
    first, second = world.by_id.get(one), world.by_id.get(other)
    if first is None or second is None or abs(first.start - second.start) < _APART:
        return None
    return "yes" if first.start < second.start else "no"


def first_of(world: World, claims: str) -> str | None:
    """Which of several claims begins first, in words."""
    return _extreme(world, claims, 0)


def last_of(world: World, claims: str) -> str | None:
    """Which of several claims begins last, in words."""
    return _extreme(world, claims, -1)


def next_after(world: World, claim: str) -> str | None:
    """What begins next after a claim begins, in words."""
    flow = happenings(world)
    index = next((i for i, one in enumerate(flow) if one.claim.id == claim), None)
    return flow[index + 1].told.text if index is not None and index + 1 < len(flow) else None


def when_is(world: World, claim: str) -> str | None:
    """The seconds in which a claim holds: `0:03 to 0:06`."""
    known = world.by_id.get(claim)
    return _interval(known.start, known.end) if known is not None else None


def lasts(world: World, duration: str) -> str | None:
    """How long the state of a duration claim lasts: `about 4 seconds`."""
    known = world.by_id.get(duration)
    return _seconds(known.seconds) if isinstance(known, Duration) else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "earlier": earlier,
    "is_before": is_before,
    "first_of": first_of,
    "last_of": last_of,
    "next_after": next_after,
    "when_is": when_is,
    "lasts": lasts,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about time."""
    flow = happenings(asking.world)
    for one, other in combinations(flow[:8], 2):
        if abs(one.claim.start - other.claim.start) >= _APART and not _follows(one, other):
            yield from _two(asking, one, other)
    yield from _many(asking, flow)
    for here, following in pairwise(flow):
        yield from _next(asking, here, following, flow)
    for one in flow:
        yield from _when(asking, one)
    for duration in asking.world.all(Duration):
        yield from _lasting(asking, duration)


def happenings(world: World) -> list[Happening]:
    """What begins once and in view, told apart by time, in order."""
    told: dict[tuple[str, ...], list[Happening]] = {}
    known: tuple[Deed, ...] = (*world.all(Action), *world.all(Interaction), *world.all(Speech), *world.all(Presence))
    for claim in known:
        words = statement(world, claim) if _tellable(world, claim) else None
        if words is not None:
            told.setdefault(_what(claim), []).append(Happening(claim, words))
    # what begins twice has no one beginning
    once = [some[0] for some in told.values() if len(some) == 1]
    once.sort(key=lambda one: (one.claim.start, one.told.text))
    flow: list[Happening] = []
    for one in once:
        if not flow or one.claim.start - flow[-1].claim.start >= _APART:
            flow.append(one)
    return flow


def _tellable(world: World, claim: Deed) -> bool:
    """Whether the claim's beginning is the first of its sort, and not only the first that could be told."""
    if isinstance(claim, Presence):
        return _appears(world, claim)
    if isinstance(claim, Speech):
        return True
    return claim.action not in _NO_EVENT and _known(world, claim.entity, world.opening, claim.start)


def _known(world: World, entity: str, start: float, end: float) -> bool:
    """Whether it is claimed all the time what the entity does, or that it can't be seen."""
    acts = [c for c in world.all(Action) if c.entity == entity]
    gone = [c for c in world.all(Absence) if c.entity == entity]
    return end - start <= SLACK or covers([*acts, *gone], start, end)


def _what(claim: Deed) -> tuple[str, ...]:
    """What happens, without its time and its words."""
    if isinstance(claim, Action | Interaction):
        return claim.entity, claim.action, claim.other if isinstance(claim, Interaction) else ""
    return claim.entity, claim.kind, claim.words if isinstance(claim, Speech) else ""


def _appears(world: World, claim: Presence) -> bool:
    """Whether the entity is claimed to be absent before; who is there from the start does not appear."""
    return claim.start > world.opening + 1.0 and world.unseen(claim.entity, 0.0, claim.start)


def _extreme(world: World, claims: str, index: int) -> str | None:
    known = sorted((world.by_id[name] for name in claims.split() if name in world.by_id), key=lambda c: c.start)
    if len(known) < 2 or abs(known[index].start - known[1 if index == 0 else -2].start) < _APART:
        return None
    told = statement(world, known[index])
    return told.text if told else None


def _fact(
    asking: Asking, wording: str, program: str, arguments: tuple[tuple[str, str], ...], some: Sequence[Happening]
) -> Fact:
    world = asking.world
    ids = {one.claim.id for one in some}
    orders = [c for c in world.all(Order) if {c.first, c.second} <= ids]
    claims = (*(name for one in some for name in one.told.claims), *world.ids_of(orders))
    return Fact(
        task="temporal_order",
        wording=wording,
        program=program,
        arguments=arguments,
        moment=whole(world),
        claims=claims,
        slots={},
        entities=tuple(dict.fromkeys(name for one in some for name in one.told.entities)),
    )


def _follows(one: Happening, other: Happening) -> bool:
    """Whether the order needs no film: whoever does something has appeared before."""
    return any(
        isinstance(a.claim, Presence) and a.claim.entity in b.claim.about for a, b in ((one, other), (other, one))
    )


def _two(asking: Asking, one: Happening, other: Happening) -> Iterator[Draft]:
    flip = asking.pick((True, False), "flip", one.told.text, other.told.text)
    a, b = (other, one) if flip else (one, other)
    arguments = (("one", a.claim.id), ("other", b.claim.id))
    fact = _fact(asking, "order_two", "earlier", arguments, (one, other))
    fact = replace(fact, slots={"one": a.told.text, "other": b.told.text})
    yield from asking.drafts(replace(fact, forms=("open",)), earlier)
    for x, y in ((a, b), (b, a)):
        arguments = (("one", x.claim.id), ("other", y.claim.id))
        slots = {"one": x.told.who, "do": x.told.bare, "other": y.told.text}
        check = replace(fact, wording="order_check", program="is_before", arguments=arguments, slots=slots)
        yield from asking.polar(check, is_before)


def _many(asking: Asking, flow: Sequence[Happening]) -> Iterator[Draft]:
    """Of four things that all happen, which comes first, or last; looking at one frame can't tell."""
    for start in range(0, len(flow) - 3, 2):
        some = list(flow[start : start + 4])
        if any(_follows(a, b) for a, b in combinations(some, 2)):
            continue
        for wording, program, right in (("order_first", "first_of", some[0]), ("order_last", "last_of", some[-1])):
            claims = " ".join(sorted(one.claim.id for one in some))
            fact = _fact(asking, wording, program, (("claims", claims),), some)
            wrong = [one.told.text for one in some if one is not right]
            yield from asking.drafts(replace(fact, near=wrong, forms=("choice",)), PROGRAMS[program])


def _next(asking: Asking, here: Happening, following: Happening, flow: Sequence[Happening]) -> Iterator[Draft]:
    if _follows(here, following):
        return
    fact = _fact(asking, "order_next", "next_after", (("claim", here.claim.id),), (here, following))
    wrong = [one.told.text for one in flow if one is not here and one is not following]
    fact = replace(fact, slots={"one": here.told.text}, near=wrong, forms=("choice",))
    yield from asking.drafts(fact, next_after)


def _when(asking: Asking, one: Happening) -> Iterator[Draft]:
    world, claim = asking.world, one.claim
    length = claim.end - claim.start
    seen = isinstance(claim, Presence)
    if world.seconds < 6.0 or not 1.0 <= length <= 0.6 * world.seconds or isinstance(claim, Interaction):
        return
    ends = world.unseen if seen else partial(_known, world)
    if not (isinstance(claim, Speech) or ends(claim.entity, claim.end, world.seconds)):
        return
    wording = "localise_seen" if seen else "localise_said" if isinstance(claim, Speech) else "localise"
    fact = _fact(asking, wording, "when_is", (("claim", claim.id),), (one,))
    yield from asking.drafts(
        replace(
            fact,
            task="localisation",
            slots={"who": one.told.who, "do": one.told.bare, "doing": one.told.doing},
            near=_other_intervals(world, claim),
            clash=_share_time,
            forms=("open", "choice"),
        ),
        when_is,
    )


def _other_intervals(world: World, claim: Claim) -> list[str]:
    """Intervals of the same length that do not touch the right one."""
    length = max(1.0, round(claim.end - claim.start))
    starts = [world.seconds * k / 8 for k in range(8)]
    return sorted(
        {
            _interval(start, start + length)
            for start in starts
            if start + length <= world.seconds and (start + length < claim.start - 0.5 or start > claim.end + 0.5)
        }
    )


def _share_time(one: str, other: str) -> bool:
    (a, b), (c, d) = _bounds(one), _bounds(other)
    return min(b, d) > max(a, c)


def _bounds(interval: str) -> tuple[int, int]:
    one, other = interval.split(" to ")
    return _from_clock(one), _from_clock(other)


def _from_clock(text: str) -> int:
    minutes, seconds = text.split(":")
    return int(minutes) * 60 + int(seconds)


def _interval(start: float, end: float) -> str:
    first = int(start + 0.5)
    return f"{clock(first)} to {clock(max(int(end + 0.5), first + 1))}"


def _seconds(seconds: float) -> str:
    whole_seconds = max(1, int(seconds + 0.5))
    return f"about {number(whole_seconds)} second{'' if whole_seconds == 1 else 's'}"


def _lasting(asking: Asking, duration: Duration) -> Iterator[Draft]:
    world = asking.world
    of = world.by_id.get(duration.of)
    told = statement(world, of) if isinstance(of, Action) and of.action not in {*_NO_EVENT, "fall"} else None
    if not isinstance(of, Action | Interaction) or told is None or duration.seconds < 1.5:
        return
    if sum(told.text == one.text for c in world.all(type(of)) if (one := statement(world, c)) is not None) > 1:
        return
    arguments = (("duration", duration.id),)
    fact = _fact(asking, "duration", "lasts", arguments, (Happening(of, told),))
    # a factor of two is beyond a viewer's error
    lengths = [n for n in range(1, _LONGEST + 1) if max(n / duration.seconds, duration.seconds / n) >= _FACTOR]
    yield from asking.drafts(
        replace(
            fact,
            task="duration",
            claims=(duration.id, *fact.claims),
            slots={"who": told.who, "doing": told.doing},
            far=[_seconds(length) for length in lengths],
            wrong=2,
            forms=("open", "choice"),
        ),
        lasts,
    )
