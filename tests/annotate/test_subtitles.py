from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.annotate.subtitles import parse_subtitles, read_subtitles, subtitles_of

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Come home.</i>
Now!

2
00:00:03,000 --> 00:00:03,000
never seen

3
01:00:00.5 --> 01:00:01,000
{\\an8}An hour later &amp; more
"""


def test_srt_is_read() -> None:
    said = parse_subtitles(SRT)
    assert [(one.start, one.end, one.text) for one in said] == [
        (1.0, 2.5, "Come home. Now!"),
        (3600.5, 3601.0, "An hour later & more"),
    ]


def test_vtt_is_read() -> None:
    text = "WEBVTT\r\n\r\nNOTE nothing\r\n\r\n00:01.000 --> 00:02.000 align:start\r\n<v Ann>Hello\x07 there</v>\r\n"
    assert [(one.start, one.end, one.text) for one in parse_subtitles(text)] == [(1.0, 2.0, "Hello there")]


def test_old_encodings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_bytes("1\n00:00:01,000 --> 00:00:02,000\nÇa va à Noël\n".encode("cp1252"))
    assert read_subtitles(path)[0].text == "Ça va à Noël"


def test_what_is_no_subtitle_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("nothing here", "utf-8")
    with pytest.raises(ValueError, match="holds no line"):
        read_subtitles(path)


def test_subtitles_lie_beside_their_video(tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    assert subtitles_of(video) is None
    (tmp_path / "film.de.srt").touch()
    (tmp_path / "film2.srt").touch()
    assert subtitles_of(video) == tmp_path / "film.de.srt"
    (tmp_path / "film.vtt").touch()
    assert subtitles_of(video) == tmp_path / "film.vtt"
