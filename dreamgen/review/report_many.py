"""report.html of a run of many stories: sums, a table, and the first few stories with pictures and pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from dreamgen.core.base import derive_seed
from dreamgen.core.calibration import Calibration
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.core.receipts import Receipt
from dreamgen.core.trusted import Trusted
from dreamgen.review.frames import ShotFrame, some_frames
from dreamgen.run.opened import Run, StoryRun
from dreamgen.run.pooling import pooled

SHOWN: Final = 12
"""Stories with pictures."""
FRAMES: Final = 4
"""Pictures of each of them."""
PAIRS: Final = 6
"""Pairs of each of them, by lot."""
LISTED: Final = 500
"""Stories in the table."""
READ: Final = 2000
"""Stories of which it is read how far they can be trusted, by lot where there are more."""


@dataclass(frozen=True)
class Row:
    """One story in the table."""

    run: StoryRun
    kept: Mapping[str, int]
    """Claims, pairs: how many are in the dataset."""
    dropped: int
    """How many claims and pairs are not."""


@dataclass(frozen=True)
class Shown:
    """One story with pictures."""

    run: StoryRun
    shots: tuple[ShotFrame, ...]
    pairs: tuple[tuple[InstructionPair, str], ...]
    """With the answer in words."""

    @property
    def film(self) -> str:
        """The film's file, as seen from the page."""
        film = self.run.clips.get("film")
        return f"{self.run.place}/{film.video.path}" if film else ""


@dataclass(frozen=True)
class ManyView:
    """Many stories on one page."""

    run: Run
    rows: tuple[Row, ...]
    """The first of them."""
    shown: tuple[Shown, ...]
    """The first of these, with pictures."""
    trusted: Trusted
    """How far the pairs can be trusted, as far as it was read."""
    read: int
    """Stories of which it was read."""
    tasks: tuple[tuple[str, int], ...]
    """Task and number of pairs of those in the table, most first."""

    @property
    def calibration(self) -> tuple[Calibration, ...]:
        """What all verifiers together said, kind by kind."""
        return self.trusted.vote


def many_view(run: Run) -> ManyView:
    """What the page says; of thousands of stories only a part is read."""
    tasks = Counter[str]()
    rows = []
    for story in run.stories[:LISTED]:
        fresh = _again(story)  # what was read of one story is not kept while the next one is
        tasks.update(pair.task for pair in fresh.pairs)
        rows.append(_row(story, fresh.receipt))
    return ManyView(
        run=run,
        rows=tuple(rows),
        shown=tuple(_shown(_again(story), run.recipe.seed) for story in run.stories[:SHOWN]),
        trusted=pooled(_again(story).trusted for story in _drawn(run)),
        read=min(len(run.stories), READ),
        tasks=tuple(tasks.most_common()),
    )


def _again(story: StoryRun) -> StoryRun:
    return StoryRun(story.folder, story.joined)


def _drawn(run: Run) -> Sequence[StoryRun]:
    chosen = sorted(run.stories, key=lambda story: derive_seed(run.recipe.seed, "report", story.name))
    return run.stories if len(run.stories) <= READ else chosen[:READ]


def _row(story: StoryRun, receipt: Receipt | None) -> Row:
    tallies = receipt.tallies if receipt else ()
    return Row(
        run=story,
        kept={tally.what: tally.kept for tally in tallies},
        dropped=sum(count for tally in tallies for _, count in tally.dropped),
    )


def _shown(story: StoryRun, seed: int) -> Shown:
    drawn = sorted(story.pairs, key=lambda pair: derive_seed(seed, "report", story.name, pair.id))[:PAIRS]
    return Shown(
        run=story,
        shots=tuple(islice(some_frames(story, FRAMES), FRAMES)),
        pairs=tuple((pair, _answer(pair)) for pair in drawn),
    )


def _answer(pair: InstructionPair) -> str:
    if pair.answer_index is None:
        return pair.turns[1].text
    return f"{LETTERS[pair.answer_index]}. {pair.options[pair.answer_index]}"
