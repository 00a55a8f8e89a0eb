import math
from itertools import combinations
from typing import get_args

import pytest

from dreamgen.core.colours import COLOURS, confusable
from dreamgen.core.vocabulary import Colour


def test_every_colour_name_has_a_colour() -> None:
    assert set(COLOURS) == set(get_args(Colour))


def test_confusion_is_symmetrical_and_a_colour_is_like_itself() -> None:
    for one, other in combinations(COLOURS, 2):
        assert confusable(one, other) == confusable(other, one)
    assert all(confusable(colour, colour) for colour in COLOURS)


def test_every_colour_has_a_distractor() -> None:
    assert all(any(not confusable(one, other) for other in COLOURS) for one in COLOURS)


@pytest.mark.parametrize(("one", "other"), [("red", "crimson"), ("yellow", "olive"), ("grey", "black")])
def test_neighbours_are_confusable(one: str, other: str) -> None:
    assert confusable(one, other)


def test_colours_that_lie_close_together_are_confusable() -> None:
    def distance(one: str, other: str) -> float:
        return math.dist(COLOURS[one], COLOURS[other])

    close = [(one, other) for one, other in combinations(COLOURS, 2) if distance(one, other) < 50]
    assert [pair for pair in close if not confusable(*pair)] == []
