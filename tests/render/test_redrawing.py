from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
import pytest

from dreamgen.core.media import Attempt
from dreamgen.engines.diffusion.orders import Drawing, Order, Pixels, Sampling
from dreamgen.render.redrawing import Assignment, Judgement, Take, takes

PICTURE = np.tile(np.arange(8, dtype=np.uint8)[:, None, None] * 30, (1, 8, 3))


class Ahead:
    """A stand-in for the studio on a GPU: batches of 32, of which two are begun while one is looked at."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def batch_size(self, sampling: Sampling) -> int:
        """Always the same."""
        return 32

    def draw(self, orders: Iterable[Order], sampling: Sampling) -> Iterator[Drawing]:
        """Pictures of a ramp."""
        line, number, begun = iter(orders), 0, deque[int]()
        while True:
            while len(begun) < 3 and (batch := list(islice(line, self.batch_size(sampling)))):
                begun.append(len(batch))
                self.batches.append(len(batch))
            if not begun:
                return
            for _ in range(size := begun.popleft()):
                yield Drawing(number, PICTURE, size)
                number += 1


def drawn(draws: Ahead, subjects: int, bad: dict[int, int], redraws: int = 2) -> list[Take[int]]:
    """Draws numbers, of which some are misplaced so many times."""
    left = dict(bad)

    def judge(subject: int, image: Pixels) -> Judgement:
        again = left.get(subject, 0)
        left[subject] = again - 1
        return Judgement("misplaced" if again > 0 else "kept")

    work = Assignment[int](lambda subject, number: Order("", subject + 1000 * number), judge, str, redraws)
    return list(takes(draws, Sampling(), range(subjects), work))


def test_batches_are_full_while_the_first_subject_is_drawn_again_and_again() -> None:
    studio = Ahead()
    finished = drawn(studio, 32 * 16, {0: 2, 40: 2, 41: 1})
    assert [take.subject for take in finished] == list(range(32 * 16))
    assert studio.batches[:-1] == [32] * 16
    assert studio.batches[-1] == 5


def test_whoever_keeps_failing_holds_only_so_many_others_up() -> None:
    taken: list[int] = []
    work = Assignment[int](lambda subject, number: Order("", subject), lambda *_: Judgement("unlike"), str, 5)

    def subjects() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    large = Sampling(size=(8192, 8192))
    next(takes(Ahead(), large, subjects(), work))
    assert len(taken) <= 49


@pytest.mark.parametrize(("bad", "outcomes"), [(1, ["misplaced", "kept"]), (3, ["misplaced"] * 3), (0, ["kept"])])
def test_the_last_of_the_tries_is_the_one_that_is_kept(bad: int, outcomes: list[str]) -> None:
    (take,) = drawn(Ahead(), 1, {0: bad})
    assert [attempt.outcome for attempt in take.attempts] == outcomes


def test_when_no_try_is_good_the_best_is_told_last_and_a_broken_one_never() -> None:
    take = Take("shot")
    take.tried(1, PICTURE, Judgement("unlike", strangers=1))
    take.tried(2, PICTURE, Judgement("unlike", strangers=2))
    take.tried(3, None, Judgement("not_a_number"))
    assert take.attempts == (
        Attempt(seed=2, outcome="unlike"), Attempt(seed=3, outcome="not_a_number"), Attempt(seed=1, outcome="unlike"),
    )  # fmt: skip


class Black(Ahead):
    """A stand-in whose model broke down."""

    def draw(self, orders: Iterable[Order], sampling: Sampling) -> Iterator[Drawing]:
        for number, _ in enumerate(orders):
            yield Drawing(number, np.full((8, 8, 3), 7, np.uint8), 1)


def test_a_picture_that_shows_nothing_is_drawn_again_and_told() -> None:
    (take,) = drawn(Black(), 1, {})
    assert [attempt.outcome for attempt in take.attempts] == ["blank"] * 3
    assert take.image is not None
