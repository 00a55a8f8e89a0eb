from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont

from dreamgen.clip.burning import Burned, check_font
from dreamgen.clip.subtitles import Subtitle
from dreamgen.errors import UsageError

GREY = np.full((216, 384, 3), 128, np.uint8)


def said(words: str) -> list[Subtitle]:
    return [Subtitle(start=1.0, end=2.0, words=words)]


@pytest.fixture
def font(tmp_path: Path) -> Path:
    """Pillow's own font as a file."""
    loaded = ImageFont.load_default(20)
    assert isinstance(loaded, ImageFont.FreeTypeFont)
    path = tmp_path / "font.ttf"
    assert isinstance(loaded.path, io.BytesIO)
    path.write_bytes(loaded.path.getvalue())
    return path


def test_words_are_burned_in_at_their_moment_alone() -> None:
    burned = Burned(said("Hello!"))
    assert burned.on(GREY, 0.5) is GREY
    written = burned.on(GREY, 1.5)
    assert (written[:150] == 128).all()
    assert written[-1].max() < 60
    assert written[170:].max() > 200
    assert (GREY == 128).all()


def test_words_hide_a_longer_caption_that_was_there() -> None:
    long = (
        "This caption needs many more words than fit into a single line, so that it has to be broken into two of them."
    )
    alone = Burned(said("Oui.")).on(GREY, 1.5)
    over = Burned(said("Oui."), said(long)).on(GREY, 1.5)
    assert (over != 128).all(axis=2).sum() > (alone != 128).all(axis=2).sum()
    top = int(np.flatnonzero((over != 128).any(axis=(1, 2)))[0])
    # nothing of the old caption is left above the new one
    assert (over[top, :] == over[top, 0]).all()


def test_another_font_breaks_long_lines_and_keeps_every_word(font: Path) -> None:
    short = Burned(said("Hello!"), font=font).on(GREY, 1.5)
    long = Burned(said("Hello! " * 12), font=font).on(GREY, 1.5)
    assert (short[:190] == 128).all()
    assert (long != 128).any(axis=(1, 2)).sum() > 2 * (short != 128).any(axis=(1, 2)).sum() - 12
    assert long.max() > 200


def test_signs_that_the_font_lacks_are_named(font: Path) -> None:
    assert Burned(said("Hello, Mara!")).lacking() == ()
    assert Burned(said("猫 and 犬")).lacking() == ("犬", "猫")
    assert Burned(said("猫"), font=font).lacking() == ("猫",)


def test_no_box_is_burned_in(font: Path) -> None:
    for named in (None, font):
        drawn, plain = (Burned(said(words), font=named).on(GREY, 1.5) for words in ("Où — 18 € 🗝️?", "Ou - 18 EUR ?"))
        assert np.array_equal(drawn, plain)
        assert Burned(said("猫 🗝️"), said("猫"), named).on(GREY, 1.5) is GREY
    # a caption that could not be written has no strip to hide
    assert np.array_equal(Burned(said("Oui."), said("猫")).on(GREY, 1.5), Burned(said("Oui.")).on(GREY, 1.5))


def test_a_file_that_is_no_font_is_told(tmp_path: Path) -> None:
    (tmp_path / "font.ttf").write_bytes(base64.b64decode("AAAA"))
    with pytest.raises(UsageError, match="can't be read"):
        check_font(tmp_path / "font.ttf")
