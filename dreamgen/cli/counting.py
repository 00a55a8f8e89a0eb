"""How far something is that goes through thousands of stories: a bar for eyes, now and then a line for a log."""

from __future__ import annotations

import time

from dreamgen.cli.terminal import SILENCE, Bars, stderr
from dreamgen.run.watch import Watch


def counting(quiet: bool) -> Watch:
    """What fits the terminal, and says nothing of short work in a log."""
    if quiet:
        return Watch()
    console = stderr()
    return Bars(console) if console.is_terminal else Counted()


class Counted(Watch):
    """A line every half minute."""

    def __init__(self) -> None:
        self._stage, self._done, self._of, self._told = "", 0, 0, 0.0

    def begins(self, stage: str, items: int, kept: int) -> None:
        """Starts to count."""
        self._stage, self._done, self._of, self._told = stage, kept, items, time.monotonic()

    def made(self, stage: str, item: str) -> None:
        """Counts."""
        self._done += 1
        if time.monotonic() - self._told >= SILENCE:
            self._told = time.monotonic()
            stderr().print(f"{self._stage}: {self._done:,} of {self._of:,}", soft_wrap=True)
