"""Subtitles (.srt and .vtt) as words with their times."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Final

from dreamgen.core.found import Said

LARGEST: Final = 20_000_000
"""Bytes of a file of subtitles at most."""

_TIME: Final = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_SPAN: Final = re.compile(rf"{_TIME}\s*-->\s*{_TIME}")
_MARK: Final = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")


def subtitles_of(video: Path) -> Path | None:
    """The subtitles that lie beside a video under its name: film.srt, film.vtt, film.en.srt; None where none do."""
    for suffix in (".srt", ".vtt"):
        exact = video.with_suffix(suffix)
        if exact.is_file():
            return exact
    try:
        beside = sorted(
            path
            for path in video.parent.iterdir()
            if path.suffix in (".srt", ".vtt") and path.stem.rpartition(".")[0] == video.stem and path.is_file()
        )
    except OSError:
        return None
    return beside[0] if beside else None


def read_subtitles(path: Path) -> tuple[Said, ...]:
    """What is said when, in the file's order.

    Raises:
        ValueError: when it is too large, or holds no line with times.
        OSError: when it can't be read.
    """
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} is larger than {LARGEST // 1_000_000} MB")
    said = parse_subtitles(_text(path.read_bytes()))
    if not said:
        raise ValueError(f"{path.name} holds no line of the form 00:00:01,000 --> 00:00:02,500")
    return said


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what subtitles were written in before


def parse_subtitles(text: str) -> tuple[Said, ...]:
    """What is said when, from the text of an .srt or .vtt file; marks such as <i> are left out."""
    said: list[Said] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        rows = block.strip("\n").split("\n")
        for number, row in enumerate(rows):
            found = _SPAN.search(row)
            if found:
                words = plain_words(" ".join(rows[number + 1 :]))
                start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
                if words and end > start:
                    said.append(Said(start=start, end=end, text=words))
                break
    return tuple(said)


def plain_words(text: str) -> str:
    """A text without marks, control characters and double spaces."""
    bare = html.unescape(_MARK.sub("", text))
    return " ".join("".join(one if one.isprintable() else " " for one in bare).split())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, rest = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(rest.ljust(3, "0")) / 1000
