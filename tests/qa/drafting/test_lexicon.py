from __future__ import annotations

import pytest

from dreamgen.qa.drafting.lexicon import Bound, Term, bounds, terms, times


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The boy waves.", {("being", "boy"), ("pose", "wave")}),
        ("The boy waved.", {("being", "boy"), ("pose", "wave")}),
        (
            "An old man is waving at a girl",
            {("being", "old man"), ("deed", "wave at"), ("pose", "wave"), ("being", "girl")},
        ),
        ("It is snowing in the castle hall.", {("weather", "snow"), ("place", "castle hall")}),
        ("The boy is waving at the start.", {("being", "boy"), ("pose", "wave")}),
        ("The camera zooms in.", {("camera", "zoom_in")}),
        ("Three people", {("number", "3")}),
        ("She goes to the right, looking sad.", {("side", "right"), ("feeling", "sad")}),
        ("Nothing that could be checked.", set()),
    ],
)
def test_what_a_text_says(text: str, said: set[tuple[str, str]]) -> None:
    assert terms(text) == {Term(*one) for one in said}


def test_the_longest_word_counts() -> None:
    assert terms("a raincoat") == {Term("garment", "raincoat")}
    assert terms("a redcoat, a forester") == set()


@pytest.mark.parametrize("text", ["a red coat", "The coat is red.", "Is the coat red?", "She wears a RED coat"])
def test_a_colour_belongs_to_its_thing(text: str) -> None:
    assert bounds(text) == {Bound("coat", "red")}


def test_a_colour_of_something_else_belongs_to_that() -> None:
    assert bounds("a green hat and a red coat") == {Bound("hat", "green"), Bound("coat", "red")}


def test_clock_times_are_read_in_seconds() -> None:
    assert times("from 0:04.5 to 1:02, not 12 or 3:4") == (4.5, 62.0)
