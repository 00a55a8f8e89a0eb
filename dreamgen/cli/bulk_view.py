"""What people see of a bulk run: a board that is drawn again and again, or lines for a log; and what programs read."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from rich.console import Console
from rich.control import Control
from rich.live import Live
from rich.markup import escape
from rich.segment import ControlType

from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.metrics import Metrics
from dreamgen.bulk.progress import Progress
from dreamgen.bulk.schedule import Counts
from dreamgen.bulk.snapshot import Disk, Snapshot
from dreamgen.bulk.viewing import UNSEEN, View
from dreamgen.bulk.working import Outcome
from dreamgen.cli.bulk_board import Board
from dreamgen.cli.bulk_words import farewell, standing
from dreamgen.cli.terminal import amount
from dreamgen.engines.gpu_use import Gpu, gpus

DRAWN: Final = 0.5
"""Seconds between two drawings of the board."""
TOLD: Final = 60.0
"""Seconds between two lines of a log."""
LOOKED: Final = 3.0
"""Seconds between two looks at the GPUs and the disk."""


class Screen(Protocol):
    """Shows how it stands."""

    every: float
    """Seconds between two times."""

    def shows(self, now: Snapshot) -> None:
        """How it stands."""

    def says(self, words: str) -> None:
        """A sentence."""

    def closes(self, now: Snapshot) -> None:
        """How it stood at the end."""


def view_for(quiet: bool, folder: Path, metrics: int | None = None) -> View:
    """What fits the terminal: nothing, a board for eyes, or lines for a log; and a page of metrics where one is wanted.

    Args:
        quiet: say nothing.
        folder: of the bulk run; its disk is watched.
        metrics: the port of the page; 0 for any that is free, None for no page.

    Raises:
        MissingExtra: for a page of metrics without prometheus_client.
        UsageError: when the port is taken.
    """
    if quiet and metrics is None:
        return UNSEEN
    console = Lasting(stderr=True, highlight=False)
    page = None if metrics is None else Metrics(metrics)
    if page and not quiet:
        console.print(f"metrics at {page.address}", markup=False, soft_wrap=True)
    if quiet:
        return Watched(folder, None, page)
    return Watched(folder, Drawing(console) if console.is_terminal else Log(console), page)


class Lasting(Console):
    """A console that does not end the program when nobody listens any more."""

    def on_broken_pipe(self) -> None:
        """Lets it be known."""
        raise BrokenPipeError


class Watched(View):
    """Hears everything, and tells those who show it, not too often.

    Args:
        folder: of the bulk run.
        screen: for people.
        page: for Prometheus.
        clock: seconds that never jump.
    """

    def __init__(
        self, folder: Path, screen: Screen | None, page: Metrics | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._screen, self._page, self._clock = folder, screen, page, clock
        self._progress = Progress(clock)
        self._shown = self._paged = self._looked = float("-inf")
        self._disk: Disk | None = None
        self._gpus: tuple[Gpu, ...] = ()
        self._started = self._over = False

    def starts(self, plan: Plan, marks: Mapping[str, Settled], workers: Mapping[str, int]) -> None:
        """Says what there is to do."""
        self._progress.starts(plan, marks, workers)
        self._started = True
        self._show_page()
        self._show()

    def hired(self, workers: Mapping[str, int]) -> None:
        """Counts."""
        self._progress.hired(workers)

    def began(self, items: Sequence[str], pool: str) -> None:
        """Counts."""
        self._progress.began(items, pool)

    def ended(self, pool: str, outcome: Outcome) -> None:
        """Counts, and tells at once of what went wrong."""
        self._progress.ended(pool, outcome)
        if self._page:
            self._page.ended(pool, outcome)
        if outcome.ended == "failed" and outcome.whose != "other":
            where = f"at {outcome.stage}" if outcome.stage else f"in the pool {pool}"
            self.says(f"{outcome.item} failed {where}: {outcome.reason}")

    def died(self, items: Sequence[str], pool: str, why: str) -> None:
        """Counts, and tells at once."""
        self._progress.died(items, pool, why)
        if self._page:
            self._page.died(items, pool, why)
        self.says(f"a worker of the pool {pool} died with {', '.join(items)}: {why}")

    def settled(self, mark: Settled) -> None:
        """Counts, and tells at once of what could not be made."""
        self._progress.settled(mark)
        if self._page:
            self._page.settled(mark)
        if mark.ended == "put_aside":
            self.says(f"{mark.item} was put aside after {amount(mark.tries, 'failure')}: {mark.reason}")

    def counts(self, counts: Counts) -> None:
        """Shows it, when it is time to."""
        self._progress.counts(counts)
        now = self._clock()
        # what comes after the last story, the dataset, may take long, and nothing is heard of it
        at_once = self._progress.over != self._over
        self._over = self._progress.over
        if self._page and (at_once or now - self._paged >= LOOKED):
            self._show_page()
        if self._screen and (at_once or now - self._shown >= self._screen.every):
            self._show()

    def says(self, words: str) -> None:
        """Passes it on."""
        self._tell(lambda screen: screen.says(words))

    def closes(self) -> None:
        """The last word, unless it never came to a first one."""
        if self._page:
            self._show_page()
            self._page.closes()
        if self._started:
            now = self.snapshot()
            self._tell(lambda screen: screen.closes(now))

    def _show(self) -> None:
        self._shown = self._clock()
        now = self.snapshot()
        self._tell(lambda screen: screen.shows(now))

    def _show_page(self) -> None:
        self._paged = self._clock()
        if self._page:
            self._page.shows(self.snapshot())

    def _tell(self, act: Callable[[Screen], None]) -> None:
        """A terminal that was closed, or a full disk under a log, is no reason to stop after days of work."""
        if self._screen is None:
            return
        try:
            act(self._screen)
        except OSError:
            self._screen = None

    def snapshot(self) -> Snapshot:
        """How it stands."""
        if self._clock() - self._looked >= LOOKED:
            self._looked = self._clock()
            self._gpus, self._disk = gpus(), _disk(self._folder)
        return self._progress.snapshot(self._gpus, self._disk)


class Log:
    """A line now and then.

    Args:
        console: where to.
    """

    every = TOLD

    def __init__(self, console: Console) -> None:
        self._console = console

    def shows(self, now: Snapshot) -> None:
        """One line."""
        self.says(standing(now))

    def says(self, words: str) -> None:
        """Says it."""
        self._console.print(escape(words), soft_wrap=True)

    def closes(self, now: Snapshot) -> None:
        """What came of it."""
        for words in farewell(now):
            self.says(words)


class Drawing:
    """The board, drawn again in its place.

    Args:
        console: a terminal.
    """

    every = DRAWN

    def __init__(self, console: Console) -> None:
        self._console = console
        # it draws when it is told to: a thread of its own would draw while the driver counts
        self._live = Live(console=console, auto_refresh=False, transient=True, vertical_overflow="crop")
        self._width = console.width

    def shows(self, now: Snapshot) -> None:
        """Draws it anew."""
        if not self._live.is_started:
            self._live.start()
        if self._console.width < self._width:
            # the terminal has wrapped what stood there, and nobody knows into how many lines
            self._console.control(Control(ControlType.CLEAR, ControlType.HOME))
        self._width = self._console.width
        self._live.update(Board(now), refresh=True)

    def says(self, words: str) -> None:
        """Says it above the board, where it stays."""
        self._console.print(escape(words), soft_wrap=True)

    def closes(self, now: Snapshot) -> None:
        """Takes the board away, and says what came of it."""
        self._live.stop()
        for words in farewell(now):
            self.says(words)


def _disk(folder: Path) -> Disk | None:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return Disk(free=usage.free, total=usage.total)
