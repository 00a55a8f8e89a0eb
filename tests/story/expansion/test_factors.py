"""Tests of how large a story is."""

from __future__ import annotations

import pytest

from dreamgen.errors import UsageError
from dreamgen.story.expansion.factors import Factors, read_factors


@pytest.mark.parametrize("text", ["11x11x11", " 11 x 11 X 11 ", "11×11×11", "11*11*11"])
def test_factors_are_read_however_the_cross_is_written(text: str) -> None:
    assert read_factors(text) == Factors(acts=11, scenes=11, shots=11)


def test_factors_are_written_as_they_are_read() -> None:
    assert str(read_factors("2x3x4")) == "2x3x4"


def test_no_factors_leave_the_numbers_to_the_brief() -> None:
    assert read_factors(" ") is None


@pytest.mark.parametrize("text", ["11x11", "3", "axbxc", "3x3x5x2", "-1x3x3", "3x3.5x2", "1" * 5000])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="3x3x5 or 11x11x11"):
        read_factors(text)


@pytest.mark.parametrize(("text", "what"), [("0x3x4", "0 acts"), ("3x61x4", "61 scenes"), ("3x3x999", "999 shots")])
def test_numbers_out_of_bounds_are_named(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=f"{what}\nEach of the three numbers must be between 1 and 60"):
        read_factors(text)
