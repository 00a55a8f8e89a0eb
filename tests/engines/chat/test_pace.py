from __future__ import annotations

import time
from itertools import pairwise
from threading import Event, Thread, Timer

import pytest

from dreamgen.core.base import derived_random
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.pace import FIRST_WAIT, MOST_WAIT, Pace, Stopped, backoff, rest


def test_waits_are_drawn_from_all_of_a_span_that_doubles_up_to_a_bound() -> None:
    for tries in range(1, 12):
        waits = [backoff(tries, derived_random(seed, "backoff")) for seed in range(300)]
        span = min(MOST_WAIT, FIRST_WAIT * 2 ** (tries - 1))
        assert 0 <= min(waits) < span / 20 and span * 0.95 < max(waits) <= span


def test_the_same_call_waits_the_same() -> None:
    assert backoff(3, derived_random(7, "backoff")) == backoff(3, derived_random(7, "backoff"))


def test_no_more_are_in_flight_than_there_are_places() -> None:
    pace, stop = Pace(ChatModel(concurrency=2)), Event()
    inside, peak = 0, 0

    def call() -> None:
        nonlocal inside, peak
        with pace.place(stop):
            inside += 1
            peak = max(peak, inside)
            time.sleep(0.02)
            inside -= 1

    threads = [Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert peak == 2


def test_so_many_begin_in_a_minute_and_no_more() -> None:
    pace, stop = Pace(ChatModel(requests_per_minute=1200)), Event()
    began = time.monotonic()
    for _ in range(5):
        with pace.place(stop):
            pass
    assert 0.2 <= time.monotonic() - began < 1.0


def test_all_wait_when_the_server_asks_for_it() -> None:
    pace, stop = Pace(ChatModel()), Event()
    pace.hold(0.15)
    began = time.monotonic()
    with pace.place(stop):
        assert time.monotonic() - began >= 0.15


def test_who_waits_is_called_off() -> None:
    pace, stop = Pace(ChatModel(concurrency=1)), Event()
    pace.hold(60)
    Timer(0.05, stop.set).start()
    with pytest.raises(Stopped), pace.place(stop):
        raise AssertionError
    with pytest.raises(Stopped):
        rest(60, stop)


def test_who_waits_for_a_place_is_called_off() -> None:
    pace, stop, later = Pace(ChatModel(concurrency=1)), Event(), Event()
    with pace.place(later):
        Timer(0.05, stop.set).start()
        with pytest.raises(Stopped), pace.place(stop):
            raise AssertionError


def begun(pace: Pace, number: int) -> list[float]:
    """When each of so many calls began, that wanted to at once, in seconds since now."""
    began, since, stop = [], time.monotonic(), Event()

    def call() -> None:
        with pace.place(stop):
            began.append(time.monotonic() - since)

    threads = [Thread(target=call) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(began)


def test_those_who_waited_for_the_server_begin_one_after_the_other() -> None:
    pace = Pace(ChatModel(concurrency=8, requests_per_minute=1200))
    pace.hold(0.3)
    began = begun(pace, 5)
    assert began[0] >= 0.3
    assert min(later - sooner for sooner, later in pairwise(began)) > 0.04


def test_whoever_waited_for_a_place_waits_for_the_server_too() -> None:
    pace, stop = Pace(ChatModel(concurrency=1)), Event()
    with pace.place(stop):
        held = Timer(0.1, pace.hold, (0.4,))
        waiting: list[list[float]] = []
        thread = Thread(target=lambda: waiting.append(begun(pace, 1)))
        thread.start()
        held.start()
        held.join()
    thread.join()
    assert waiting[0][0] >= 0.4
