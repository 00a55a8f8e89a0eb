from __future__ import annotations

import time
from threading import Barrier, Event, Thread, Timer

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
    both = Barrier(2, timeout=60)
    inside, peak = 0, 0

    def call() -> None:
        nonlocal inside, peak
        with pace.place(stop):
            inside += 1
            peak = max(peak, inside)
            both.wait()
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
    assert 0.2 <= time.monotonic() - began < 10.0


def test_all_wait_when_the_server_asks_for_it() -> None:
    pace, stop = Pace(ChatModel()), Event()
    began = time.monotonic()
    pace.hold(0.15)
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


def test_those_who_waited_for_the_server_begin_one_after_the_other() -> None:
    pace, stop, began = Pace(ChatModel(concurrency=8, requests_per_minute=1200)), Event(), list[float]()
    since = time.monotonic()
    pace.hold(0.3)

    def call() -> None:
        with pace.place(stop):
            began.append(time.monotonic() - since)

    threads = [Thread(target=call) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # not how far they are apart: one that is slow to look at the clock seems to have begun close to the next
    assert all(at >= 0.3 + 0.05 * number for number, at in enumerate(sorted(began)))


def test_whoever_waited_for_a_place_waits_for_the_server_too() -> None:
    pace, stop, began = Pace(ChatModel(concurrency=1)), Event(), list[float]()

    def call() -> None:
        with pace.place(stop):
            began.append(time.monotonic())

    thread = Thread(target=call)
    with pace.place(stop):
        thread.start()
        time.sleep(0.1)
        held = time.monotonic()
        pace.hold(0.4)
    thread.join()
    assert began[0] - held >= 0.4
