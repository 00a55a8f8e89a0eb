"""What a worker does: it walks through a story's stages on the store, and stops at the first that is not its pool's."""

from __future__ import annotations

import errno
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Final, Literal

from dreamgen.bulk import together
from dreamgen.bulk.glancing import Held, files_in
from dreamgen.bulk.items import Item
from dreamgen.bulk.metering import Meter
from dreamgen.bulk.places import Places
from dreamgen.core.base import Record
from dreamgen.core.receipts import Tally, Usage
from dreamgen.errors import DreamgenError, MissingExtra, UsageError
from dreamgen.run import keys
from dreamgen.run.bulking import Pool
from dreamgen.run.lock import FolderBusy
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Recipe
from dreamgen.run.store import ENTRIES
from dreamgen.run.watch import Watch

OF_THE_MACHINE: Final = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE, errno.EMFILE,
    errno.ENFILE,
)  # fmt: skip
"""What no other story would fare better with: everything stops, and no story is put aside for it."""


Whose = Literal["story", "user", "machine", "other"]
"""Who is to blame for a walk that failed. It may go better next time (story), it never will before somebody changes the
plot (user), no other story would fare better (machine), or another driver is at work on it (other)."""


class Task(Record):
    """One walk through one story."""

    folder: Path
    """Of the bulk run."""
    item: Item
    """The story."""
    recipe: Recipe
    """The bulk run's."""
    pool: Pool
    """Whose worker walks."""


class Timed(Record):
    """What one stage took in one walk."""

    stage: str
    """Its name, with what stands behind the dash."""
    made: int
    """How many things were made."""
    seconds: float
    """By the clock."""


class Outcome(Record):
    """How a walk ended."""

    item: str
    """Its name."""
    ended: Literal["done", "handed", "failed"]
    """Whether the story is whole, needs another pool, or something went wrong."""
    stage: str = ""
    """The stage that another pool must do, or that failed."""
    tallies: tuple[Tally, ...] = ()
    """The bookkeeping of a story that is whole."""
    reason: str = ""
    """What went wrong, in a line."""
    trace: str = ""
    """Where, for developers."""
    hint: str = ""
    """What could be done about it."""
    exit_code: int = 1
    """Of the program, when everything stops for it."""
    whose: Whose = "story"
    """Whose fault it is; decides whether it is tried again."""
    said: tuple[str, ...] = ()
    """Sentences for people, those that every story brings with it among them."""
    timed: tuple[Timed, ...] = ()
    """The stages that made something."""
    made_again: int = 0
    """Artefacts that were on the disk when the walk began and were made once more: what shaped them had changed, their
    files were damaged, or the pixels sent a shot back."""
    memory_mib: float = 0.0
    """The most that the worker had in memory so far."""
    gpu_use: float | None = None
    """How busy the worker's GPUs were during the walk, 0 to 1; None where there is none, or nobody can tell."""
    usage: tuple[Usage, ...] = ()
    """What models were asked during the walk."""
    disk_bytes: int = 0
    """What the story's folder holds, when it is whole."""
    files: tuple[Held, ...] = ()
    """The story's files, when it is whole."""


class NoWorker(DreamgenError):
    """No worker of a pool comes up, or none that may work."""


class CodeChanged(NoWorker):
    """A worker would work by other code than its driver."""


class HandOver(Exception):
    """A stage comes that another pool does."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


class Gate(Watch):
    """Lets a pool's stages pass, and those that have nothing left to make; times them.

    Args:
        pool: whose worker walks.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._made = 0
        self._since = 0.0
        self.stage = ""
        self.timed: list[Timed] = []
        self.said: dict[str, None] = {}

    def begins(self, stage: str, items: int, kept: int) -> None:
        """Stops the walk where another pool has to make something."""
        self.stage, self._made, self._since = stage, 0, time.monotonic()
        together.begins(stage)
        if items > kept and not self._pool.does(stage):
            raise HandOver(stage)

    def made(self, stage: str, item: str) -> None:
        """Counts."""
        self._made += 1

    def ends(self, stage: str) -> None:
        """Notes what a stage took that made something."""
        if self._made:
            seconds = round(time.monotonic() - self._since, 4)
            self.timed.append(Timed(stage=stage, made=self._made, seconds=seconds))

    def says(self, words: str) -> None:
        """Keeps it for the driver, who tells it once, however many stories say it."""
        self.said[words] = None


def work(task: Task) -> Outcome:
    """Walks through one story as far as its pool goes. Whatever goes wrong on the way is in the outcome, not raised."""
    place = Places(task.folder).item(task.item.id)
    before = _artefacts(place)
    with Meter(place) as meter:
        outcome = _walk(task, place)
    made = sum(timed.made for timed in outcome.timed)
    again = {"made_again": max(0, before + made - _artefacts(place))}
    return outcome.model_copy(update={**again, **meter.reading(whole=outcome.ended == "done")})


def _walk(task: Task, place: Path) -> Outcome:
    gate = Gate(task.pool)
    try:
        dream(task.item.source, task.item.recipe(task.recipe), place, watch=gate)
        receipt = open_run(place).story.receipt
        assert receipt is not None  # dream has just written it
        return _ended(task, gate, "done").model_copy(update={"tallies": receipt.tallies, "files": files_in(place)})
    except HandOver as over:
        return _ended(task, gate, "handed").model_copy(update={"stage": over.stage})
    except Exception as error:
        return _ended(task, gate, "failed").model_copy(update=told(error))


def told(error: Exception) -> dict[str, str | int]:
    """What an outcome says of what went wrong."""
    ours = error if isinstance(error, DreamgenError) else DreamgenError(f"{type(error).__name__}: {error}")
    return {
        "reason": ours.message, "hint": ours.hint, "exit_code": ours.exit_code, "whose": blame(error),
        "trace": "".join(traceback.format_exception(error)),
    }  # fmt: skip


def blame(error: BaseException) -> Whose:
    """Whose fault an error is; what lies behind it counts too."""
    cause: BaseException | None = error
    while cause is not None:
        missing = isinstance(cause, DreamgenError) and cause.exit_code == MissingExtra.exit_code  # in a worker's words
        if missing or isinstance(cause, NoWorker) or (isinstance(cause, OSError) and cause.errno in OF_THE_MACHINE):
            return "machine"
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    if isinstance(error, FolderBusy):
        return "other"
    return "user" if isinstance(error, UsageError) else "story"


def wake(task: Task) -> str:
    """Loads all that a worker needs to begin, and says by which code it works."""
    return keys.package_version()


def work_all(tasks: tuple[Task, ...]) -> tuple[Outcome, ...]:
    """Walks through several stories that one worker has in hand, at once."""
    return together.work_together(tasks, work)


def _artefacts(place: Path) -> int:
    """How many the store of a story has."""
    return sum(1 for _ in place.glob(f"**/{ENTRIES}/*/*.json"))


def _ended(task: Task, gate: Gate, how: Literal["done", "handed", "failed"]) -> Outcome:
    return Outcome(
        item=task.item.id, ended=how, stage=gate.stage if how == "failed" else "", timed=tuple(gate.timed),
        memory_mib=peak_memory(), said=tuple(gate.said),
    )  # fmt: skip


def peak_memory() -> float:
    """The most that this process had in memory so far, in MiB; 0 where the system does not say."""
    if os.name != "posix":
        return 0.0
    import resource

    unit = 1 if sys.platform == "darwin" else 2**10  # bytes there, KiB elsewhere
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, 1)
