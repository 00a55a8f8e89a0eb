"""Models that stay in the memory between two stories, and how often models were loaded in this process.

A model in this process leaves the memory with the last who uses it, so that the next one finds the card free. Whoever
makes one story after the other would load it anew for each. A worker that does so keeps the last one of each kind.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_LOADING = threading.RLock()
_KEPT: dict[str, object] = {}
_LOADS: Counter[str] = Counter()
_KEEPING = threading.Event()


def keep() -> None:
    """From now on, the last model of each kind stays loaded until this process ends."""
    _KEEPING.set()


def let_go() -> None:
    """Models leave the memory again with their last user."""
    with _LOCK:
        _KEEPING.clear()
        _KEPT.clear()


def stays(kind: str, model: object) -> None:
    """A model is in use: a process that keeps models keeps it, and the one of its kind that it kept before may go.

    Args:
        kind: vision, chat: one of each stays.
        model: the loaded weights.
    """
    with _LOCK:
        if _KEEPING.is_set():
            _KEPT[kind] = model


@contextmanager
def loading(kind: str) -> Iterator[None]:
    """While this is open, a model is read into the memory, and no other one: who also loads one waits.

    The libraries of models import each other in circles. Two threads that come into a circle at different places see
    modules that are half there.

    Args:
        kind: under which it is counted.
    """
    with _LOADING:
        yield
        _LOADS[kind] += 1


def loads() -> Counter[str]:
    """How often models were read into this process's memory, by kind: diffusion, motion, detector, vision, chat."""
    with _LOADING:
        return Counter(_LOADS)
