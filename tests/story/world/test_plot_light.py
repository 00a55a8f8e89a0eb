"""A sentence of a plot binds its scene to a light only where it leaves no other."""

from __future__ import annotations

import pytest

from dreamgen.story.world.plot_light import times_of


@pytest.mark.parametrize(
    ("sentence", "times"),
    [
        ("At noon she eats.", {"day"}),
        ("At midnight she walks home.", {"night"}),
        ("A flash of sunlight breaks through the clouds.", {"day", "sunset"}),
        ("Paul dreams of flying over the dark night sea.", None),
        ("She walks.", None),
    ],
)
def test_a_sentence_leaves_these_lights(sentence: str, times: set[str] | None) -> None:
    assert times_of(sentence) == times
