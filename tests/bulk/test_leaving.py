"""SIGTERM: what a scheduler of jobs sends before it kills."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dreamgen.bulk.leaving import ASKED_TO_END, AskedToEnd, asked_in_words, leaving, unmoved


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    assert signal.getsignal(signal.SIGTERM) == before


def like_ray(*meanwhile: Callable[[], None]) -> None:
    """A library that sets its own answer, which is the number of the signal."""

    def its_own(number: int, frame: Any) -> None:
        sys.exit(number)

    signal.signal(signal.SIGTERM, its_own)
    for act in meanwhile:
        act()


def ask() -> None:
    signal.raise_signal(signal.SIGTERM)


def test_a_library_does_not_change_how_a_program_is_asked_to_end() -> None:
    with pytest.raises(AskedToEnd) as caught, leaving(lambda: None):
        with unmoved():
            like_ray()
        ask()
    assert caught.value.code == ASKED_TO_END == 143


def test_who_is_asked_while_the_library_starts_ends_in_the_same_way() -> None:
    tidied: list[bool] = []
    with pytest.raises(AskedToEnd), leaving(lambda: tidied.append(True)), unmoved():
        like_ray(ask)
    assert tidied == [True]


def test_what_a_library_makes_of_it_on_its_way_up_is_still_the_end_that_was_asked_for() -> None:
    with pytest.raises(AskedToEnd), leaving(lambda: None):
        try:
            ask()
        except SystemExit:
            raise RuntimeError("the system was shut down") from None


def test_who_is_leaving_is_not_disturbed() -> None:
    tidied: list[str] = []

    def tidy() -> None:
        ask()
        tidied.append("all workers are gone")

    with pytest.raises(AskedToEnd), asked_in_words(), leaving(tidy):
        ask()
    assert tidied == ["all workers are gone"]


def test_who_is_asked_while_leaving_still_says_why_it_leaves() -> None:
    with pytest.raises(RuntimeError, match="no GPU is left"), leaving(ask):
        raise RuntimeError("no GPU is left")
