"""What people found when they audited a run, beside what the run had expected of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from dreamgen.core.amounts import amount
from dreamgen.core.audit_samples import audit_sample
from dreamgen.core.base import Record
from dreamgen.core.binomial import at_least, wilson
from dreamgen.core.calibration import Rate
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import UsageError
from dreamgen.run.decisions import Decision, read_decisions, seen_as
from dreamgen.run.opened import Run
from dreamgen.run.reviewed import as_made, named

WRONG: Final = frozenset({"incorrect", "unanswerable"})
"""Reasons that say of a label that it is wrong, which is what weights and a run's estimate speak of. No verifier looks
for irrelevant questions or for answers that lack detail."""

EDGES: Final = (0.5, 0.8, 0.95, 0.99)
"""Between the groups of weights."""

UNLIKELY: Final = 0.05
"""Luck that is rarer than this is taken for a difference."""


class Group(Record):
    """Some of the audited pairs."""

    name: str
    """A task, or a stretch of weights."""
    wrong: Rate
    """Share of wrong ones: incorrect or unanswerable, with its Wilson interval."""
    count: int
    """How many those are."""
    expected: float
    """How many should be, if every weight were the chance that its pair is right."""


class Inspection(Record):
    """An audit."""

    audited: int
    """Pairs that somebody decided about and that have not changed since."""
    drawn: int
    """Size of the sample by lot that they are of; 0 where the reviewer chose them."""
    percent: float
    """Of the run, how much was drawn."""
    outdated: int
    """Decisions about pairs that have changed since, or are gone; they are not counted."""
    reasons: tuple[tuple[str, int], ...]
    """Why pairs were rejected or fixed, and how many each."""
    whole: Group
    """All of them."""
    tasks: tuple[Group, ...]
    """Task by task."""
    weights: tuple[Group, ...]
    """By how far the run trusts them."""
    estimate: Rate | None
    """What the run estimates of all its pairs."""
    at_most: bool
    """Whether that is the worst case."""
    luck: float
    """How often so many wrong ones or more (or so few or fewer, if they are fewer than expected) come by luck alone, if
    the weights are right and pairs err one by one."""


class _Audited(NamedTuple):
    pair: InstructionPair
    decision: Decision


def inspect(run: Run) -> Inspection:
    """Compares what people decided with what the run expected.

    Decisions that were made while a sample was shown count; where there are none, all do.

    Raises:
        UsageError: when nobody has decided anything yet.
    """
    decisions = read_decisions(run.folder)
    standing = dict(decisions.standing())
    found: list[_Audited] = []
    for part in run.parts:
        for pair in as_made(part, decisions):
            decision = standing.get(named(part.name, pair.id))
            if decision and decision.of == seen_as(pair, part.clips.get(pair.clip)):
                found.append(_Audited(pair, decision))
    outdated = len(standing) - len(found)
    by_lot = [one for one in found if one.decision.sample]
    percent = max((one.decision.sample for one in by_lot), default=0.0)
    audited = by_lot or found
    if not audited:
        raise UsageError(
            f"nobody has decided about the pairs of {run.folder} yet", f"dreamgen review {run.folder} --audit 5"
        )
    whole = _group("all", audited)
    reasons = Counter(one.decision.reason for one in audited if one.decision.reason)
    trusted = run.part.trusted
    return Inspection(
        audited=len(audited), drawn=_drawn(run, percent), percent=percent, outdated=outdated,
        reasons=tuple(reasons.most_common()), whole=whole,
        tasks=tuple(_groups(audited, lambda pair: pair.task)),
        weights=tuple(_groups(audited, lambda pair: stretch(pair.weight))),
        estimate=trusted.pairs, at_most=trusted.at_most, luck=_luck(whole),
    )  # fmt: skip


def stretch(weight: float) -> str:
    """The group of a weight, in words."""
    low = max((edge for edge in EDGES if edge <= weight), default=0.0)
    high = min((edge for edge in EDGES if edge > weight), default=1.0)
    return f"{low:.2f} to {high:.2f}"


def _drawn(run: Run, percent: float) -> int:
    if not percent:
        return 0
    decisions = read_decisions(run.folder)
    return sum(len(audit_sample(as_made(part, decisions), percent, run.recipe.seed)) for part in run.parts)


def _groups(audited: Sequence[_Audited], key: Callable[[InstructionPair], str]) -> Iterator[Group]:
    for name in sorted({key(one.pair) for one in audited}):
        yield _group(name, [one for one in audited if key(one.pair) == name])


def _group(name: str, audited: Sequence[_Audited]) -> Group:
    n, count = len(audited), sum(one.decision.reason in WRONG for one in audited)
    low, high = wilson(count, n)
    expected = sum(1 - one.pair.weight for one in audited)
    return Group(
        name=name, wrong=Rate(value=count / n, low=low, high=high, n=n), count=count, expected=round(expected, 4)
    )


def _luck(whole: Group) -> float:
    n, chance = whole.wrong.n, whole.expected / whole.wrong.n
    if whole.count >= whole.expected:
        return at_least(whole.count, n, chance)
    return 1 - at_least(whole.count + 1, n, chance)


def told(found: Inspection) -> Iterator[str]:
    """The finding in sentences."""
    some = f"{found.audited} of {found.drawn} pairs of a sample by lot ({found.percent:g} % of the run) were audited"
    if not found.drawn:
        some = f"{found.audited} pairs were decided about. They were not drawn by lot, so others may be better or worse"
    yield f"{some}."
    rate = found.whole.wrong
    why = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in found.reasons) or "no fault was found"
    yield f"{found.whole.count} {'is' if found.whole.count == 1 else 'are'} wrong: {_percent(rate)} ({why})."
    yield f"By their weights {found.whole.expected:.1f} of them should be wrong."
    if found.drawn:
        yield _comparison(found)
    if found.estimate:
        most = "at most about" if found.at_most else "about"
        yield f"The run estimates that {most} {_percent(found.estimate)} of all its pairs are wrong."
    if found.outdated:
        yield f"Not counted, as their pairs have changed since or are gone: {amount(found.outdated, 'decision')}."


def _comparison(found: Inspection) -> str:
    more = found.whole.count >= found.whole.expected
    way, share = "more" if more else "fewer", f"{100 * found.luck:.1f} % of such audits"
    lot = f"If pairs erred one by one, luck alone would find that many or {way} in {share}"
    if found.luck >= UNLIKELY:
        return f"{lot}: the audit does not contradict the run."
    told = "the run thinks too well of its pairs" if more else "the pairs are better than the run thinks"
    return f"{lot}: {told}, unless a few claims behind many pairs make the difference."


def _percent(rate: Rate) -> str:
    return f"{100 * rate.value:.1f} % (95 % interval {100 * rate.low:.1f} to {100 * rate.high:.1f} %)"
