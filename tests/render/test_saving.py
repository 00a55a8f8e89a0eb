import threading

import pytest

from dreamgen.errors import DreamgenError
from dreamgen.render.saving import Saving


def test_results_come_in_order_and_nobody_waits_for_one_that_is_not_done() -> None:
    gate = threading.Event()
    with Saving[int]() as saving:
        saving.put(lambda: int(gate.wait(60)))
        saving.put(lambda: 2)
        assert list(saving.ready()) == []
        gate.set()
        assert list(saving.rest()) == [1, 2]


def test_what_goes_wrong_is_told_in_its_turn() -> None:
    def full() -> int:
        raise DreamgenError("the disk is full")

    with Saving[int]() as saving:
        saving.put(lambda: 1)
        saving.put(full)
        done = saving.rest()
        assert next(done) == 1
        with pytest.raises(DreamgenError, match="full"):
            next(done)
