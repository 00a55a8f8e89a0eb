"""A library that crashes takes its process along: here that costs one file, and not the run.

In other processes it is found at once. In this one it ends the program; the next run knows by a note which file it was
at, and looks at that one in a process of its own.

Whether a crash is the fault of a file nobody can tell: a library that gets no memory, or a file that is cut off while
it is read, ends a process in the same ways. So callers leave the file out of this run, and keep nothing for the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from dreamgen.engines.processes import available_cpus, map_processes
from dreamgen.engines.worker import Worker, WorkerDied

T = TypeVar("T")
R = TypeVar("R")

SUSPECTS: Final = ".suspects.json"
"""What a note is called: the names of those at which this process was when it ended, or that crashed others."""


def map_surviving(
    function: Callable[[T], R], items: Sequence[T], workers: int, name: Callable[[T], str],
    fallen: Callable[[T, str], R], note: Path | None,
) -> Generator[R, None, None]:  # fmt: skip
    """`map_processes`, and an item that crashes whoever works on it is a result like any other.

    Args:
        function: as there.
        items: as there.
        workers: as there.
        name: as there; no two items have the same.
        fallen: what comes of an item that crashed a process of its own, too; it is told how.
        note: where it is noted what crashed others, and what this process is at when nobody else works; None for
            nowhere.

    Raises:
        WorkerDied: a worker was ended from outside, as by a system short of memory: that is no item's fault.
    """

    def apart(item: T) -> R:
        worker = Worker()
        try:
            return worker.call(function, item, name(item))
        except WorkerDied as death:
            if not death.crashed:
                raise
            suspects.add(name(item))
            _write(note, suspects)
            return fallen(item, death.why)
        finally:
            worker.end()

    def again(item: T, death: WorkerDied) -> R:
        if not death.crashed:
            raise death
        return apart(item)

    suspects = _read(note)
    if min(workers or available_cpus(), len(items)) > 1:
        yield from map_processes(function, items, workers, name, again)
        return
    for item in items:
        if name(item) in suspects:
            yield apart(item)
            continue
        with _noted(note, suspects, name(item)):
            (result,) = map_processes(function, [item], 1, name)
        yield result


@contextmanager
def _noted(note: Path | None, suspects: set[str], name: str) -> Iterator[None]:
    """Only who ends in here without a word leaves the name behind."""
    _write(note, suspects | {name})
    try:
        yield
    finally:
        _write(note, suspects)


def _read(note: Path | None) -> set[str]:
    with suppress(OSError, ValueError):
        return set(json.loads(note.read_bytes())) if note else set()
    return set()


def _write(note: Path | None, names: set[str]) -> None:
    if note is None:
        return
    if not names:
        note.unlink(missing_ok=True)
        return
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(sorted(names)), "utf-8")
