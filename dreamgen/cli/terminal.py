"""What people see: words and bars on standard error. Standard output is for programs."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from dreamgen.run.watch import Watch

WORDS = {
    "story": "planning the story", "style": "settling the style", "render-cast": "drawing portraits",
    "render": "drawing keyframes",
    "clip": "filming scenes", "film": "joining the film", "claims": "writing claims", "verify": "checking the pixels",
    "qa": "asking questions", "screen": "screening for", "export": "writing",
    "preview": "making previews", "evaluate": "measuring keyframes", "edit": "cutting the film",
}  # fmt: skip
"""What each stage does, for people. A stage such as `export-llava` goes by both its parts: `writing llava`."""


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

    def begins(self, stage: str, items: int, kept: int) -> None:
        """Says what is there already."""
        if kept:
            self._print(f"{stage}: kept {kept} of {items} from before")

    def made(self, stage: str, item: str) -> None:
        """Says what was made."""
        self._print(f"{stage}: made" if item == stage else f"{stage}: made {item}")

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

    def begins(self, stage: str, items: int, kept: int) -> None:
        """Opens the stage's bar, unless there is nothing to do."""
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
        """Moves the bar on."""
        if self._bar:
            progress, task = self._bar
            progress.advance(task)

    def ends(self, stage: str) -> None:
        """Leaves the bar as it is and gives the terminal back, after a failure too."""
        if self._bar:
            self._bar[0].stop()
            self._bar = None

    def says(self, words: str) -> None:
        """Says it above the bars."""
        self._console.print(escape(words), soft_wrap=True)


def amount(count: int, what: str) -> str:
    """`1 shot`, `3 shots`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
