from __future__ import annotations

import numpy as np

from dreamgen.clip.credits import ending, opening
from dreamgen.core.media import Style

STYLE = Style(name="flat", words="flat")
SIZE = (320, 180)


def test_the_title_opens_the_film_and_the_end_closes_it() -> None:
    title = opening("Lost Dog", SIZE, 8, STYLE)
    (end,) = ending(["Mara", "the dog"], False, SIZE, 8, STYLE)
    assert (title.frames, end.frames) == (20, 24)
    assert title.picture.shape == end.picture.shape == (180, 320, 3)
    assert not np.array_equal(title.picture, end.picture)


def test_a_large_cast_gets_several_cards_and_nobody_is_left_out() -> None:
    names = [f"the {number} soldier of the king" for number in range(11)]
    cards = list(ending(names, False, SIZE, 8, STYLE))
    assert len(cards) == 3
    # the last card changes with the last name, however many cards there are
    assert not np.array_equal(cards[-1].picture, list(ending([*names[:-1], "Anna"], False, SIZE, 8, STYLE))[-1].picture)


def test_the_credits_say_when_a_model_drew() -> None:
    (drawn,), (generated,) = (ending(["Mara"], made, SIZE, 8, STYLE) for made in (False, True))
    assert not np.array_equal(drawn.picture, generated.picture)


def test_a_name_that_can_not_be_written_is_left_out() -> None:
    (one,), (other,) = (ending(names, False, SIZE, 8, STYLE) for names in (["Zoë", "花子", "Tom"], ["Zoe", "Tom"]))
    assert np.array_equal(one.picture, other.picture)


def test_a_film_without_a_cast_ends_too() -> None:
    assert len(list(ending([], False, SIZE, 8, STYLE))) == 1
