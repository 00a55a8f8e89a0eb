"""A few stories of a plan are made, one at a time, to see what one takes. They are the run's own: nothing is wasted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from dreamgen.bulk.executing import Ended, Executor
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import key_of, read_marks
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import write_plan
from dreamgen.bulk.spending import asked_in
from dreamgen.bulk.working import Outcome, Task
from dreamgen.core.base import Record, derive_seed
from dreamgen.core.receipts import Usage
from dreamgen.errors import DreamgenError
from dreamgen.run import disk
from dreamgen.run.books import RECEIPT
from dreamgen.run.bulking import Pool
from dreamgen.run.opened import StoryRun, open_run

MOST_BEGUN: Final = 1000
"""Stories that may have been begun before others are looked for in vain."""
PROBES: Final = "probe"
"""In the folder of a bulk run: a `Measured` for every story that was made to measure it."""
BLOCK: Final = 512
"""Bytes."""
PAUSE: Final = 0.5
"""Seconds to wait for the worker before looking again."""


class Spent(Record):
    """What one pool spent on a story."""

    pool: str
    """Its name."""
    seconds: float
    """Of its worker, by the clock."""


class Measured(Record):
    """What one story took, and what came of it."""

    item: str
    """Its name."""
    key: str
    """The fingerprint of what it was made from; see `marks.key_of`."""
    shots: int
    """Of the film."""
    film_seconds: float
    """Length of the film."""
    clips: int
    """Videos: scenes, twins and the film."""
    pairs: int
    """That were kept."""
    spent: tuple[Spent, ...]
    """By pool."""
    usage: tuple[Usage, ...] = ()
    """What models were asked."""
    disk_bytes: int
    """What its folder takes on the disk."""
    shard_bytes: int
    """What it adds to the dataset: its videos and masks once more, and its pairs."""

    @property
    def seconds(self) -> float:
        """Of all workers."""
        return sum(one.seconds for one in self.spent)


Probed = Callable[[Item, str], None]
"""Hears which story was made, and why one could not be."""


def probe(plan: Plan, folder: Path, count: int, executor: Callable[[], Executor], tell: Probed) -> tuple[Measured, ...]:
    """Measures stories drawn by lot; what was measured before, of the same plots by the same recipe, counts.

    Args:
        plan: the stories.
        folder: of the bulk run; the stories stay there, as if the run had made them.
        count: how many measurements there should be.
        executor: makes the one that runs the workers, if it takes any.
        tell: hears of every story.

    Raises:
        DreamgenError: when none of them can be made.
    """
    known = measured_before(plan, folder)
    wanted = _candidates(plan, folder, {one.item for one in known}, max(0, count - len(known)))
    if not wanted:
        return known or _made(plan, folder, count)
    write_plan(plan, folder)
    found, why = [], ""
    with _Bench(plan, folder, executor()) as bench:
        for item in wanted:
            outcome = bench.make(item)
            if outcome.ended == "done":
                found.append(_keep(item, plan, folder, bench.spent))
                why = ""
            else:
                why = f"{item.id}: {outcome.reason}"
            tell(item, why)
    if not known and not found:
        raise DreamgenError(
            f"none of the stories that were tried can be made, the last one {why}",
            "Mend it, or use --probe 0 for an estimate without trying.",
        )
    return (*known, *found)


def measured_before(plan: Plan, folder: Path) -> tuple[Measured, ...]:
    """What was measured of this plan's stories, as they would be made now; in the plan's order."""
    names = {path.stem for path in (folder / PROBES).glob("*.json")}
    found = ((item, _read(folder, item.id)) for item in plan.items if item.id in names)
    return tuple(
        one
        for item, one in found
        if one is not None and one.key == key_of(item, plan) and (Places(folder).item(item.id) / RECEIPT).is_file()
    )


def _made(plan: Plan, folder: Path, count: int) -> tuple[Measured, ...]:
    """Stories of a plan of which nothing is left to make: what came of them is there, and nothing more is spent."""
    done = (item for item in plan.items if (Places(folder).item(item.id) / RECEIPT).is_file())
    return tuple(_measure(item, plan, folder, ()) for _, item in zip(range(count), done, strict=False))


def _candidates(plan: Plan, folder: Path, known: set[str], count: int) -> Sequence[Item]:
    """As many stories as are to be tried, drawn by lot; of those that are made already there is nothing to learn."""
    settled = read_marks(Places(folder), plan)
    lots = sorted(plan.items, key=lambda item: derive_seed(plan.recipe.seed, "probe", item.id))
    fresh = [item for item in lots if item.id not in known and item.id not in settled]
    # what was begun, or made by another recipe, takes less than a whole story
    return sorted(fresh[: count + MOST_BEGUN], key=lambda item: Places(folder).item(item.id).exists())[:count]


class _Bench:
    """One worker of each pool, and one story at a time, so that nothing else is measured with it.

    Args:
        plan: whose recipe it follows.
        folder: of the bulk run.
        executor: runs the workers.
    """

    def __init__(self, plan: Plan, folder: Path, executor: Executor) -> None:
        self._plan, self._folder, self._executor = plan, folder, executor
        pools = tuple(pool.model_copy(update={"workers": 1}) for pool in plan.recipe.bulk.pools)
        self._bulk = plan.recipe.bulk.model_copy(update={"pools": pools})
        self.spent: tuple[Spent, ...] = ()

    def __enter__(self) -> _Bench:
        self._executor.start(self._bulk)
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.close()

    def make(self, item: Item) -> Outcome:
        """Walks a story from pool to pool; `spent` says afterwards what each took."""
        spent: dict[str, float] = {}
        pool = self._bulk.pool_of("story")
        while True:
            outcome = self._walk(item, pool)
            spent[pool.name] = spent.get(pool.name, 0.0) + sum(one.seconds for one in outcome.timed)
            self.spent = tuple(Spent(pool=name, seconds=round(seconds, 3)) for name, seconds in spent.items())
            if outcome.ended != "handed":
                return outcome
            pool = self._bulk.pool_of(outcome.stage)

    def _walk(self, item: Item, pool: Pool) -> Outcome:
        task = Task(folder=self._folder, item=item, recipe=self._plan.recipe, pool=pool)
        self._executor.submit(pool.name, (task,))
        ended: tuple[Ended, ...] = ()
        while not ended:
            ended = self._executor.wait(PAUSE)
        if ended[0].outcomes:
            return ended[0].outcomes[0]
        return Outcome(item=item.id, ended="failed", reason=ended[0].why)


def _keep(item: Item, plan: Plan, folder: Path, spent: Sequence[Spent]) -> Measured:
    found = _measure(item, plan, folder, spent)
    disk.write_whole(_path(folder, item.id), found.model_dump_json(indent=1) + "\n")
    return found


def _measure(item: Item, plan: Plan, folder: Path, spent: Sequence[Spent]) -> Measured:
    place = Places(folder).item(item.id)
    story = open_run(place).story
    return Measured(
        item=item.id, key=key_of(item, plan), shots=len(story.story.shots), film_seconds=_film_seconds(story),
        clips=len(story.clips), pairs=len(story.pairs), spent=tuple(spent), usage=asked_in(place),
        disk_bytes=sum(_room(path) for path in place.rglob("*")), shard_bytes=_shard_bytes(story),
    )  # fmt: skip


def _film_seconds(story: StoryRun) -> float:
    return round(story.clips["film"].seconds, 3) if "film" in story.clips else 0.0


def _shard_bytes(story: StoryRun) -> int:
    refs = [ref for clip in story.clips.values() for ref in (clip.video, clip.masklets) if ref]
    media = sum(_padded((story.folder / ref.path).stat().st_size) for ref in refs)
    return media + _padded((story.folder / "pairs.jsonl").stat().st_size) + BLOCK * len(story.clips)


def _padded(size: int) -> int:
    """What a file takes in a tar: its header, and whole blocks."""
    return BLOCK + -(-size // BLOCK) * BLOCK


def _room(path: Path) -> int:
    """What a file or folder takes on the disk, which is more than its length."""
    about = path.lstat()
    blocks = getattr(about, "st_blocks", None)
    return about.st_size if blocks is None else blocks * BLOCK


def _read(folder: Path, name: str) -> Measured | None:
    try:
        return Measured.model_validate_json(_path(folder, name).read_bytes())
    except (OSError, ValidationError):
        return None


def _path(folder: Path, name: str) -> Path:
    return folder / PROBES / f"{name}.json"
