"""The bookkeeping of a run: what came in, what was made, what was dropped and why."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence

from dreamgen.core.receipts import Receipt, Reject, Tally
from dreamgen.core.story import Story
from dreamgen.run.watch import Watch


def tally(what: str, made: int, rejects: Iterable[Reject]) -> Tally:
    """made = kept + dropped, by reason.

    Args:
        what: claims or pairs.
        made: how many there were before anything was dropped.
        rejects: of all kinds; those of this kind are counted.
    """
    dropped = Counter(reject.reason for reject in rejects if f"{reject.kind}s" == what)
    return Tally(what=what, made=made, kept=made - dropped.total(), dropped=tuple(sorted(dropped.items())))


def notes_as_rejects(story: Story) -> list[Reject]:
    """What the film can't show as the plot says it, one line each."""
    return [
        Reject(
            what=note.what, kind="text", stage="story", reason=note.reason,
            detail=f"{note.where}: " + (f"shown as {note.shown_as}" if note.shown_as else "not shown"),
        )
        for note in story.notes
    ]  # fmt: skip


def same_but_for_time(one: Receipt | None, other: Receipt) -> bool:
    """Whether two receipts tell of the same run of the same things."""
    return one is not None and one.model_copy(update={"seconds": other.seconds}) == other


class Stopwatch(Watch):
    """Takes the time of every stage and passes on what it hears.

    Args:
        listener: who else wants to hear.
    """

    def __init__(self, listener: Watch) -> None:
        self._listener = listener
        self._running: dict[str, float] = {}
        self._seconds: dict[str, float] = {}

    @property
    def seconds(self) -> tuple[tuple[str, float], ...]:
        """Stage and wall-clock seconds, in the order in which they ran."""
        return tuple((stage, round(seconds, 2)) for stage, seconds in self._seconds.items())

    def begins(self, stage: str, items: int, kept: int) -> None:
        """Starts the stage's clock."""
        self._running[stage] = time.monotonic()
        self._listener.begins(stage, items, kept)

    def made(self, stage: str, item: str) -> None:
        """Passes it on."""
        self._listener.made(stage, item)

    def ends(self, stage: str) -> None:
        """Stops the stage's clock."""
        elapsed = time.monotonic() - self._running.pop(stage, time.monotonic())
        self._seconds[stage] = self._seconds.get(stage, 0.0) + elapsed
        self._listener.ends(stage)

    def says(self, words: str) -> None:
        """Passes it on."""
        self._listener.says(words)


def dropped_of(tallies: Sequence[Tally]) -> int:
    """How many things were dropped in all."""
    return sum(tally.made - tally.kept for tally in tallies)
