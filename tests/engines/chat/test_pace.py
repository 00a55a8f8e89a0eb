from __future__ import annotations

import time
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
