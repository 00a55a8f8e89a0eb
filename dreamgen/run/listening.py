"""How far a language model is with something that takes it many calls, heard from its ledger."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from dreamgen.engines.chat.flight import waiting_told
from dreamgen.engines.chat.ledger import LOST, Answered, Call, Failed, calls
from dreamgen.run.watch import Watch

PAUSE = 1.0
"""Seconds between two looks at the ledger."""

STILL = 120.0
"""Seconds after which it is told again how far it is, and why nothing went on, though nothing has changed."""


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
    # looked up here: what fails from now on is news, however late the thread begins
    known = _failed(calls(kept))
    listener = Thread(target=_listen, args=(stage, kept, expected, watch, known, done), name="listening", daemon=True)
    listener.start()

    try:
        with waits_told(stage, watch):
            yield
    finally:
        done.set()
        listener.join()


@contextmanager
def waits_told(stage: str, watch: Watch) -> Iterator[None]:
    """While this is open, `watch` hears for how many calls of a stage somebody who wants to leave has to wait."""

    def say(waiting: int) -> None:
        answers = "1 answer" if waiting == 1 else f"{waiting} answers"
        watch.says(f"{stage}: waiting for {answers} in flight; Ctrl-C gives them up")

    with waiting_told(say):
        yield


def parts_answered(made: Iterable[Call]) -> int:
    """How many different parts of something were answered for; one that was asked for several times counts once."""
    return len({(call.began.purpose, call.began.where) for call in made if isinstance(call.ended, Answered)})


def _listen(stage: str, kept: Path, expected: int, watch: Watch, failed: Counter[str], done: Event) -> None:
    told, since, finished = -1, 0.0, False
    while True:
        made = calls(kept)
        now, silent = parts_answered(made), time.monotonic() - since > STILL
        if now != told or silent:
            watch.goes(stage, now, max(now, expected))
            told, since = now, time.monotonic()
        if silent and (errors := _failed(made)) != failed:
            more, failed = errors - failed, errors
            watch.says(f"{stage}: calls failed and are tried again: {_counted(more)}")
        if finished:
            return
        finished = done.wait(PAUSE)


def _failed(made: Iterable[Call]) -> Counter[str]:
    """Errors and how often they came; a call that has not ended is none."""
    ends = (call.ended for call in made)
    return Counter(end.error for end in ends if isinstance(end, Failed) and end.error != LOST)


def _counted(errors: Counter[str]) -> str:
    return ", ".join(f"{count} {error}" for error, count in errors.most_common())
