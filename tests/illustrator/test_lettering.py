from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dreamgen.illustrator import caption, read_caption, title_card
from dreamgen.illustrator.lettering import STRIP_SHARE, write_caption


def test_a_caption_is_a_strip_at_the_bottom_with_bright_letters() -> None:
    words = caption("Who goes there?", 512, 288)
    assert words.shape == (288, 512, 4) and words.dtype == np.uint8
    opaque = words[..., 3] > 0
    top = int(np.flatnonzero(opaque.any(1))[0])
    assert opaque[top:].all() and not opaque[:top].any()
    assert 0.0 < 1 - top / 288 <= STRIP_SHARE + 0.01
    assert (words[top:, :, :3].min(2) > 200).any()


@pytest.mark.parametrize("size", [(64, 36), (192, 108), (1024, 576)])
@pytest.mark.parametrize("count", [1, 12, 30, 200])
def test_long_texts_stay_in_the_strip(size: tuple[int, int], count: int) -> None:
    words = caption("harbour " * count, *size)
    top = int(np.flatnonzero((words[..., 3] > 0).any(1))[0])
    assert 1 - top / size[1] <= STRIP_SHARE + 0.02


@pytest.mark.parametrize("text", ["灯台守はどこですか", "Где мой фонарь?", "أين الفانوس؟", "🏮"])
def test_what_can_not_be_written_is_no_caption(text: str) -> None:
    assert not caption(text, 256, 144).any()
    assert read_caption(text, 256, 144) == ""
    assert write_caption(np.zeros((144, 256, 3), np.uint8), text) is None


@pytest.mark.parametrize(
    ("text", "drawn"),
    [("Où est la clé? — 18 € 🗝️", "Ou est la cle? - 18 EUR"), ("Ask 花子!", "Ask …!"), ("“It’s me…”", "“It’s me…”")],
)
def test_no_box_is_drawn_and_what_is_read_is_what_is_drawn(text: str, drawn: str) -> None:
    assert read_caption(text, 256, 144) == drawn
    assert np.array_equal(caption(text, 256, 144), caption(drawn, 256, 144))


def test_a_text_that_does_not_fit_is_read_as_far_as_it_goes() -> None:
    text = "the old harbour " * 40 + "burns"
    read = read_caption(text, 256, 144)
    assert read.endswith("...") and text.startswith(read.removesuffix("..."))
    assert np.array_equal(caption(text, 256, 144), caption(read, 256, 144))
    assert caption("x" * 300, 256, 144)[..., 3].any()


def test_the_same_words_give_the_same_bytes_and_a_copy() -> None:
    first = caption("Again!", 256, 144)
    first[:] = 0
    assert caption("Again!", 256, 144).any()


def test_writing_says_where_the_words_lie() -> None:
    picture = np.full((144, 256, 3), 120, np.uint8)
    covered = write_caption(picture, "Here.")
    assert covered is not None
    assert (picture[~covered] == 120).all() and (picture[covered] != 120).any()
    assert write_caption(picture, "  ") is None


@pytest.mark.parametrize("painter", ["watercolor", "flat", "cutout", "noir"])
def test_a_title_card_is_a_full_frame_in_the_painters_paper(hand: Any, painter: str) -> None:
    cards = [title_card(title, "in four scenes", (256, 144), hand.style(painter)) for title in ("The Lantern", "Sea")]
    for card in cards:
        assert card.shape == (144, 256, 3) and card.std() > 5
    assert not np.array_equal(cards[0], cards[1])


def test_a_title_has_no_boxes_either(hand: Any) -> None:
    size, style = (256, 144), hand.style("flat")
    assert np.array_equal(
        title_card("La clé 🗝️", "with Zoë", size, style), title_card("La cle", "with Zoe", size, style)
    )
    assert np.array_equal(title_card("灯台", "猫", size, style), title_card("", "", size, style))
