from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.clip.subtitles import Subtitle, read_subtitles, srt, vtt, words_at
from dreamgen.errors import UsageError

SAID = (
    Subtitle(start=61.5, end=63.25, words="She sells bread <here> & there."),
    Subtitle(start=0.0, end=3661.001, words="Where is\nyour mother?"),
)


def test_subrip_is_numbered_and_in_order() -> None:
    assert srt(SAID) == (
        "1\n00:00:00,000 --> 01:01:01,001\nWhere is\nyour mother?\n"
        "\n2\n00:01:01,500 --> 00:01:03,250\nShe sells bread <here> & there.\n"
    )


def test_webvtt_says_what_it_is_and_escapes_markup() -> None:
    text = vtt(SAID)
    assert text.startswith("WEBVTT\n\n00:00:00.000 --> 01:01:01.001\n")
    assert "She sells bread &lt;here&gt; &amp; there." in text


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    plain = (Subtitle(start=1.0, end=2.0, words="Hello!"), Subtitle(start=2.5, end=4.0, words="Two\nlines."))
    for name, text in (("film.srt", srt(plain)), ("film.vtt", vtt(plain))):
        (tmp_path / name).write_text(text, "utf-8")
        assert read_subtitles(tmp_path / name) == plain


def test_files_of_other_programs_are_read(tmp_path: Path) -> None:
    text = "\ufeff7\r\n00:00:01,000 --> 00:00:02,000 X1:0\r\n<i>Grüß</i> {\\an8}dich\r\n\r\nNOTE no words\r\n"
    (tmp_path / "film.srt").write_bytes(text.encode())
    assert read_subtitles(tmp_path / "film.srt") == (Subtitle(start=1.0, end=2.0, words="Grüß dich"),)


@pytest.mark.parametrize("content", [b"no subtitles", b"\xff\xfe\xff"])
def test_a_file_without_subtitles_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "film.srt").write_bytes(content)
    with pytest.raises(UsageError, match=r"film\.srt"):
        read_subtitles(tmp_path / "film.srt")
    with pytest.raises(UsageError, match="can't be read"):
        read_subtitles(tmp_path / "none.srt")


def test_the_last_to_begin_is_read_where_two_speak() -> None:
    both = [Subtitle(start=0.0, end=4.0, words="one"), Subtitle(start=2.0, end=3.0, words="two")]
    assert [words_at(both, at) for at in (0.0, 2.5, 3.0, 4.0)] == ["one", "two", "one", ""]
