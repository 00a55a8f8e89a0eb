"""What a model answered, read strictly: an answer that leaves a doubt is a failure to answer, and so it is wrong.

Evaluators that take the first letter they find give points to `A person can't tell`. Here a letter counts where it
stands alone or is marked as an option, and nothing else in the answer takes it back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from dreamgen.core.pairs import LETTERS

_THOUGHT: Final = re.compile(r"\A.*</think>", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT: Final = re.compile(r"<think>", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"\A(?:(?:so|therefore|thus),?\s+)?(?:(?:the|my)\s+)?(?:(?:correct|right|best|final)\s+)?(?:answer|option|choice)"
    r"(?:\s+is)?\s*:?\s*",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"\*\*|__|`")
_ALONE: Final = re.compile(r"[(\[]?([A-Za-z])[)\]]?[.:)]?\Z")
_MARKED: Final = re.compile(r"(?:\(([A-Za-z])\)|\[([A-Za-z])\]|([A-Za-z])[.):])\s+(\S.*)\Z", re.DOTALL)
_LATER: Final = re.compile(r"(?:^|\s)(?:\(([A-H])\)|\[([A-H])\]|([A-H])[.):])(?=\s|$)|(?m:^[ \t]*([A-H])[ \t]*$)")
"""A letter that is marked, or alone on its line."""
_LETTERS_ONLY: Final = re.compile(r"[a-z']+")
_TIME: Final = r"\d{1,9}(?::\d{2})?(?:\.\d{1,9})?"
_CLOCK: Final = r"(?<!\d)\d{1,9}:\d{2}(?:\.\d{1,9})?"
_BRACKETS: Final = re.compile(rf"\[\s*({_TIME})(?:\s*s)?\s*,\s*({_TIME})(?:\s*s)?\s*\]")
_CLOCKS: Final = re.compile(rf"(?:\bfrom\s+)?({_CLOCK})\s*(?:-|–|—|\bto\b|\buntil\b)\s*({_CLOCK})", re.IGNORECASE)


class Stretch(NamedTuple):
    """A part of a clip and what is said of it."""

    start: float
    """In seconds, or in frames where the question counts frames."""
    end: float
    """In the same unit."""
    text: str
    """What is said; empty where only times are told."""


def read_letter(answer: str, options: Sequence[str]) -> int | None:
    """Which option an answer chooses, from 0; None where that is in doubt.

    Read are a letter alone on its line (`B`, `(b)`, `B.`), a letter with its mark and more text (`B. Red`), each also
    after `The answer is`, and the words of exactly one option. What stands in <think> is no part of the answer. In
    doubt are a letter that no option has, several letters, a letter with the words of another option, and free
    sentences.

    Args:
        answer: as it came.
        options: the choices, without letters.
    """
    text = _told(answer)
    by_words = [place for place, option in enumerate(options) if _plain(option) == _plain(text)]
    if len(by_words) == 1:
        return by_words[0]
    first, _, rest = text.partition("\n")
    found = _ALONE.match(first.strip())
    if found is None:
        found = _MARKED.match(text)
        rest = found[4] if found else ""
    if found is None:
        return None
    place = _place(next(filter(None, found.groups())), options)
    others = [_plain(option) for number, option in enumerate(options) if number != place]
    later = {_place(next(filter(None, one.groups())), options) for one in _LATER.finditer(rest)}
    own = place is not None and _plain(rest) == _plain(options[place])
    return place if (own or later <= {place}) and _plain(rest) not in others else None


def read_yes_no(answer: str) -> bool | None:
    """Whether an answer says yes; None where it begins with neither word, or says the other one too."""
    words = _LETTERS_ONLY.findall(_told(answer).casefold())
    said = {"yes", "no"} & set(words)
    return words[0] == "yes" if len(said) == 1 and words[0] in said else None


def read_stretch(answer: str) -> Stretch | None:
    """The first `[start, end]` of an answer, which is what PLM-VideoBench reads; None where there is none."""
    found = _BRACKETS.search(_told(answer))
    return None if found is None else _ordered(found[1], found[2], "")


def read_stretches(answer: str) -> tuple[Stretch, ...]:
    """All parts of a dense caption, by their start: `[0, 95]: She walks.` or `From 0:00 to 0:04, a woman walks.`.

    The text of a part goes up to the times of the next one. Where there are brackets, other times are part of texts.
    """
    text = _told(answer)
    found = list(_BRACKETS.finditer(text)) or list(_CLOCKS.finditer(text))
    stops = [*(match.start() for match in found), len(text)][1:]
    parts = (
        _ordered(match[1], match[2], text[match.end() : stop].strip(" \t\r\n:,;-–—*"))
        for match, stop in zip(found, stops, strict=True)
    )
    return tuple(sorted(parts, key=lambda part: (part.start, part.end)))


def _told(answer: str) -> str:
    """An answer without what was thought before, without marks of emphasis and `The answer is`."""
    text = _THOUGHT.sub("", answer)
    if _OPEN_THOUGHT.search(text):
        return ""  # cut off before it came to an answer
    text = _MARKUP.sub("", text).strip()
    return _LEAD.sub("", text, count=1)


def _place(letter: str, options: Sequence[str]) -> int | None:
    place = LETTERS.find(letter.upper())
    return place if 0 <= place < len(options) else None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", folded))


def _ordered(one: str, other: str, text: str) -> Stretch:
    start, end = sorted((_number(one), _number(other)))
    return Stretch(start, end, text)


def _number(text: str) -> float:
    minutes, colon, seconds = text.rpartition(":")
    return 60 * int(minutes) + float(seconds) if colon else float(text)
