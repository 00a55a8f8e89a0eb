"""What people see: words and bars on standard error. Standard output is for programs."""

from __future__ import annotations

import time

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from dreamgen.core.amounts import amount as amount
from dreamgen.run.watch import Watch

WORDS = {
    "story": "planning the story", "themes": "inventing themes", "style": "settling the style",
    "render-cast": "drawing portraits", "render": "drawing keyframes",
    "clip": "filming scenes", "film": "joining the film", "claims": "writing claims",
    "verify": "checking the pixels with",
    "qa": "asking questions with", "screen": "screening for", "export": "writing",
    "preview": "making previews", "evaluate": "measuring keyframes", "edit": "cutting the film",
}  # fmt: skip
"""What each stage does, for people. A stage such as `export-llava` goes by both its parts: `writing llava`."""


SILENCE = 30.0
"""Seconds after which a log hears again how far one long thing is."""


def stderr() -> Console:
    """The console for people; made anew, since tests change the stream."""
    return Console(stderr=True, highlight=False)


def complain(what: str, hint: str = "") -> None:
    """An error: what happened, then the next move."""
    console = stderr()
    console.print(f"[bold red]error:[/] {escape(what)}", soft_wrap=True)
    if hint:
        console.print(escape(hint), soft_wrap=True)


def watch_for(quiet: bool) -> Lines | Bars | Watch:
    """What fits the terminal: nothing, bars for eyes, or lines for a log."""
    if quiet:
        return Watch()
    console = stderr()
    return Bars(console) if console.is_terminal else Lines(console)


class Lines(Watch):
    """A line for every stage and everything that it makes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._first: tuple[float, int] | None = None
        self._told = 0.0

    def begins(self, stage: str, items: int, kept: int) -> None:
        """Says what is there already."""
        self._first = None
        if kept:
            self._print(f"{stage}: kept {kept} of {items} from before")

    def made(self, stage: str, item: str) -> None:
        """Says what was made."""
        self._print(f"{stage}: made" if item == stage else f"{stage}: made {item}")

    def goes(self, stage: str, done: int, of: int) -> None:
        """Says now and then how far it is, and how long the rest takes at the pace so far."""
        now = time.monotonic()
        if self._first is None:
            self._first = now, done
        elif now - self._told < SILENCE and done < of:
            return
        self._told = now
        began, before = self._first
        left = f", {duration((now - began) / (done - before) * (of - done))} left" if before < done < of else ""
        self._print(f"{stage}: {done} of {of} calls answered{left}")

    def says(self, words: str) -> None:
        """Says it."""
        self._print(words)

    def _print(self, words: str) -> None:
        self._console.print(escape(words), soft_wrap=True)


class Bars(Watch):
    """A bar for every stage that has something to make, with the time that is left."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: tuple[Progress, TaskID] | None = None
        self._calls = False

    def begins(self, stage: str, items: int, kept: int) -> None:
        """Opens the stage's bar, unless there is nothing to do."""
        self._calls = False
        if kept == items:
            return
        # one display a stage: a display that stops and starts again would print its finished bars once more
        progress = Progress(
            TextColumn("{task.description:<22}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=self._console,
        )
        first, _, rest = stage.partition("-")
        words = WORDS.get(stage) or f"{WORDS.get(first, first)} {rest}"
        self._bar = progress, progress.add_task(words, total=items, completed=kept)
        progress.start()

    def made(self, stage: str, item: str) -> None:
        """Moves the bar on; of a thing that told how far it is, to its end."""
        if self._bar:
            progress, task = self._bar
            if self._calls:
                progress.update(task, completed=progress.tasks[0].total)
            else:
                progress.advance(task)

    def goes(self, stage: str, done: int, of: int) -> None:
        """Lets the bar count the calls instead of the one thing that they are for."""
        if self._bar:
            progress, task = self._bar
            if not self._calls:
                # what is there from an earlier run says nothing about the pace of this one
                progress.reset(task, total=of, completed=done)
                self._calls = True
            progress.update(task, total=of, completed=done)

    def ends(self, stage: str) -> None:
        """Leaves the bar as it is and gives the terminal back, after a failure too."""
        if self._bar:
            self._bar[0].stop()
            self._bar = None

    def says(self, words: str) -> None:
        """Says it above the bars."""
        self._console.print(escape(words), soft_wrap=True)


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
