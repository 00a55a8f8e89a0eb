"""What a dataset of found footage holds: clips, their lengths and categories, and how much is said of each.

The numbers that HICom tells of itself (Liu et al. 2025): clips, mean seconds, answers a clip, a category histogram.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import Final

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.question_types import subtype_of, type_of
from dreamgen.core.receipts import Reject

DESCRIPTION: Final = "object_description"
"""The task whose answers describe one person, animal or thing."""


class Share(Record):
    """How many there are of one sort."""

    name: str
    """The sort."""
    clips: int = Field(ge=0)
    """How many."""


class FootageStatistics(Record):
    """What was found, and what is said of it."""

    videos: int = Field(ge=0)
    """Videos with a clip in the dataset."""
    clips: int = Field(ge=0)
    """Clips in the dataset."""
    seconds: float = Field(ge=0.0)
    """Of all clips together."""
    mean_seconds: float = Field(ge=0.0)
    """Of one clip."""
    median_seconds: float = Field(ge=0.0)
    """Of one clip."""
    shortest: float = Field(ge=0.0)
    """Seconds of the shortest clip."""
    longest: float = Field(ge=0.0)
    """Seconds of the longest clip."""
    pairs: int = Field(ge=0)
    """Pairs about them."""
    answers: int = Field(ge=0)
    """Answers in those pairs: a dialogue has several."""
    answers_per_clip: float = Field(ge=0.0)
    """Of all clips, those without any included."""
    descriptions: int = Field(ge=0)
    """Answers that describe one person, animal or thing."""
    descriptions_per_clip: float = Field(ge=0.0)
    """Of all clips."""
    words_per_description: float = Field(ge=0.0)
    """Mean number of words."""
    silent: int = Field(ge=0)
    """Clips of which nothing is asked."""
    categories: tuple[Share, ...] = ()
    """Clips in the dataset by category, the largest first."""
    sorted_by: tuple[Share, ...] = ()
    """The same clips by how they came to their category: similarity, words or none."""
    types: tuple[tuple[str, int], ...] = ()
    """Pairs by type and subtype of PLM's fine-grained questions, `Object Attributes, colour`, the commonest first."""
    drafts_dropped: tuple[tuple[str, int], ...] = ()
    """Instructions that a model wrote and that were dropped: reason and number, the commonest first."""


def footage_of(
    clips: Sequence[Clip],
    pairs: Iterable[InstructionPair],
    categories: Mapping[str, tuple[str, str]],
    rejects: Iterable[Reject] = (),
) -> FootageStatistics:
    """Counts what a dataset of found footage holds.

    Args:
        clips: those that were kept.
        pairs: those that were kept.
        categories: clip to its category, and how that was found out.
        rejects: what was dropped.
    """
    lengths = [clip.seconds for clip in clips]
    known = list(pairs)
    answers = sum(len(pair.turns) // 2 for pair in known)
    described = [len(pair.turns[-1].text.split()) for pair in known if pair.task == DESCRIPTION]
    asked = {pair.clip for pair in known}
    sorts = [categories[clip.id] for clip in clips if clip.id in categories]
    return FootageStatistics(
        videos=len({clip.excerpt.source for clip in clips if clip.excerpt}),
        clips=len(clips),
        seconds=round(sum(lengths), 3),
        mean_seconds=round(fmean(lengths), 3) if lengths else 0.0,
        median_seconds=round(median(lengths), 3) if lengths else 0.0,
        shortest=round(min(lengths, default=0.0), 3),
        longest=round(max(lengths, default=0.0), 3),
        pairs=len(known),
        answers=answers,
        answers_per_clip=_per(answers, len(clips)),
        descriptions=len(described),
        descriptions_per_clip=_per(len(described), len(clips)),
        words_per_description=round(fmean(described), 2) if described else 0.0,
        silent=sum(clip.id not in asked for clip in clips),
        categories=_shares(category for category, _ in sorts),
        sorted_by=_shares(by for _, by in sorts),
        types=_counted(f"{type_of(pair)}, {subtype_of(pair)}" for pair in known),
        drafts_dropped=_counted(reject.reason for reject in rejects if reject.kind == "draft"),
    )


def _per(number: int, clips: int) -> float:
    return round(number / clips, 4) if clips else 0.0


def _shares(names: Iterable[str]) -> tuple[Share, ...]:
    return tuple(Share(name=name, clips=number) for name, number in _counted(names))


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda one: (-one[1], one[0])))
