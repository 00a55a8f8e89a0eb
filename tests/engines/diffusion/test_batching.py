from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dreamgen.engines.diffusion.batching import batches, one_ahead
from dreamgen.engines.diffusion.orders import Order

START = np.zeros((64, 64, 3), np.uint8)


def double(thing: int) -> int:
    return 2 * thing


def plain(seed: int) -> Order:
    return Order("a dog", seed=seed)


def seeds(orders: list[Order], size: int) -> list[list[int]]:
    return [[order.seed for order in batch] for batch in batches(orders, lambda: size)]


def test_orders_of_one_kind_go_together_and_keep_their_places() -> None:
    started = [Order("a dog", seed=seed, start=START, strength=0.5) for seed in (3, 4)]
    other = Order("a dog", seed=5, start=START, strength=0.6)
    orders = [plain(0), plain(1), plain(2), *started, other, plain(6)]
    assert seeds(orders, 2) == [[0, 1], [2], [3, 4], [5], [6]]
    assert seeds(orders, 1) == [[number] for number in range(7)]


def test_a_size_that_shrinks_counts_from_the_next_batch() -> None:
    sizes = [4]
    found = []
    for batch in batches([plain(seed) for seed in range(7)], lambda: sizes[0]):
        found.append(len(batch))
        sizes[0] = 2
    assert found == [4, 2, 1]


def test_without_a_worker_things_are_made_when_they_are_asked_for() -> None:
    made = []

    def make(thing: int) -> int:
        made.append(thing)
        return thing

    results = one_ahead(range(3), make, double, None)
    assert next(results) == 0
    assert made == [0]
    assert list(results) == [2, 4]


def test_with_a_worker_the_next_is_begun_before_one_is_finished() -> None:
    done = []

    def make(thing: int) -> int:
        done.append(f"begin {thing}")
        return thing

    def finish(thing: int) -> int:
        done.append(f"finish {thing}")
        return double(thing)

    with ThreadPoolExecutor(1) as worker:
        assert list(one_ahead(range(3), make, finish, worker)) == [0, 2, 4]
    assert done == ["begin 0", "begin 1", "finish 0", "begin 2", "finish 1", "finish 2"]


def test_with_a_worker_things_are_made_while_others_are_looked_at() -> None:
    begun = threading.Event()

    def make(thing: int) -> int:
        if thing == 2:
            begun.set()
        return thing

    with ThreadPoolExecutor(1) as worker:
        results = one_ahead(range(5), make, double, worker)
        assert next(results) == 0
        assert begun.wait(10)
        results.close()


def test_things_are_asked_for_in_the_caller_s_own_thread() -> None:
    asked = set()

    def things() -> Iterator[int]:
        for thing in range(3):
            asked.add(threading.current_thread())
            yield thing

    with ThreadPoolExecutor(1) as worker:
        assert list(one_ahead(things(), double, double, worker)) == [0, 4, 8]
    assert asked == {threading.current_thread()}


def test_a_failure_comes_in_its_turn_and_stops_the_rest() -> None:
    made = []

    def make(thing: int) -> int:
        if thing == 1:
            raise ValueError("broken")
        made.append(thing)
        return thing

    with ThreadPoolExecutor(1) as worker:
        results = one_ahead(range(9), make, double, worker)
        assert next(results) == 0
        with pytest.raises(ValueError, match="broken"):
            list(results)
    assert set(made) <= {0, 2, 3}


def test_what_was_not_begun_is_not_begun_once_asking_has_failed() -> None:
    begun, go = [], threading.Event()

    def make(thing: int) -> int:
        begun.append(thing)
        assert go.wait(10)
        return thing

    def things() -> Iterator[int]:
        yield from range(2)
        raise ValueError("no more orders")

    with ThreadPoolExecutor(1) as worker:
        with pytest.raises(ValueError, match="no more orders"):
            next(one_ahead(things(), make, double, worker))
        go.set()
    assert set(begun) <= {0}
