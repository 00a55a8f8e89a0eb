"""A call that fails is tried again while that may help: paced, with rests that grow, and every try accounted for."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from threading import Event
from typing import TypeVar

from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.budget import Budget
from dreamgen.engines.chat.faults import Fault, fault_of
from dreamgen.engines.chat.pace import Pace, backoff, rest
from dreamgen.engines.chat.silence import quiet
from dreamgen.errors import DreamgenError

R = TypeVar("R", bound=RawAnswer)


def until_answered(
    attempt: Callable[[], R | Fault],
    learns: Callable[[Fault], bool],
    patience: Callable[[Fault], int],
    lot: Callable[[int], Random],
    pace: Pace,
    stop: Event,
) -> tuple[R | Fault, int]:
    """Tries until there is an answer, or a fault that stays; how often it was tried comes with it.

    Args:
        attempt: makes one try.
        learns: whether another way to ask, which the next try takes, may help against a fault; such a try does not
            count.
        patience: how many tries a fault is worth.
        lot: where the rest after so many failures is drawn from.
        pace: lets calls begin.
        stop: set when all is called off.

    Raises:
        Stopped: when all is called off before it was answered.
    """
    tries = 0
    while True:
        with pace.place(stop):
            got = attempt()
        if not isinstance(got, Fault) or got.sort == "blocked":
            return got, tries + 1
        if learns(got):
            continue
        tries += 1
        if not got.retryable or tries >= patience(got):
            return got, tries
        if got.wait is not None:
            pace.hold(got.wait)
        rest(max(backoff(tries, lot(tries)), got.wait or 0.0), stop)


def accounted(
    call: Callable[[], R], rescued: Callable[[Exception], R | None], budget: Budget, number: int, key: str
) -> R | Fault:
    """Makes one call. A failure is taken down; an answer is not yet, as it has to be on the disk first.

    Args:
        call: makes it, and raises whatever a library raises.
        rescued: the answer that a library has raised as an exception; None for a real failure.
        budget: where the call has begun.
        number: that it has there.
        key: the environment variable with the key.
    """
    began = time.monotonic()
    fault, raw = None, None
    try:
        with quiet():
            raw = call()
    except DreamgenError as error:
        budget.failed(number, type(error), time.monotonic() - began)
        raise
    except Exception as error:
        raw = rescued(error)
        fault = fault_of(error, key) if raw is None else None
    # outside of the handlers: what is raised from here on drags no library's exception along, with its headers
    if raw is None:
        assert fault is not None
        budget.failed(number, fault.error, time.monotonic() - began, unpaid=fault.unpaid)
        return fault
    return raw
