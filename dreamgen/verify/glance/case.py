"""What is asked of a film, and which look answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from dreamgen.core.claims import Absence, Claim, Presence
from dreamgen.engines.sight import Floats
from dreamgen.verify.glance.film import Film, Known, mean_logs, recognised
from dreamgen.verify.glance.seer import Look, Seen

_CLEARLY = 0.5
"""Probability from which a body counts as somebody's, so that what it does is told of them."""


@dataclass(frozen=True)
class Case:
    """One film and all the claims about it."""

    film: Film
    """What can be looked at."""
    claims: Sequence[Claim]
    """True and false alike."""
    _known: dict[int, dict[str, Known]] = field(default_factory=dict)

    @cached_property
    def animals(self) -> frozenset[str]:
        """Members of the cast that the claims call animals."""
        named = (claim for claim in self.claims if isinstance(claim, Presence | Absence))
        return frozenset(claim.entity for claim in named if claim.category == "animal")

    def looks(self, claim: Claim) -> tuple[Look, ...]:
        """Those at the time that a claim speaks of."""
        return self.film.looks(claim.start, claim.end)

    def known(self, look: Look) -> dict[str, Known]:
        """Who of the cast is there in a look of the film; found out once."""
        if id(look) not in self._known:  # the film keeps its looks, so none takes another's place
            self._known[id(look)] = recognised(look, self.film.cast)
        return self._known[id(look)]

    def seen(self, looks: Sequence[Look], who: str) -> list[Seen]:
        """Somebody in those looks in which they were clearly recognised; nobody where there is no portrait."""
        if who not in self.film.cast:
            return []
        known = [self.known(look)[who] for look in looks]
        return [one.seen for one in known if one.seen is not None and one.chance >= _CLEARLY]


def told(seen: Sequence[Seen], head: str) -> Floats:
    """Probabilities of the classes of a head over one look or more at somebody."""
    return mean_logs([one.told[head] for one in seen])


def odds_of(chance: float) -> float:
    """Logarithm of the odds, never endless."""
    kept = min(max(chance, 1e-4), 1 - 1e-4)
    return float(np.log(kept / (1 - kept)))
