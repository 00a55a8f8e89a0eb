"""Several stories in hand of one worker: each is walked through by a thread, and all share batches of one model.

Models stay in the memory between stories. What a story looks like does not depend on its neighbours: see `gathering`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from dreamgen.engines import staying
from dreamgen.engines.diffusion.walking import walker, walking

T = TypeVar("T")
R = TypeVar("R")

UP_TO_DRAWING: Final = ("story", "style", "render")
"""Stages in which, or soon after which, a story wants pictures; what they are called before a dash."""


def work_together(tasks: Sequence[T], work: Callable[[T], R]) -> tuple[R, ...]:
    """Does several things at once, a thread each; one alone is done in this thread.

    Args:
        tasks: those that come first are drawn first.
        work: must keep its errors to itself: one that it raises ends them all.
    """
    staying.keep()
    if len(tasks) == 1:
        return (work(tasks[0]),)

    def walk(rank: int) -> R:
        with walking(rank):
            return work(tasks[rank])

    with ThreadPoolExecutor(len(tasks), "walk") as threads:
        return tuple(threads.map(walk, range(len(tasks))))


def begins(stage: str) -> None:
    """Says which stage this thread's story begins, so that batches wait only for those who may soon want pictures."""
    if (one := walker()) is not None:
        one.comes(stage.partition("-")[0] in UP_TO_DRAWING)
