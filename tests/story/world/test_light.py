"""Words that tell light and weather are believed only where they are plain."""

from __future__ import annotations

import pytest

from dreamgen.story.world.light import times_told, weathers_told, without_light


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("The moonlight falls on her.", {"sunset", "night"}),
        ("At noon she eats.", {"day"}),
        ("She walks.", {"day", "sunset", "night"}),
        ("She holds a photo of a sunset.", {"day", "sunset", "night"}),
        ("On a sunny day she walks.", {"day", "sunset"}),
        ("She walks with a sunny smile.", {"day", "sunset", "night"}),
        ("She waits until the sunset.", {"day", "sunset", "night"}),
        ("She dreams of moonlight.", {"day", "sunset", "night"}),
        ("At noon she eats. At midnight she sleeps.", {"day", "sunset", "night"}),
        ('She says "In the moonlight!"', {"day", "sunset", "night"}),
    ],
)
def test_a_text_tells_its_light(text: str, times: set[str]) -> None:
    assert times_told(text)[0] == times


def test_a_name_tells_no_light() -> None:
    assert times_told("Midnight walks at noon.", ("Midnight",))[0] == {"day"}
    assert times_told("Midnight walks.", ("Midnight",))[1] == ""


def test_snow_on_the_ground_is_no_weather() -> None:
    assert weathers_told("They walk through the snow.")[1] == ""
    assert weathers_told("It is a snowstorm.") == (frozenset({"snow"}), "snowstorm")


def test_sentences_that_disagree_are_left_out() -> None:
    text = "Mara walks. The moonlight falls on her. Tom waves."
    assert without_light(text, (), "day", "clear") == "Mara walks. Tom waves."
