"""Who runs workers: this machine's processes, or Ray."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Protocol

from dreamgen.bulk.working import Outcome, Task
from dreamgen.run.bulking import Bulk

START: Final = 300.0
"""Seconds in which a worker comes up, and says that it is alive before it gets something to do. What it loads for its
first story, such as a model, is part of its first walk."""
Work = Callable[[tuple[Task, ...]], tuple[Outcome, ...]]
"""What a worker does with its tasks."""


class Ended(NamedTuple):
    """A walk, or several that one worker had in hand, came to an end."""

    pool: str
    """Whose worker it was."""
    tasks: tuple[Task, ...]
    """What it was asked to do."""
    outcomes: tuple[Outcome, ...]
    """In the order of the tasks; none when the worker died."""
    why: str = ""
    """How it died."""


class Executor(Protocol):
    """Starts workers, gives them tasks, and starts new ones for those that die."""

    def start(self, bulk: Bulk) -> Mapping[str, int]:
        """Starts the workers of every pool; says how many each has.

        Raises:
            DreamgenError: when the machines have no room for them.
        """

    def workers(self) -> Mapping[str, int]:
        """How many workers each pool has now: more or fewer than at the start, where a cluster grows and shrinks."""

    def free(self, pool: str) -> int:
        """How many workers of a pool have nothing to do."""

    def submit(self, pool: str, tasks: tuple[Task, ...]) -> None:
        """Gives a free worker something to do."""

    def wait(self, seconds: float) -> tuple[Ended, ...]:
        """What has ended; waits so long for the first of it."""

    def close(self) -> None:
        """Ends all workers, whatever they are doing."""
