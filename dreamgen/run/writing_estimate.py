"""What it will cost to have a language model write a story, before it is asked anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import Final, Literal

from dreamgen.core.base import Record
from dreamgen.core.brief import Brief
from dreamgen.core.receipts import Usage
from dreamgen.engines.chat.ledger import LEDGER, calls, usage
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.wire import PER_TOKEN
from dreamgen.run.filming import ANSWERS
from dreamgen.run.rehearsal import Asked, Rehearsal
from dreamgen.story.expansion.calls import Manner
from dreamgen.story.expansion.factors import read_factors
from dreamgen.story.expansion.levels import expand
from dreamgen.story.expansion.telling import divided
from dreamgen.story.writers.chat import ChatWriter

RUNS: Final = Path("outputs")
"""Where earlier runs are looked for."""


class Level(Record):
    """Calls of one sort: they can be made at the same time."""

    purpose: str
    """The prompt: story/scene."""
    calls: int
    """How many there will be, without those for what comes back wrong."""
    answered: int
    """How many of them are answered in the run's folder already."""
    tokens_in: int
    """Of those that are left."""
    tokens_out: int
    """Of those that are left."""


class Pace(Record):
    """How fast a model has answered so far."""

    calls: int
    """Answered calls that this rests on."""
    tokens_out: int
    """Of their answers."""
    seconds: float
    """Of all of them, added up."""
    runs: tuple[str, ...]
    """The folders that they were made for."""


class Stop(Record):
    """The limit at which it would stop before it is done, as far as the estimate goes."""

    limit: Literal["max_calls", "max_tokens"]
    """Which."""
    most: int
    """What it allows."""
    spent: int
    """What the run's folder has used up of it already."""
    calls: int
    """How many of those that are left can still be made."""


class WritingEstimate(Record):
    """What to expect. Answers differ in length, and wrong ones are asked for again: it may take twice as much."""

    model: str
    """Who is asked."""
    shots: int
    """Of the story."""
    scenes: int
    """Of the story."""
    levels: tuple[Level, ...]
    """In their order; each waits for the one before."""
    pace: Pace | None
    """None where this model has not been asked yet."""
    seconds: float | None
    """At that pace, with as many calls at once as the model allows; None where there is no pace."""
    stop: Stop | None = None
    """None where no limit is in the way."""

    @property
    def calls(self) -> int:
        """That are left to make."""
        return sum(level.calls - level.answered for level in self.levels)

    @property
    def tokens(self) -> tuple[int, int]:
        """In and out, of those calls."""
        return sum(level.tokens_in for level in self.levels), sum(level.tokens_out for level in self.levels)


def writing_estimate(writer: ChatWriter, brief: Brief, seed: int, folder: Path) -> WritingEstimate:
    """The cost of a story that a model writes. Nobody is asked anything.

    Args:
        writer: with its model.
        brief: the plot or theme.
        seed: of the story.
        folder: the run's; what is answered there already costs nothing.

    Raises:
        UsageError: for a brief without words, or numbers of acts, scenes and shots that can't be.
    """
    division = divided(brief, read_factors(writer.expand))
    manner = Manner(dialogues=writer.dialogues, questions=writer.questions, likeness=writer.likeness)
    rehearsal = Rehearsal(writer.chat, folder / ANSWERS)
    expand(rehearsal, brief, seed, division, manner)
    levels = tuple(_level(purpose, list(asked)) for purpose, asked in groupby(rehearsal.asked, lambda one: one.purpose))
    pace = pace_of(writer.chat.model, [folder, *sorted(path for path in RUNS.glob("*") if path.is_dir())])
    return WritingEstimate(
        model=writer.chat.model,
        shots=division.shots,
        scenes=division.scenes,
        levels=levels,
        pace=pace,
        seconds=round(_seconds(levels, pace, writer.chat.concurrency), 1) if pace else None,
        stop=_stop([one for one in rehearsal.asked if not one.answered], writer.chat, folder / ANSWERS),
    )


def pace_of(model: str, runs: Iterable[Path]) -> Pace | None:
    """How fast a model answered in these runs' folders, all its answers together; None where it never did."""
    found: dict[Path, Sequence[Usage]] = {}
    for run in runs:
        for kept in (run / ANSWERS, *run.glob(f"*.{ANSWERS}"), run):
            if (kept / LEDGER).is_file():
                found[kept.resolve()] = [one for one in usage(kept) if one.model == model and one.calls and one.seconds]
    spent = [one for several in found.values() for one in several]
    if not spent:
        return None
    return Pace(
        calls=sum(one.calls for one in spent),
        tokens_out=sum(one.tokens_out for one in spent),
        seconds=round(sum(one.seconds for one in spent), 3),
        runs=tuple(sorted(_name(kept) for kept, several in found.items() if several)),
    )


def _name(kept: Path) -> str:
    return kept.parent.name if kept.name == ANSWERS else kept.name


def _level(purpose: str, asked: Sequence[Asked]) -> Level:
    left = [one for one in asked if not one.answered]
    return Level(
        purpose=purpose,
        calls=len(asked),
        answered=len(asked) - len(left),
        tokens_in=sum(one.tokens_in for one in left),
        tokens_out=sum(one.tokens_out for one in left),
    )


def _stop(left: Sequence[Asked], chat: ChatModel, kept: Path) -> Stop | None:
    """The first limit that is in the way. Before a call all that it could cost must be free, as the budget has it."""
    before = calls(kept)
    spent = sum(call.tokens for call in before)
    running = spent
    for made, one in enumerate(left):
        if chat.max_calls and len(before) + made >= chat.max_calls:
            return Stop(limit="max_calls", most=chat.max_calls, spent=len(before), calls=made)
        if chat.max_tokens and running + one.tokens_in * PER_TOKEN + chat.max_output_tokens > chat.max_tokens:
            return Stop(limit="max_tokens", most=chat.max_tokens, spent=spent, calls=made)
        running += one.tokens_in + one.tokens_out
    return None


def _seconds(levels: Sequence[Level], pace: Pace, at_once: int) -> float:
    """A level takes as many rounds as it has calls for those that are made at once."""
    each = pace.seconds / max(1, pace.tokens_out)
    total = 0.0
    for level in levels:
        left = level.calls - level.answered
        if left:
            total += ceil(left / at_once) * level.tokens_out / left * each
    return total
