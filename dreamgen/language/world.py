"""All that the standing claims of one clip say, arranged for asking."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, TypeVar

from dreamgen.core.claims import Absence, Attribute, CameraMove, Claim, Count, Cut, Place, Presence
from dreamgen.core.media import Clip

SLACK = 0.15
"""Seconds by which two spans may miss each other and still count as the same: under four frames at 24 fps."""

C = TypeVar("C", bound=Claim)
Span = tuple[float, float]


@dataclass(frozen=True)
class Entity:
    """Somebody or something that can be seen in the clip."""

    id: str
    what: str
    category: str
    name: str | None
    presences: tuple[Presence, ...]


_CARD = 3.0
"""Seconds that a title card takes at most. What begins later comes after pictures of which nothing is claimed."""


@dataclass(frozen=True)
class World:
    """The claims of a clip by kind, by time and by entity. Every answer is computed from one of these."""

    clip: str
    seconds: float
    claims: tuple[Claim, ...]
    shots: tuple[Span, ...]
    """The shots in order, where standing cuts bound every one of them; empty when a cut is in doubt."""
    fps: float = 0
    """Frames a second; 0 where nothing but the claims is known."""

    @classmethod
    def of(cls, clip: Clip, claims: Iterable[Claim]) -> World:
        """The world of `clip`, as far as `claims` describe it."""
        known = tuple(claims)
        cuts = sorted(claim.at for claim in known if isinstance(claim, Cut))
        bounds = [span.first / clip.fps for span in clip.spans if span.first > 0]
        sure = not clip.spans or (
            len(cuts) == len(bounds) and all(abs(a - b) <= SLACK for a, b in zip(cuts, bounds, strict=True))
        )
        return cls(clip.id, clip.seconds, known, _shots(cuts, clip.seconds) if sure else (), clip.fps)

    @classmethod
    def of_claims(cls, claims: Iterable[Claim]) -> World:
        """The world of a clip of which nothing but its claims is known."""
        known = tuple(claims)
        seconds = max((claim.end for claim in known), default=0.0)
        return cls("", seconds, known, _shots(sorted(c.at for c in known if isinstance(c, Cut)), seconds))

    @cached_property
    def by_id(self) -> dict[str, Claim]:
        """Claim id to claim."""
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def _by_type(self) -> dict[type, tuple[Claim, ...]]:
        found: dict[type, list[Claim]] = {}
        for claim in self.claims:
            found.setdefault(type(claim), []).append(claim)
        return {kind: tuple(sorted(some, key=lambda c: (c.start, c.end, c.id))) for kind, some in found.items()}

    def ids_of(self, claims: Iterable[Claim]) -> tuple[str, ...]:
        """The ids of some of this world's claims, each once."""
        return tuple(dict.fromkeys(claim.id for claim in claims))

    def all(self, kind: type[C]) -> tuple[C, ...]:
        """Every claim of a kind, by start."""
        return self._by_type.get(kind, ())  # type: ignore[return-value]

    def during(self, kind: type[C], start: float, end: float) -> tuple[C, ...]:
        """The claims of a kind that hold at some time from `start` to `end` seconds."""
        claims = self.all(kind)
        starts, reached = self._bounds.get(kind, ((), ()))
        # a film has thousands of claims, of which a moment concerns a few that lie together
        some = claims[bisect_left(reached, start) : bisect_right(starts, end)]
        return tuple(claim for claim in some if overlap((claim.start, claim.end), (start, end)) > 0)

    @cached_property
    def _bounds(self) -> dict[type, tuple[tuple[float, ...], tuple[float, ...]]]:
        """For each kind, when its claims start, and how late the last of those up to each of them ends."""
        return {
            kind: (tuple(c.start for c in claims), tuple(accumulate((c.end for c in claims), max)))
            for kind, claims in self._by_type.items()
        }

    @cached_property
    def memo(self) -> dict[object, Any]:
        """What was worked out before: descriptions and moments, which many questions ask for again."""
        return {}

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """Everybody and everything that can be seen at some time, by id."""
        presences: dict[str, list[Presence]] = {}
        for claim in self.all(Presence):
            presences.setdefault(claim.entity, []).append(claim)
        return {
            who: Entity(who, seen[0].what, seen[0].category, seen[0].name, tuple(seen))
            for who, seen in sorted(presences.items())
        }

    def attributes(self, entity: str, slot: str | None = None) -> tuple[Attribute, ...]:
        """What is claimed of the looks of `entity`, in one slot or in all."""
        return tuple(c for c in self._looks.get(entity, ()) if slot is None or c.slot == slot)

    @cached_property
    def _looks(self) -> dict[str, tuple[Attribute, ...]]:
        looks: dict[str, list[Attribute]] = {}
        for claim in self.all(Attribute):
            looks.setdefault(claim.entity, []).append(claim)
        return {who: tuple(some) for who, some in looks.items()}

    def seen(self, entity: str, start: float, end: float) -> bool:
        """Whether `entity` can be seen all the time from `start` to `end`."""
        known = self.entities.get(entity)
        return known is not None and covers(known.presences, start, end)

    def unseen(self, entity: str, start: float, end: float) -> bool:
        """Whether it is claimed that `entity` can't be seen at any time from `start` to `end`."""
        start = max(start, self.opening)
        return covers(self.absences(entity), start, end) and not any(
            c.entity == entity for c in self.during(Presence, start, end)
        )

    def absences(self, entity: str) -> tuple[Absence, ...]:
        """The claims that `entity` can't be seen."""
        return self._gone.get(entity, ())

    @cached_property
    def _gone(self) -> dict[str, tuple[Absence, ...]]:
        gone: dict[str, list[Absence]] = {}
        for claim in self.all(Absence):
            gone.setdefault(claim.entity, []).append(claim)
        return {who: tuple(some) for who, some in gone.items()}

    @cached_property
    def cast(self) -> dict[str, tuple[str, str]]:
        """Everybody and everything that is known to the film, seen in this clip or not: id to kind and category."""
        named: tuple[Absence | Presence, ...] = (*self.all(Absence), *self.all(Presence))
        return {claim.entity: (claim.what, claim.category) for claim in named}

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Ids of those who may be seen in part: never clearly, but not absent either."""
        return frozenset(
            who for who in self.cast if who not in self.entities and not self.unseen(who, self.opening, self.seconds)
        )

    @cached_property
    def opening(self) -> float:
        """Seconds at which the first picture is that anything is claimed of; a title card comes before it."""
        pictured = (*self.all(Place), *self.all(Presence), *self.all(Absence), *self.all(CameraMove))
        first = min((claim.start for claim in pictured), default=0.0)
        return first if first <= _CARD else 0.0

    def closed(self, start: float, end: float) -> bool:
        """Whether it is claimed of everybody that they can be seen, or that they can't, from `start` to `end`."""
        beings = [who for who, (_, category) in self.cast.items() if category != "prop"]
        known = all(self.seen(who, start, end) or self.unseen(who, start, end) for who in beings)
        return known and not self.strangers

    @cached_property
    def strangers(self) -> frozenset[str]:
        """The sorts, people or animals, of which more are counted at some time than are known by presence."""
        more = set()
        for count in self.all(Count):
            sort = "person" if count.what == "people" else "animal"
            here = {c.entity for c in self.during(Presence, count.start, count.end) if c.category == sort}
            if count.number > len(here):
                more.add(sort)
        return frozenset(more)


def overlap(one: Span, other: Span) -> float:
    """Seconds that two spans share beyond the slack; 0 or less when they only touch."""
    return min(one[1], other[1]) - max(one[0], other[0]) - SLACK


def covers(claims: Sequence[Claim], start: float, end: float) -> bool:
    """Whether one or another of `claims` holds at every time from `start` to `end`, but for the slack."""
    reached = start
    for claim in sorted(claims, key=lambda c: (c.start, c.end)):
        if claim.start <= reached + SLACK:
            reached = max(reached, claim.end)
    return bool(claims) and reached >= end - SLACK


def _shots(cuts: Sequence[float], seconds: float) -> tuple[Span, ...]:
    bounds = (0.0, *cuts, seconds)
    return tuple((a, b) for a, b in itertools.pairwise(bounds) if b - a > SLACK)
