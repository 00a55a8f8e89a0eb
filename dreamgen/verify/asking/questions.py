"""What a model is asked about one claim: both statements, and the choice in several orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dreamgen.core.base import derived_random
from dreamgen.core.claims import Claim, Cut, Duration
from dreamgen.core.pairs import LETTERS
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.vision.seeing import YES_NO, Query
from dreamgen.language.telling import Room, state
from dreamgen.language.times import Span, stretch
from dreamgen.verify.asking.options import others

CLAIM: Final = "verify/claim"
CHOICE: Final = "verify/choice"
NONE: Final = "None of these is right."
"""The last option of every choice about a claim."""


@dataclass(frozen=True)
class Asked:
    """A claim as it is put to a model. The queries come in this order: statement, opposite, then the choices."""

    claim: Claim
    """What is claimed."""
    statement: str
    """What is right when it holds."""
    opposite: str
    """What is right when it does not."""
    span: Span
    """The seconds to look at, if not at the whole clip."""
    options: tuple[str, ...] = ()
    """The statement, first, and what could be said instead; empty where no choice is asked."""
    orders: tuple[tuple[int, ...], ...] = ()
    """For each time that the choice is asked, the option behind each letter."""

    def queries(self, seconds: float) -> Iterator[Query]:
        """The questions.

        Args:
            seconds: length of the clip.
        """
        when = stretch((self.claim.start, self.claim.end) if self.claim.kind != "cut" else self.span, seconds)
        for said in (self.statement, self.opposite):
            yield _query(CLAIM, self.claim.id, {"when": when, "statement": said}, YES_NO)
        for order in self.orders:
            told = "\n".join(f"{LETTERS[place]}. {self.options[one]}" for place, one in enumerate(order))
            yield _query(CHOICE, self.claim.id, {"when": when, "options": told}, tuple(LETTERS[: len(order)]))


def put(room: Room, claim: Claim, orders: int) -> Asked | None:
    """A claim in words; None where there are none.

    Args:
        room: what is known of the cast and of the claims that are asked together.
        claim: true or false.
        orders: how often the choice is asked, each time with its options in another order; 0 for never.
    """
    said = state(room, claim)
    if said is None:
        return None
    stated = (state(room, other) for other in (others(claim, room.company) if orders else ()))
    instead = [one.text for one in stated if one is not None]
    options = (*dict.fromkeys((said.text, *instead)), NONE)
    plain = Asked(claim, said.text, said.opposite, span_of(room, claim))
    if len(options) < 3:
        return plain
    return replace(plain, options=options, orders=_orders(claim.id, len(options) - 1, orders))


def span_of(room: Room, claim: Claim) -> Span:
    """The seconds in which a claim shows: around a cut, and until well after a state must have ended that lasts."""
    if isinstance(claim, Cut):
        return max(0.0, claim.at - _AROUND), claim.at + _AROUND
    of = room.by_id.get(claim.of) if isinstance(claim, Duration) else None
    if isinstance(claim, Duration) and of is not None:
        return max(0.0, of.start - _AROUND), min(claim.end, of.start + _LONGER * claim.seconds + _AROUND)
    return claim.start, claim.end


_AROUND: Final = 1.0
"""Seconds before and after a moment that are looked at."""
_LONGER: Final = 2.5
"""How many times as long as claimed a state is watched."""


def turned(names: Sequence[int], times: int) -> tuple[tuple[int, ...], ...]:
    """A row in several orders, in each of which everything has moved on evenly: over all, no place is favoured."""
    count = len(names)
    turns = min(times, count)
    steps = [round(turn * count / turns) for turn in range(turns)]
    return tuple((*names[step:], *names[:step]) for step in steps)


def _orders(name: str, count: int, times: int) -> tuple[tuple[int, ...], ...]:
    """Orders of `count` options, and after them always the one that says that none is right."""
    names = list(range(count))
    derived_random(0, "asked", name).shuffle(names)
    return tuple((*order, count) for order in turned(names, times))


def _query(purpose: str, where: str, variables: Mapping[str, object], choices: tuple[str, ...]) -> Query:
    filled = read_prompt(purpose).fill(variables)
    return Query(purpose=purpose, where=where, system=filled.system, text=filled.user, choices=choices)
