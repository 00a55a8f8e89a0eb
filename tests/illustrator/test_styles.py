"""What holds of a picture in every style that travels with the package."""

from __future__ import annotations

import numpy as np
import pytest

from dreamgen.core.colours import COLOURS
from dreamgen.core.vocabulary import Colour
from dreamgen.illustrator import Picture, portrait
from dreamgen.style.book import read_style, style_names
from dreamgen.style.scene import preview_story

WORN: tuple[tuple[str, Colour], ...] = (("anna", "red"), ("tom", "teal"))


@pytest.mark.parametrize("name", style_names())
def test_a_mask_is_what_changes_when_the_body_goes(name: str) -> None:
    story = preview_story()
    picture = Picture(story, story.shots[0], read_style(name), (384, 216), effects=False)
    whole = picture.frame(0.0)
    assert whole.entities is not None
    for who in ("anna", "tom", "rex"):
        mask = whole.entities == picture.numbers[who]
        gone = picture.frame(0.0, hide=frozenset({who}), truth=False)
        changed = np.abs(whole.image.astype(int) - gone.image).max(2) > 7
        assert np.count_nonzero(changed & mask) > 0.8 * np.count_nonzero(changed | mask), who


@pytest.mark.parametrize("name", style_names())
def test_a_red_coat_is_red_and_a_teal_sweater_is_teal(name: str) -> None:
    story, style = preview_story(), read_style(name)
    for who, colour in WORN:
        image = portrait(story, who, style)[..., ::-1].astype(float)
        hue = image - image.mean(2, keepdims=True)
        strength = np.linalg.norm(hue, axis=2)
        wanted = np.array(COLOURS[colour], float) - np.mean(COLOURS[colour])
        like = hue @ wanted / np.linalg.norm(wanted) > 0.9 * np.maximum(strength, 1)
        assert np.count_nonzero(like & (strength > 35)) > 1500, who


@pytest.mark.parametrize("name", style_names())
def test_a_frame_is_the_same_every_time(name: str) -> None:
    story, style = preview_story(), read_style(name)

    one, other = (Picture(story, story.shots[1], style, (128, 72)).frame(0.4).image for _ in range(2))

    assert np.array_equal(one, other)
