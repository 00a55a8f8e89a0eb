"""What a judge has before it: the film and all the claims about it, true and false alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dreamgen.core.claims import Absence, Claim, Presence
from dreamgen.verify.judging.opinion import Opinion, unsure
from dreamgen.verify.sight.viewing import Take, Viewing


@dataclass(frozen=True)
class Case:
    """One film and the claims about it."""

    viewing: Viewing
    """What can be measured."""
    claims: Sequence[Claim]
    """All of them: some speak about others."""
    judges: Mapping[str, Callable[[Case, Any], Opinion]]
    """Kind of claim to who judges it."""
    _opinions: dict[str, Opinion] = field(default_factory=dict)

    def opinion(self, claim: Claim) -> Opinion:
        """What the pixels say of a claim."""
        if claim.id not in self._opinions:
            judge = self.judges.get(claim.kind)
            self._opinions[claim.id] = judge(self, claim) if judge else unsure("not_measurable")
        return self._opinions[claim.id]

    @cached_property
    def by_id(self) -> Mapping[str, Claim]:
        """Claims by their ids."""
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def animals(self) -> frozenset[str]:
        """Members of the cast that the claims call animals; where they say nothing, those whose body is long."""
        told = {claim.entity: claim.category for claim in self.claims if isinstance(claim, Presence | Absence)}
        return frozenset(
            who
            for who, likeness in self.viewing.cast.items()
            if told.get(who, "animal" if likeness.four_legged else "person") == "animal"
        )

    def takes(self, claim: Claim) -> tuple[Take, ...]:
        """The takes that a claim speaks about."""
        return self.viewing.takes_in(claim.start, claim.end)

    def odds(self, entity: str, takes: Sequence[Take]) -> float:
        """Mean log odds that somebody is there in these takes, weighted by their length."""
        frames = sum(take.frames for take in takes)
        return sum(self.viewing.sightings(take)[entity].odds * take.frames for take in takes) / max(frames, 1)
