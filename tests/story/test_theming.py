from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from dreamgen.core.base import derived_random
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.story.theming import BATCH, calls_for, invent

KEEPER = "A lonely lighthouse keeper must relight the lamp before her brother's boat reaches the rocks."
AGAIN = (
    "A lonely lighthouse keeper must light the lamp again before the boat of her brother hits the rocks.",
    "An old lighthouse keeper has to relight the lamp in time to save her brother's boat from the rocks.",
)
OTHERS = (
    "A young baker must bake the royal cake before her rival's oven sets the bakery ablaze.",
    "A girl finds a lost dog in the snowy forest and must bring it home before night falls.",
    "A retired clockmaker in a mountain village wants to repair the church clock, but his hands tremble.",
)


class Inventor:
    """Answers with themes by number; some numbers repeat an idea in other words."""

    def __init__(self, alike: int = 0, fails: int = 0) -> None:
        self.asked: list[Request[Any]] = []
        self.alike, self.fails, self._number = alike, fails, 0

    def ask(self, requests: Sequence[Request[Any]]) -> Iterator[Reply[Any]]:
        for request in requests:
            self.asked.append(request)
            if self.fails:
                self.fails -= 1
                yield Reply(request, None, 3, failure="malformed", detail="no JSON")
            else:
                themes = [self._theme() for _ in range(BATCH)]
                yield Reply(request, request.shape.model_validate({"themes": themes}), 1)

    def _theme(self) -> str:
        self._number += 1
        if self.alike:
            self.alike -= 1
            return "An old Keeper searches the harbour for his lost lantern!"
        lot = derived_random(0, "theme", self._number)
        return " ".join("".join(lot.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(8))


def test_quotas_are_filled_genre_by_genre() -> None:
    themes, counts = invent(Inventor(), (("drama", 12), ("sci-fi", 3), ("horror", 0)), seed=7)
    assert [(one.genre, one.wanted, one.got) for one in counts] == [
        ("drama", 12, 12),
        ("sci-fi", 3, 3),
        ("horror", 0, 0),
    ]
    assert [one.id for one in themes][-3:] == ["sci-fi-001", "sci-fi-002", "sci-fi-003"]
    assert (
        len({one.id for one in themes}) == len({one.theme for one in themes}) == len({one.seed for one in themes}) == 15
    )


def test_genres_that_are_spelt_alike_share_no_ids() -> None:
    themes, _ = invent(Inventor(), (("sci-fi", 1), ("sci fi", 1), ("драма", 1), ("комедия", 1)), seed=7)
    assert [one.id for one in themes] == ["sci-fi-001", "sci-fi2-001", "story-001", "story2-001"]


def test_near_duplicates_are_refused_and_asked_for_again() -> None:
    model = Inventor(alike=4)
    _, (drama,) = invent(model, (("drama", 10),), seed=7)
    assert (drama.got, drama.refused) == (10, 3)
    again = model.asked[1]
    assert "<taken>\nAn old Keeper searches" in again.user
    assert "<taken>" not in again.system.replace("such as <taken>", "")


def test_batches_that_fail_are_asked_for_again_and_what_stays_missing_is_told() -> None:
    assert invent(Inventor(fails=2), (("drama", 10),), seed=7)[1][0].got == 10
    themes, (drama,) = invent(Inventor(alike=10**6), (("drama", 10),), seed=7)
    assert (len(themes), drama.got, drama.wanted) == (1, 1, 10)


def test_the_first_batches_of_a_larger_quota_are_those_of_a_smaller_one() -> None:
    small, large = Inventor(), Inventor()
    invent(small, (("drama", 20),), seed=7)
    invent(large, (("drama", 40),), seed=7)
    assert [one.user for one in small.asked] == [one.user for one in large.asked[: len(small.asked)]]
    assert calls_for((("drama", 40), ("comedy", 1))) == 5


def test_batches_start_from_different_people_and_places() -> None:
    model = Inventor()
    invent(model, (("drama", 30),), seed=7)
    starts = {re.search(r"if they help: (.*)\.", request.user)[1] for request in model.asked}  # type: ignore[index]
    assert len(starts) == len(model.asked) == 3


def test_an_idea_in_other_words_is_no_new_one() -> None:
    class Told(Inventor):
        said = iter((KEEPER, *AGAIN, *OTHERS))

        def _theme(self) -> str:
            return next(self.said, KEEPER)

    themes, (drama,) = invent(Told(), (("drama", 4),), seed=7)
    assert [one.theme for one in themes] == [KEEPER, *OTHERS]
    assert drama.refused == 10 - 4
