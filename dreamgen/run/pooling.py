"""How far a dataset of many stories can be trusted, from what was found of each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from dreamgen.core.calibration import Calibration, Outcomes, Rate
from dreamgen.core.claims import CLAIM_KINDS
from dreamgen.core.trusted import Basis, Recall, Residual, Trusted, Voice

_WORST_FIRST: Final[tuple[Basis, ...]] = ("nothing", "run", "other kinds", "reference")


def pooled(found: Iterable[Trusted]) -> Trusted:
    """What is known of all stories together; pooling what was pooled gives the same as pooling all at once.

    Answers of the verifiers are counted together. Estimated shares are means, each story's with its number of pairs or
    claims as its weight, and so are both ends of the intervals: the stories' estimates rest on the same measurements of
    the same verifiers and so err together, which is why the interval of many stories is no narrower than theirs. What
    the filter finds is told where it is the same of all. No bar and no control is in it: these are of single runs.
    """
    every = tuple(found)
    if len(every) <= 1:
        return every[0] if every else Trusted(vote=())
    return Trusted(
        vote=_counted([one.vote for one in every]),
        voices=_unheard([voice for one in every for voice in one.voices]),
        residuals=_residuals([residual for one in every for residual in one.residuals]),
        recalls=_same([one.recalls for one in every if one.vote]),
        pairs=_mean([one.pairs for one in every]),
        provided="; ".join(dict.fromkeys(one.provided for one in every if one.provided)),
        notes=tuple(dict.fromkeys(note for one in every for note in one.notes)),
    )


def _same(found: Sequence[tuple[Recall, ...]]) -> tuple[Recall, ...]:
    return found[0] if found and all(one == found[0] for one in found) else ()


def _counted(votes: Sequence[Sequence[Calibration]]) -> tuple[Calibration, ...]:
    true: dict[str, Outcomes] = {}
    false: dict[str, Outcomes] = {}
    for row in (row for vote in votes for row in vote):
        true[row.kind] = true.get(row.kind, Outcomes()) + row.true
        false[row.kind] = false.get(row.kind, Outcomes()) + row.false
    return tuple(Calibration(kind=kind, true=true[kind], false=false[kind]) for kind in sorted(true, key=_place))


def _residuals(found: Sequence[Residual]) -> tuple[Residual, ...]:
    kinds: dict[str, list[Residual]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    return tuple(_residual(kind, kinds[kind]) for kind in sorted(kinds, key=_place))


def _residual(kind: str, found: Sequence[Residual]) -> Residual:
    said = Outcomes()
    for one in found:
        said += one.said

    def mean(share: Callable[[Residual], Rate | None], of: Callable[[Residual], int]) -> Rate | None:
        return _mean([share(one) for one in found], [of(one) for one in found])

    return Residual(
        kind=kind,
        said=said,
        basis=min((one.basis for one in found), key=_WORST_FIRST.index),
        true_share=mean(lambda one: one.true_share, lambda one: one.said.decided),
        error=mean(lambda one: one.error, lambda one: one.said.supported),
        unsure_error=mean(lambda one: one.unsure_error, lambda one: one.said.unsure),
    )


def _mean(rates: Sequence[Rate | None], counts: Sequence[int] | None = None) -> Rate | None:
    """The mean share, each with its count as its weight; None where nobody knows one of them."""
    weights = counts or [rate.n if rate else 0 for rate in rates]
    known = [(rate, weight) for rate, weight in zip(rates, weights, strict=True) if rate and weight]
    whole = sum(weight for _, weight in known)
    if not whole:
        return None
    value, low, high = (
        sum(getattr(rate, part) * weight for rate, weight in known) / whole for part in ("value", "low", "high")
    )
    return Rate(value=value, low=low, high=high, n=sum(rate.n for rate, _ in known))


def _unheard(voices: Sequence[Voice]) -> tuple[Voice, ...]:
    """The verifiers that were not believed somewhere, and why."""
    told: dict[str, dict[str, None]] = {}
    for voice in voices:
        told.setdefault(voice.name, {}).update(dict.fromkeys(voice.findings))
    return tuple(
        Voice(name=name, rows=(), findings=tuple(findings), believed=False)
        for name, findings in told.items()
        if findings
    )


def _place(kind: str) -> tuple[int, str]:
    """The order of the reports: known kinds, others, and all of them last."""
    if kind == "all":
        return len(CLAIM_KINDS) + 1, kind
    return (CLAIM_KINDS.index(kind) if kind in CLAIM_KINDS else len(CLAIM_KINDS)), kind
