"""Workers of one machine that never come up: no story is to blame, and it is told when none of a pool does."""

import pytest

from dreamgen.bulk.arriving import STILLBORN, Arrivals
from dreamgen.bulk.working import NoWorker, blame


def test_workers_that_die_as_they_start_are_told_when_there_are_many_in_a_row() -> None:
    arrivals = Arrivals("draw")
    for _ in range(STILLBORN - 1):
        arrivals.failed(0, "no memory", hung=False)
    with pytest.raises(NoWorker, match="no worker of the pool 'draw' comes up: no memory") as caught:
        arrivals.failed(1, "no memory", hung=False)
    assert blame(caught.value) == "machine"


def test_one_that_came_up_shows_that_others_can() -> None:
    arrivals = Arrivals("draw")
    for number in range(3 * STILLBORN):
        arrivals.failed(0, "no memory", hung=number % 2 == 0)
        arrivals.came(1)
    for _ in range(STILLBORN - 1):
        arrivals.failed(0, "no memory", hung=False)
    with pytest.raises(NoWorker):  # counted anew from when one came up
        arrivals.failed(0, "no memory", hung=False)


def test_one_that_hangs_is_replaced_while_another_is_up() -> None:
    arrivals = Arrivals("draw")
    arrivals.came(1)
    for _ in range(3):
        arrivals.failed(0, "it hung", hung=True)
    arrivals.left(1)
    with pytest.raises(NoWorker, match="it hung"):
        arrivals.failed(0, "it hung", hung=True)


def test_the_first_that_hangs_is_replaced_and_the_second_ends_it() -> None:
    arrivals = Arrivals("draw")
    arrivals.failed(0, "it hung", hung=True)
    with pytest.raises(NoWorker, match="it hung"):
        arrivals.failed(0, "it hung", hung=True)
