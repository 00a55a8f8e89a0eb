from __future__ import annotations

import pytest

from dreamgen.verify.comparing.numbers import numbers
from dreamgen.verify.comparing.spans import iou, moments, stretch
from dreamgen.verify.comparing.words import liken


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two", (2,)),
        ("There are 12 of them.", (12,)),
        ("twenty-one people and 3 dogs", (21, 3)),
        ("about two and a half seconds", (2.5,)),
        ("2.5 s", (2.5,)),
        ("half a second", (0.5,)),
        ("nobody", (0,)),
        ("no, two", (2,)),
        ("the one in the red coat", ()),
        ("from 0:08 to 1:11.5", ()),
        ("the second shot", ()),
        ("eighty", (80,)),
    ],
)
def test_numbers_are_read_as_figures_and_as_words(text: str, found: tuple[float, ...]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from about 0:08 to 0:11", (8, 11)),
        ("Between 1:02.5 and 1:04", (62.5, 64)),
        ("8 to 11 seconds", (8, 11)),
        ("3s - 5.5s", (3, 5.5)),
        ("from 0:11 to 0:08", None),
        ("0:01 to 0:02, and again 0:05 to 0:06", None),
        ("after a while", None),
    ],
)
def test_stretches_of_time_are_read(text: str, found: tuple[float, float] | None) -> None:
    assert stretch(text) == found


def test_stretches_are_compared_by_what_they_share() -> None:
    assert iou((0, 4), (2, 6)) == pytest.approx(1 / 3)
    assert iou((0, 4), (5, 6)) == 0
    assert iou((3, 3), (3, 3)) == 1
    assert moments("0:08 and 1:00") == (8, 60)


@pytest.mark.parametrize(
    ("key", "answer", "outcome"),
    [
        ("green", "Green.", "same"),
        ("green", "The boy's sweater is green.", "same"),
        ("green", "It is purple.", "other"),
        ("red", "It is crimson.", "open"),
        ("green", "It is not green.", "open"),
        ("green", "Either green or purple.", "open"),
        ("the old man", "An old man", "same"),
        ("the old man", "The woman.", "other"),
        ("the old man", "The man.", "open"),
        ("the old man", "An elderly person", "open"),
        ("trousers", "trouser", "same"),
        ("colourful umbrellas", "a colorful umbrella", "same"),
        ("to the left", "left", "same"),
        ("to the left", "It moves right.", "other"),
        ("the boy is left of the man", "the man is right of the boy", "open"),
        ("at a harbour at sunset", "It is sunset, at a harbour.", "same"),
        ("at a harbour at sunset", "In a forest at sunset.", "other"),
        ("at a harbour", "On a beach.", "open"),
        ("foggy", "clear", "open"),
        ("rainy", "snowy", "other"),
        ("walking with a lantern", "He carries a lamp", "open"),
        ("two", "There are 2 people.", "same"),
        ("two", "Three.", "other"),
        ("The red one", "The blue one", "other"),
        ("The second one", "The first one", "open"),
        ("Two boats", "Two dogs", "open"),
        ("Three people", "3.", "same"),
        ("One", "There is one person.", "same"),
        ("none", "No animals.", "same"),
        ("none", "One dog.", "other"),
        ("for about two seconds", "2.5 s", "same"),
        ("for about two seconds", "six seconds", "other"),
        ("for about two seconds", "three seconds", "open"),
        ("from about 0:08 to 0:11", "Between 8 and 11 seconds.", "same"),
        ("from about 0:08 to 0:11", "0:01 to 0:03", "other"),
        ("from about 0:08 to 0:12", "0:10 to 0:16", "open"),
        ("at 0:08", "0:09", "same"),
        ("at 0:08", "0:20", "other"),
        ("yes", "Yes, she does.", "same"),
        ("yes", "No.", "other"),
        ("first the man in the white sweater runs", "First, the man in the white sweater runs.", "same"),
    ],
)
def test_an_answer_is_held_against_the_key_by_rule(key: str, answer: str, outcome: str) -> None:
    assert liken(key, answer).outcome == outcome
