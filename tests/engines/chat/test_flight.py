from __future__ import annotations

import time
from threading import Event, Lock, Thread

import pytest

from dreamgen.bulk.leaving import AskedToEnd
from dreamgen.engines.chat import flight
from dreamgen.engines.chat.flight import CalledOff, bound, called_off, in_order, waiting_told
from dreamgen.engines.chat.pace import Stopped


def test_results_come_in_order_however_long_each_takes() -> None:
    def work(number: int, stop: Event) -> int:
        time.sleep(0.02 * (5 - number))
        return number

    assert list(in_order(work, range(5), 5)) == [0, 1, 2, 3, 4]


def test_a_result_is_handed_on_before_the_last_is_there() -> None:
    last = Event()

    def work(number: int, stop: Event) -> int:
        if number == 2:
            last.wait(60)
        return number

    results = in_order(work, range(3), 2)
    assert next(results) == 0
    last.set()
    assert list(results) == [1, 2]


def test_nothing_begins_before_somebody_asks() -> None:
    begun: list[int] = []
    results = in_order(lambda number, stop: begun.append(number), range(3), 3)
    time.sleep(0.02)
    assert not begun
    list(results)
    assert sorted(begun) == [0, 1, 2]


def test_no_work_is_no_result() -> None:
    assert list(in_order(lambda number, stop: number, (), 4)) == []


def test_after_an_error_nothing_is_begun_and_what_has_begun_comes_to_its_end() -> None:
    lock, begun, ended = Lock(), list[int](), list[int]()
    both = Event()

    def work(number: int, stop: Event) -> int:
        with lock:
            begun.append(number)
        if number == 1:
            both.wait(60)
            raise ValueError("no")
        both.set()
        stop.wait(60)
        time.sleep(0.05)
        with lock:
            ended.append(number)
        return number

    with pytest.raises(ValueError, match="no"):
        list(in_order(work, range(50), 2))
    assert sorted(begun) == [0, 1]
    assert ended == [0]


def test_whoever_stops_taking_results_calls_off_the_rest() -> None:
    begun: list[int] = []

    def work(number: int, stop: Event) -> int:
        begun.append(number)
        if number:
            stop.wait(60)
            raise Stopped
        return number

    results = in_order(work, range(50), 2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(begun) <= 3


def test_ctrl_c_calls_off_the_rest_and_comes_through() -> None:
    begun: list[int] = []

    def work(number: int, stop: Event) -> int:
        begun.append(number)
        if number:
            stop.wait(60)
            raise Stopped
        return number

    results = in_order(work, range(50), 2)
    next(results)
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert len(begun) <= 3


@pytest.mark.parametrize("leaving", [KeyboardInterrupt, AskedToEnd, GeneratorExit])
def test_whoever_leaves_waits_a_moment_for_those_that_hang(
    leaving: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flight, "_GRACE", 0.2)
    hangs, over = Event(), Event()

    def hanging(number: int, stop: Event) -> int:
        """Answers the first, and then nothing, whoever calls it off."""
        if number:
            hangs.set()
            over.wait(60)
        return number

    results = in_order(hanging, range(50), 2)
    next(results)
    assert hangs.wait(60)
    said: list[int] = []
    began = time.monotonic()
    with waiting_told(said.append), pytest.raises(leaving):
        results.throw(leaving)  # type: ignore[attr-defined]
    assert time.monotonic() - began < 30
    over.set()
    assert said in ([1], [2])


def test_what_computes_in_this_process_is_never_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flight, "_GRACE", 0.0)
    computing, ended = Event(), list[int]()

    def work(number: int, stop: Event) -> int:
        if number:
            with bound():
                computing.set()
                assert called_off() is stop
                stop.wait(60)
                time.sleep(0.3)
                ended.append(number)
        return number

    results = in_order(work, range(2), 2)
    next(results)
    assert computing.wait(60)
    results.close()  # type: ignore[attr-defined]
    assert ended == [1]


def test_nothing_begins_to_compute_once_all_is_called_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flight, "_GRACE", 0.0)
    waits, gone, refused = Event(), Event(), Event()

    def work(number: int, stop: Event) -> int:
        if number:
            waits.set()
            gone.wait(60)
            try:
                with bound():
                    pytest.fail("nobody waits for it any more")
            except CalledOff:
                refused.set()
                raise
        return number

    results = in_order(work, range(2), 2)
    next(results)
    assert waits.wait(60)
    results.close()  # type: ignore[attr-defined]
    gone.set()
    assert refused.wait(60)


def test_a_flight_within_another_is_called_off_with_it_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flight, "_GRACE", 0.0)
    computing, ended = Event(), list[tuple[int, bool]]()

    def compute(number: int, stop: Event) -> int:
        with bound():
            computing.set()
            ended.append((number, called_off().wait(60)))
        return number

    def work(number: int, stop: Event) -> list[int]:
        return list(in_order(compute, range(4), 1)) if number else []

    results = in_order(work, range(2), 2)
    next(results)
    assert computing.wait(60)
    results.close()  # type: ignore[attr-defined]
    assert ended == [(0, True)], "what had begun was told and waited for, and no other was begun"


def test_within_an_item_nothing_is_begun_once_another_item_has_failed() -> None:
    begun, inside, failed, third = list[int](), Event(), Event(), Event()

    def step(number: int, stop: Event) -> int:
        if number == 1:
            failed.wait(60)
        elif number > 1:
            third.set()
        begun.append(number)
        return number

    def work(number: int, stop: Event) -> list[int]:
        if not number:
            assert inside.wait(60)
            raise ValueError("no")
        results = in_order(step, range(50), 1)
        first = next(results)
        inside.set()
        # whoever takes the results is at something else for a while
        called_off().wait(60)
        failed.set()
        third.wait(0.5)
        return [first, *results]

    with pytest.raises(ValueError, match="no"):
        list(in_order(work, range(2), 2))
    assert begun == [0, 1]


def test_who_stops_while_nothing_is_called_off_leaves_nobody_waiting() -> None:
    def work(number: int, stop: Event) -> int:
        raise CalledOff("by somebody else")

    said: list[str] = []

    def ask() -> None:
        with pytest.raises(CalledOff) as error:
            list(in_order(work, range(2), 2))
        said.append(error.value.message)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(60)
    assert said == ["by somebody else"]


def test_outside_of_a_flight_nothing_is_ever_called_off() -> None:
    with bound():
        assert not called_off().is_set()
