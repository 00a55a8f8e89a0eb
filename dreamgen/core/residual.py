"""How wrong what was kept still is: the share of false claims that a verifier of known rates let through.

Of the claims of a kind a share `p` of the decided ones was supported. A verifier that supports a share `se` of true
claims and refutes a share `sp` of false ones supports that many when (Rogan & Gladen 1978, "Estimating prevalence from
the results of a screening test") a share `(p + sp - 1) / (se + sp - 1)` of them is true. The rest is false; what of it
was not refuted is the residual error. None of the three shares is known exactly, so each is drawn many times from its
own distribution, and everything that follows is computed for every draw, as in the melded intervals of
Bayer, Fay & Graubard 2022, "Confidence intervals for prevalence estimates from complex surveys with imperfect assays".
The mean of the draws is the estimate.

That is how often such claims are wrong. How many of these very claims are is a matter of luck besides, so for every
draw each claim is wrong or right by lot, and pairs that rest on one claim are wrong together. In the interval lie 95 %
of the drawn shares, and 95 % of what the lot makes of them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from dreamgen.core.base import derived_random
from dreamgen.core.calibration import Outcome, Outcomes, Rate
from dreamgen.core.trusted import Basis, Residual

DRAWS: Final = 600
"""The ends of an interval then shake by a few percent of its width from one seed to the next."""

BORROWED: Final = 2.0
"""Claims that a kind borrows from all kinds together, or one with few claims would seem to be half wrong."""

LEAST_INFORMED: Final = 0.05
"""Sensitivity and specificity add up to 1 where a verifier guesses. Nearer to it than this it says nothing."""

_NEXT_TO_0: Final = 1e-9


class Fact(NamedTuple):
    """A claim that a pair rests on."""

    name: str
    """Claims of one name are wrong together."""
    kind: str
    """The kind of claim."""
    outcome: Outcome
    """What was said of it."""


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
        self._evidence, self._seed = {one.kind: one for one in evidence}, seed
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
            true_share=_rate(drawn.true, drawn.true, one.said.decided) if drawn else None,
            error=self._share({kind: one.said.supported}, "supported"),
            unsure_error=self._share({kind: one.said.unsure}, "unsure"),
        )  # fmt: skip

    def whole(self) -> Residual:
        """All kinds together."""
        counts = {kind: one.said for kind, one in self._evidence.items()}
        said = sum(counts.values(), Outcomes())
        measured = sum(counts[kind].n for kind in self._drawn if self._evidence[kind].true is not None)
        supposed = sum(counts[kind].n for kind in self._drawn) - measured
        basis: Basis = "nothing" if not self._drawn else "reference" if measured > supposed else "run"
        return Residual(
            kind="all", said=said, basis=basis,
            error=self._share({kind: one.supported for kind, one in counts.items()}, "supported"),
            unsure_error=self._share({kind: one.unsure for kind, one in counts.items()}, "unsure"),
        )  # fmt: skip

    def of_pairs(self, pairs: Sequence[Sequence[Fact]]) -> Rate | None:
        """Share of wrong pairs: those of which at least one claim is wrong.

        Args:
            pairs: what each rests on.
        """
        if not self._usual or not pairs:
            return None
        return _rate(self._expected(pairs), self._luck(pairs), len(pairs))

    def _of(self, kind: str, outcome: Outcome) -> tuple[float, ...]:
        drawn = self._drawn.get(kind)
        if not drawn:
            return self._usual
        return drawn.supported if outcome == "supported" else drawn.unsure

    def _share(self, counts: Mapping[str, int], outcome: Outcome) -> Rate | None:
        """Share of wrong claims among so many of each kind; None of nothing, and where nothing is known."""
        n = sum(counts.values())
        if not self._usual or not n:
            return None
        expected, met = [0.0] * len(self._usual), [0] * len(self._usual)
        for kind, count in counts.items():
            lot = derived_random(self._seed, "luck", kind, outcome)
            for number, wrong in enumerate(self._of(kind, outcome)):
                expected[number] += count * wrong
                met[number] += sum(lot.random() < wrong for _ in range(count))
        return _rate([one / n for one in expected], [one / n for one in met], n)

    def _expected(self, pairs: Sequence[Sequence[Fact]]) -> list[float]:
        """Share of wrong pairs, draw by draw, as if every claim of a pair erred on its own."""
        sums = [0.0] * len(self._usual)
        for rests, count in Counter(tuple(sorted(fact[1:] for fact in facts)) for facts in pairs).items():
            right = [1.0] * len(sums)
            for kind, outcome in rests:
                right = [share * (1 - wrong) for share, wrong in zip(right, self._of(kind, outcome), strict=True)]
            sums = [so_far + count * (1 - share) for so_far, share in zip(sums, right, strict=True)]
        return [one / len(pairs) for one in sums]

    def _luck(self, pairs: Sequence[Sequence[Fact]]) -> list[float]:
        """The same where every claim is wrong or right by lot, for all pairs that rest on it at once."""
        lot = derived_random(self._seed, "luck of pairs")
        facts = {fact.name: self._of(*fact[1:]) for fact in sorted({fact for facts in pairs for fact in facts})}
        names = [tuple(fact.name for fact in facts) for facts in pairs]
        shares = []
        for number in range(len(self._usual)):
            wrong = {name for name, drawn in facts.items() if lot.random() < drawn[number]}
            shares.append(sum(not wrong.isdisjoint(some) for some in names) / len(pairs))
        return shares


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
        # where nothing at all was supported the draw may come out as nothing, and what follows is a share of it
        p = max(lot.betavariate(said.supported + BORROWED * usual, said.refuted + BORROWED * (1 - usual)), _NEXT_TO_0)
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


def _rate(drawn: Iterable[float], met: Iterable[float], n: int) -> Rate | None:
    """Mean of the draws, and what 95 % of them lie between, by themselves and with what the lot makes of them."""
    ordered, lots = sorted(drawn), sorted(met)
    if not ordered or not n:
        return None
    cut = round(0.025 * (len(ordered) - 1))
    low, high = min(ordered[cut], lots[cut]), max(ordered[-1 - cut], lots[-1 - cut])
    return Rate(value=sum(ordered) / len(ordered), low=low, high=high, n=n)
