"""How a bulk run stands at one moment: what the dashboard draws, the page of metrics tells and `--json` prints."""

from __future__ import annotations

from dreamgen.bulk.forecast import Eta
from dreamgen.bulk.spending import Asked
from dreamgen.core.base import Record
from dreamgen.engines.gpu_use import Gpu


class PoolNow(Record):
    """How one pool stands."""

    pool: str
    """Its name."""
    workers: int
    """How many it has."""
    running: int
    """Stories that its workers have in hand."""
    waiting: int
    """Stories that wait for it."""
    walks: int
    """Walks of its workers that ended well."""
    a_minute: float
    """Such walks a minute, over the last ten minutes."""
    seconds: float | None
    """What a walk takes on average; None before the first has ended."""
    failed: int
    """Walks that failed, whether the story was tried again or not."""
    died: int
    """Stories whose worker died with them in hand."""
    gpu_use: float | None
    """How busy its GPUs were during the last walks, 0 to 1; None where nobody can tell."""


class StageNow(Record):
    """How one stage stands."""

    stage: str
    """Its name, without what stands behind the dash."""
    pool: str
    """Who does it."""
    made: int
    """Things that were made: keyframes, clips, verdicts of a clip."""
    a_minute: float
    """Such things a minute, over the last ten minutes."""
    seconds: float
    """What it took, all workers together."""


class Trouble(Record):
    """Something that went wrong."""

    item: str
    """With which story."""
    what: str
    """failed, died, put_aside."""
    reason: str
    """What went wrong, in a line."""


class Disk(Record):
    """The disk that the run's folder lies on."""

    free: int
    """Bytes."""
    total: int
    """Bytes."""


class Snapshot(Record):
    """How a bulk run stands at one moment."""

    elapsed: float
    """Seconds since this driver began."""
    total: int
    """Stories of the plan."""
    before: int
    """Of those that have ended, they had when this driver began."""
    done: int
    """Stories that are whole, whoever made them."""
    put_aside: int
    """Stories that could not be made."""
    others: int
    """Stories that other drivers brought to their end meanwhile."""
    running: int
    """Stories in the hands of this driver's workers."""
    waiting: int
    """Stories between two pools of this driver, or to be tried again."""
    left: int
    """Stories that have not begun, or are with another driver."""
    a_minute: float
    """Stories that end a minute, over the last ten minutes, whoever makes them."""
    retried: int
    """Walks that failed or died, and whose story was tried again."""
    failed_share: float
    """Of the stories that ended here last, put aside."""
    judged: int
    """How many these are."""
    most_failed: float
    """The share at which everything stops."""
    judged_from: int
    """How many they must be before that share is looked at."""
    eta: Eta | None
    """When it will be over; None before anything was measured, and after the end."""
    pools: tuple[PoolNow, ...]
    """In the order in which a story passes them."""
    stages: tuple[StageNow, ...]
    """In order; those in which something was made."""
    asked: tuple[Asked, ...] = ()
    """What models were asked by this driver's workers."""
    money: float | None = None
    """What models and GPUs have cost this driver, as far as the recipe has their prices; None where it has none."""
    unpriced: tuple[str, ...] = ()
    """Models that cost something perhaps, and of which the recipe has no price."""
    gpu_hours: float = 0.0
    """Hours of GPUs that were held, used or not."""
    memory_mib: float = 0.0
    """The most that any worker had in memory."""
    gpus: tuple[Gpu, ...] = ()
    """Those of this machine."""
    written: int = 0
    """Bytes of the stories that this driver made whole."""
    disk: Disk | None = None
    """Of the folder; None where nobody looked."""
    disk_needed: int | None = None
    """Bytes that the stories that are left will need, as those before them did; None before the first."""
    troubles: tuple[Trouble, ...] = ()
    """The last few things that went wrong, the newest last."""
    over: bool = False
    """Whether every story has ended."""

    @property
    def ended(self) -> int:
        """Stories that have ended, well or badly."""
        return self.done + self.put_aside
