from __future__ import annotations

import pytest

from dreamgen.qa.finegrained.details import Detail, details, parted, swapped


def test_words_in_a_row_are_one_detail() -> None:
    assert details("She puts down a red cup.", "She puts down an orange cup!") == (
        Detail(("a", "red"), ("an", "orange")),
    )


def test_words_in_two_places_are_two_details() -> None:
    assert len(details("The man walks left and the woman right.", "The woman walks left and the man right.")) == 2


def test_marks_and_capitals_are_no_detail() -> None:
    assert details("A Dog runs.", "a dog runs") == ()


@pytest.mark.parametrize(
    ("text", "was", "now", "then"),
    [
        ("She wears a red coat.", ("red",), "orange", "She wears an orange coat."),
        ("An old dog sleeps.", ("old",), "young", "A young dog sleeps."),
        ("Red shoes.", ("red",), "blue", "Blue shoes."),
        ("A red hat and a red coat.", ("red",), "blue", None),
        ("A green hat.", ("red",), "blue", None),
        ("A green hat.", (), "blue", None),
    ],
)
def test_words_are_put_in_the_place_of_others(text: str, was: tuple[str, ...], now: str, then: str | None) -> None:
    assert swapped(text, was, now) == then


def test_an_article_between_two_words_parts_them() -> None:
    assert parted(("peels", "a", "potato")) and not parted(("the", "frying", "pan"))
