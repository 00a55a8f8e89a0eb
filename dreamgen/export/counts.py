"""How much of what is in a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from dreamgen.core.base import Record
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair

T = TypeVar("T", str, float)


class Counts(Record):
    """How much of what is in a dataset."""

    pairs: int = 0
    """All of them."""
    clips: int = 0
    """All of them."""
    seconds: float = 0.0
    """Of video."""
    tasks: tuple[tuple[str, int], ...] = ()
    """Task and number of pairs."""
    forms: tuple[tuple[str, int], ...] = ()
    """Form and number of pairs."""
    weights: tuple[tuple[float, int], ...] = ()
    """Weight in hundredths and number of pairs, the least first."""
    origins: tuple[str, ...] = ()
    """Of the clips: dreamed, found."""
    dreamed: int = 0
    """Clips that were made here."""
    generated: int = 0
    """Clips whose pictures a model drew."""
    audited: int = 0
    """Pairs that a person found right."""

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            pairs=self.pairs + other.pairs,
            clips=self.clips + other.clips,
            seconds=round(self.seconds + other.seconds, 6),
            tasks=_sum(self.tasks, other.tasks),
            forms=_sum(self.forms, other.forms),
            weights=_sum(self.weights, other.weights),
            origins=tuple(sorted({*self.origins, *other.origins})),
            dreamed=self.dreamed + other.dreamed,
            generated=self.generated + other.generated,
            audited=self.audited + other.audited,
        )

    def weight(self, share: float) -> float:
        """The weight that so large a share of the pairs does not reach."""
        left = min(int(share * self.pairs), self.pairs - 1)
        for weight, count in self.weights:
            left -= count
            if left < 0:
                return weight
        return 0.0


def counts_of(pairs: Iterable[InstructionPair], clips: Sequence[Clip]) -> Counts:
    """What pairs and clips there are; walks through the pairs once."""
    tasks, forms, weights = Counter[str](), Counter[str](), Counter[float]()
    audited = 0
    for pair in pairs:
        tasks[pair.task] += 1
        forms[pair.form] += 1
        weights[round(pair.weight, 2)] += 1
        audited += pair.audited
    return Counts(
        pairs=forms.total(),
        clips=len(clips),
        seconds=round(sum(clip.seconds for clip in clips), 6),
        tasks=tuple(sorted(tasks.items())),
        forms=tuple(sorted(forms.items())),
        weights=tuple(sorted(weights.items())),
        origins=tuple(sorted({clip.origin for clip in clips})),
        dreamed=sum(clip.origin == "dreamed" for clip in clips),
        generated=sum(clip.pictures == "generated" for clip in clips),
        audited=audited,
    )


def _sum(one: tuple[tuple[T, int], ...], other: tuple[tuple[T, int], ...]) -> tuple[tuple[T, int], ...]:
    return tuple(sorted((Counter(dict(one)) + Counter(dict(other))).items()))
