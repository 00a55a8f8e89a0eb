"""How wrong what was kept still is: the share of false claims that a verifier of known rates let through.

Of the claims of a kind a share `p` of the decided ones was supported. A verifier that supports a share `se` of true
claims and refutes a share `sp` of false ones supports that many when (Rogan & Gladen 1978, "Estimating prevalence from
the results of a screening test") a share `(p + sp - 1) / (se + sp - 1)` of them is true. The rest is false; what of it
was not refuted is the residual error. None of the three shares is known exactly, so each is drawn many times from its
own distribution, and everything that follows is computed for every draw, as in the melded intervals of
Bayer, Fay & Graubard 2022, "Confidence intervals for prevalence estimates from complex surveys with imperfect assays".
The mean of the draws is the estimate, and 95 % of them lie in the interval.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dreamgen.core.base import derived_random
from dreamgen.core.calibration import Outcome, Outcomes, Rate
from dreamgen.core.trusted import Basis, Residual

DRAWS: Final = 600
"""Their quantiles are then known to about half a percent of the interval's width."""

BORROWED: Final = 2.0
"""Claims that a kind borrows from all kinds together, or one with few claims would seem to be half wrong."""

LEAST_INFORMED: Final = 0.05
"""Sensitivity and specificity add up to 1 where a verifier guesses. Nearer to it than this it says nothing."""

Rests = tuple[tuple[str, Outcome], ...]
"""Kind and verdict of every claim that a pair rests on."""


@dataclass(frozen=True)
class Evidence:
    """All that is known of the claims of one kind, and of who judged them."""

    kind: str
    """The kind of claim."""
    said: Outcomes
    """Of the claims whose truth nobody knows."""
    true: Outcomes | None
    """Of claims that are true for another reason than these; None where there are none. Every true claim is then taken
    to be supported, which is the worst case: all that was refuted was false, and so the more was let through."""
    false: Outcomes
    """Of claims that are false."""


@dataclass(frozen=True)
class _Drawn:
    """One kind, draw by draw."""

    supported: tuple[float, ...]
    """Share of wrong claims among the supported."""
    unsure: tuple[float, ...]
    """And among those that nobody could check."""
    true: tuple[float, ...]
    """Share of true claims among the decided."""
    wrong: tuple[float, ...]
    """How many of all are wrong."""


