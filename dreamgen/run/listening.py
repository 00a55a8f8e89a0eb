"""How far a language model is with something that takes it many calls, heard from its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from dreamgen.engines.chat.ledger import Answered, calls
from dreamgen.run.watch import Watch

PAUSE = 1.0
"""Seconds between two looks at the ledger."""


@contextmanager
def heard(stage: str, kept: Path, expected: int, watch: Watch) -> Iterator[None]:
    """Lets `watch` hear how many of the expected calls are answered, while something else waits for them.

    Args:
        stage: what they are for.
        kept: the folder of the answers and the ledger.
        expected: how many answers there will be, those of earlier tries included; more turn out to be needed where
            something has to be asked for again.
        watch: hears it, in another thread.
    """
    done = Event()
    listener = Thread(target=_listen, args=(stage, kept, expected, watch, done), name="listening", daemon=True)
    listener.start()
    try:
        yield
    finally:
        done.set()
        listener.join()


def parts_answered(kept: Path) -> int:
    """How many different parts of something were answered for, all tries of the folder together.

    A part that was asked for several times counts once.
    """
    return len({(call.began.purpose, call.began.where) for call in calls(kept) if isinstance(call.ended, Answered)})


def _listen(stage: str, kept: Path, expected: int, watch: Watch, done: Event) -> None:
    told, finished = -1, False
    while True:
        now = parts_answered(kept)
        if now != told:
            watch.goes(stage, now, max(now, expected))
            told = now
        if finished:
            return
        finished = done.wait(PAUSE)
