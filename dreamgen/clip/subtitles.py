"""Subtitles as files: SubRip (.srt) and WebVTT (.vtt), written and read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.errors import UsageError

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[,.](\d{3})"
_SPAN = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")


class Subtitle(Record):
    """Words, and when they are seen."""

    start: float
    """Seconds from the start of the film."""
    end: float
    """Seconds from the start of the film."""
    words: str
    """May have several lines."""


def srt(subtitles: Iterable[Subtitle]) -> str:
    """As SubRip."""
    parts = (f"{n}\n{_span(one, ',')}\n{one.words}\n" for n, one in enumerate(_ordered(subtitles), 1))
    return "\n".join(parts)


def vtt(subtitles: Iterable[Subtitle]) -> str:
    """As WebVTT."""
    parts = (f"{_span(one, '.')}\n{_escaped(one.words)}\n" for one in _ordered(subtitles))
    return "\n".join(("WEBVTT\n", *parts))


def read_subtitles(path: Path) -> tuple[Subtitle, ...]:
    """The subtitles of a SubRip or WebVTT file, without its markup.

    Raises:
        UsageError: when there is no such file, or it holds no subtitles.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the subtitles {path} can't be read: {error}", "Give an .srt or .vtt file in UTF-8."
        ) from None
    found = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = block.split("\n")
        for n, line in enumerate(lines):
            times = _SPAN.match(line)
            words = _MARKUP.sub("", "\n".join(lines[n + 1 :])).strip()
            if times and words:
                start, end = _seconds(*times.groups()[:4]), _seconds(*times.groups()[4:])
                found.append(Subtitle(start=start, end=end, words=words))
                break
    if not found:
        raise UsageError(f"{path} holds no subtitles", "Give an .srt or .vtt file.")
    return _ordered(found)


def words_at(subtitles: Iterable[Subtitle], seconds: float) -> str:
    """What is to be read at a moment; the last to begin where two are."""
    said = [one.words for one in subtitles if one.start <= seconds < one.end]
    return said[-1] if said else ""


def _ordered(subtitles: Iterable[Subtitle]) -> tuple[Subtitle, ...]:
    return tuple(sorted(subtitles, key=lambda one: (one.start, one.end)))


def _span(one: Subtitle, point: str) -> str:
    return f"{_clock(one.start, point)} --> {_clock(one.end, point)}"


def _clock(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
