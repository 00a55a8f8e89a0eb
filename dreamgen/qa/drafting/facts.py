"""The facts that a language model is given of a clip: its standing claims, numbered and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dreamgen.core.claims import Attribute, Cause, Claim, Description, Narration, Presence
from dreamgen.core.media import Clip
from dreamgen.language.company import Company
from dreamgen.language.telling import Room, state
from dreamgen.language.times import stretch

_TELLING: Final = (
    "description", "action", "interaction", "speech", "cause", "movement", "place", "time_of_day", "weather",
    "expression", "relation", "count", "attribute", "presence", "camera_move", "motion", "light", "tint", "loudness",
    "order", "narration",
)  # fmt: skip
"""Kinds that are told, those first that tell most. Absences, durations and cuts follow from the others' times."""


@dataclass(frozen=True)
class Fact:
    """One claim as it is told."""

    number: str
    """F1, F2, …"""
    claim: Claim
    """What it says."""
    text: str
    """The same with its time: `Between 0:00.0 and 0:04.0: The boy is waving.`"""


@dataclass(frozen=True)
class Facts:
    """All that is told of one clip."""

    facts: tuple[Fact, ...]
    names: tuple[str, ...]
    """Proper names of the cast, which must not be used."""

    @cached_property
    def by_number(self) -> Mapping[str, Fact]:
        """Number to fact."""
        return {fact.number: fact for fact in self.facts}

    @property
    def listed(self) -> str:
        """One line a fact."""
        return "\n".join(f"{fact.number}: {fact.text}" for fact in self.facts)


def facts_of(clip: Clip, claims: Sequence[Claim], most: int) -> Facts:
    """What is told of a clip.

    Args:
        clip: the clip.
        claims: what stands of it.
        most: facts at most; of too many claims those go first that tell least, and of equals the shortest.
    """
    room = room_of(claims)
    rank = {kind: number for number, kind in enumerate(_TELLING)}
    found = [(claim, text) for claim in claims if claim.kind in rank and (text := told(room, claim))]
    found.sort(key=lambda one: (rank[one[0].kind], one[0].start - one[0].end, one[0].id))
    kept = sorted(found[:most], key=lambda one: (one[0].start, rank[one[0].kind], one[0].id))
    facts = (
        Fact(f"F{number}", claim, f"{stretch((claim.start, claim.end), clip.seconds)}: {text}")
        for number, (claim, text) in enumerate(kept, start=1)
    )
    return Facts(tuple(facts), tuple(_names(claims)))


def room_of(claims: Sequence[Claim]) -> Room:
    """What whoever puts the claims of one clip into words knows."""
    cast = [claim for claim in claims if isinstance(claim, Presence | Attribute)]
    return Room(Company.of(cast, claims), {claim.id: claim for claim in claims})


def told(room: Room, claim: Claim) -> str:
    """A claim as a fact, without its time: `The boy is waving.`; empty where there are no words for it."""
    if isinstance(claim, Description):
        if claim.entity is None:
            return " ".join(claim.text.split())
        # whom nothing tells apart any more could be anybody
        who = room.company.the(claim.entity)
        return " ".join(f"Of {who}: {claim.text}".split()) if who else ""
    if isinstance(claim, Narration):
        return " ".join(claim.text.split())
    if isinstance(claim, Cause):
        effect = room.by_id.get(claim.effect)
        stated = state(room, effect) if effect else None
        return f"{stated.text[:-1]} {claim.because.strip().rstrip('.')}." if stated else ""
    stated = state(room, claim)
    return stated.text if stated else ""


def _names(claims: Sequence[Claim]) -> Iterator[str]:
    found = {claim.name for claim in claims if isinstance(claim, Presence) and claim.name and claim.name[0].isupper()}
    yield from sorted(found)