class Errors:
    """How wrong claims and pairs still are.

    Args:
        evidence: by kind.
        seed: of the draws.
    """

    def __init__(self, evidence: Sequence[Evidence], seed: int) -> None:
        self._evidence = {one.kind: one for one in evidence}
        said = sum((one.said for one in evidence), Outcomes())
        usual = (said.supported + 0.5) / (said.decided + 1)
        self._drawn = {
            one.kind: _draw(one, usual, derived_random(seed, "residual", one.kind)) for one in evidence if _known(one)
        }
        counted = [self._evidence[kind].said.n for kind in self._drawn]
        self._usual = tuple(
            sum(wrong) / sum(counted) for wrong in zip(*(one.wrong for one in self._drawn.values()), strict=True)
        )  # fmt: skip

    def chance(self, kind: str, outcome: Outcome) -> float | None:
        """How likely a claim is wrong after this verdict; None where nothing is known of any kind."""
        drawn = self._of(kind, outcome)
        return sum(drawn) / len(drawn) if drawn else None

    def residual(self, kind: str) -> Residual:
        """All that is estimated of one kind."""
        one, drawn = self._evidence[kind], self._drawn.get(kind)
        basis: Basis = "nothing"
        if drawn:
            basis = "run" if one.true is None else "reference"
        elif self._usual:
            basis = "other kinds"
        return Residual(
            kind=kind, said=one.said, basis=basis,
            true_share=_rate(drawn.true, one.said.decided) if drawn else None,
            error=_rate(self._of(kind, "supported"), one.said.supported) if one.said.supported else None,
            unsure_error=_rate(self._of(kind, "unsure"), one.said.unsure) if one.said.unsure else None,
        )  # fmt: skip

    def whole(self) -> Residual:
        """All kinds together."""
        counts = {kind: one.said for kind, one in self._evidence.items()}
        seen = self._mean({((kind, "supported"),): said.supported for kind, said in counts.items()})
        unseen = self._mean({((kind, "unsure"),): said.unsure for kind, said in counts.items()})
        said = sum(counts.values(), Outcomes())
        measured = sum(counts[kind].n for kind in self._drawn if self._evidence[kind].true is not None)
        supposed = sum(counts[kind].n for kind in self._drawn) - measured
        basis: Basis = "nothing" if not self._drawn else "reference" if measured > supposed else "run"
        return Residual(
            kind="all", said=said, basis=basis,
            error=_rate(seen, said.supported), unsure_error=_rate(unseen, said.unsure),
        )  # fmt: skip

    def of_pairs(self, rests: Mapping[Rests, int]) -> Rate | None:
        """Share of wrong pairs: those of which at least one claim is wrong, each on its own.

        Args:
            rests: what pairs rest on, and how many do.
        """
        return _rate(self._mean(rests), sum(rests.values()))

    def _of(self, kind: str, outcome: Outcome) -> tuple[float, ...]:
        drawn = self._drawn.get(kind)
        if not drawn:
            return self._usual
        return drawn.supported if outcome == "supported" else drawn.unsure

    def _mean(self, rests: Mapping[Rests, int]) -> tuple[float, ...]:
        """Share of wrong ones, draw by draw."""
        total = sum(rests.values())
        if not self._usual or not total:
            return ()
        sums = [0.0] * len(self._usual)
        for claims, count in rests.items():
            right = [1.0] * len(sums)
            for kind, outcome in claims if count else ():
                right = [share * (1 - wrong) for share, wrong in zip(right, self._of(kind, outcome), strict=True)]
            sums = [so_far + count * (1 - share) for so_far, share in zip(sums, right, strict=True)]
        return tuple(so_far / total for so_far in sums)


def _known(one: Evidence) -> bool:
    """Whether it can be told how often the verifier errs on this kind."""
    if not one.said.decided or not one.false.decided or (one.true is not None and not one.true.decided):
        return False
    found = 1.0 if one.true is None else one.true.supported / one.true.decided
    return found + one.false.refuted / one.false.decided - 1 >= LEAST_INFORMED


def _draw(one: Evidence, usual: float, lot: random.Random) -> _Drawn:
    """The kind's shares, many times."""
    said, true, false = one.said, one.true, one.false
    rows = []
    for _ in range(DRAWS):
        p = lot.betavariate(said.supported + BORROWED * usual, said.refuted + BORROWED * (1 - usual))
        sp = lot.betavariate(false.refuted + 0.5, false.supported + 0.5)
        se = 1.0 if true is None else lot.betavariate(true.supported + 0.5, true.refuted + 0.5)
        share = min(max((p + sp - 1) / max(se + sp - 1, LEAST_INFORMED), 0.0), 1.0)
        silent = lot.betavariate(false.unsure + 0.5, false.decided + 0.5)
        wrong = (1 - share) * said.decided / (1 - silent)
        seen = min((1 - share) * (1 - sp) / p, 1.0)
        unseen = min(wrong * silent / max(said.unsure, 1), 1.0)
        # a verdict never makes a claim less likely than silence does
        rows.append((seen, max(seen, unseen), share, min(wrong, float(said.n))))
    supported, unsure, shares, wrongs = zip(*rows, strict=True)
    return _Drawn(supported, unsure, shares, wrongs)


def _rate(drawn: Iterable[float], n: int) -> Rate | None:
    """Mean of the draws, and what 95 % of them lie between."""
    ordered = sorted(drawn)
    if not ordered or not n:
        return None
    cut = round(0.025 * (len(ordered) - 1))
    return Rate(value=sum(ordered) / len(ordered), low=ordered[cut], high=ordered[-1 - cut], n=n)
