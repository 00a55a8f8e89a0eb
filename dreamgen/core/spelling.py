"""Words in the signs that a font has: what it lacks is spelled with others, as in `Zoe` for `Zoë`, or left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

GAP: Final = "…"
"""Stands where a word is left out."""

Has = Callable[[str], bool]
"""Whether a font has a sign."""

_GAPS: Final = re.compile(r"(?:…|\.\.\.)(?:\s*(?:…|\.\.\.))+")
_APOSTROPHES: Final = "'’"
_RAISED: Final = re.compile("[¹²³⁰ⁱ⁴-ⁿ]+")
"""Powers, with their signs."""
_NO_ENTRY: Final = "\u20e0"
"""A struck circle around the sign before it."""

_INSTEAD: Final = {
    "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d",
    "Þ": "TH", "þ": "th", "ẞ": "SS", "ß": "ss", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t",
    "Ŋ": "N", "ŋ": "n", "ı": "i", "ĸ": "q", "ʻ": "'", "ʼ": "'", "ʹ": "'", "µ": "u",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-", "—": " - ", "―": " - ", "¿": "", "¡": "",
    "‘": "'", "’": "'", "‚": "‘", "‛": "‘", "′": "'", "“": '"', "”": '"', "„": "“", "‟": "“", "″": '"',
    "«": '"', "»": '"', "‹": "'", "›": "'", "…": "...", "⁄": "/", "×": "x", "÷": "/", "•": "*",
    "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₹": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS",
}  # fmt: skip
"""What no accent tells from another sign: letters as Unicode's transform Latin-ASCII has them, punctuation, and
currencies by their ISO 4217 codes."""


@dataclass(frozen=True)
class Spelling:
    """How some words are written."""

    words: str
    """In signs that the font has; empty where none of the words can be written."""
    whole: bool = True
    """Whether nothing is left out but accents and what has no shape."""


def spelled(text: str, has: Has) -> Spelling:
    """Writes `text` without the signs that a font lacks; it stays as it is where none is lacking.

    A word with a letter that nothing stands for is left out whole, since half a word is another word: `…` stands there.
    A picture such as an emoji is left out. What strikes a sign out, as in `≠`, is no accent: without it the sign says
    the opposite.
    """
    if all(sign.isspace() or has(sign) for sign in text):
        return Spelling(text)
    signs = unicodedata.normalize("NFC", text)
    pieces = [
        _word("".join(signs[at] for at in group), has) if of_word else _between(signs, list(group), has)
        for of_word, group in groupby(range(len(signs)), lambda at: _is_of_word(signs, at))
    ]
    words = " ".join("".join(piece.words for piece in pieces).split())
    if all(piece.whole for piece in pieces):
        return Spelling(words)
    words = _GAPS.sub(_gap(has), words)
    return Spelling(words if any(map(str.isalnum, words)) else "", whole=False)


def is_seen(sign: str) -> bool:
    """Whether a sign leaves ink: blanks, joiners and what chooses between forms of another sign do not."""
    joins = unicodedata.category(sign) in ("Cc", "Cf")
    return not (sign.isspace() or joins or unicodedata.name(sign, "").startswith("VARIATION SELECTOR"))


def _is_of_word(signs: str, at: int) -> bool:
    """Whether a sign is a letter, a digit, the accent of one, what is raised beside one, or an apostrophe inside."""
    if signs[at] in _APOSTROPHES:
        return signs[max(0, at - 1)].isalnum() and signs[at + 1 : at + 2].isalnum()
    if _strikes(signs[at]):
        return at > 0 and _is_of_word(signs, at - 1)
    if _RAISED.match(signs[at]):
        return True
    return unicodedata.category(signs[at])[0] in "LMN" or not (is_seen(signs[at]) or signs[at].isspace())


def _strikes(sign: str) -> bool:
    """Whether a sign crosses out the one before it."""
    return unicodedata.combining(sign) == 1 or sign == _NO_ENTRY


def _word(signs: str, has: Has) -> Spelling:
    written = ""
    for sign in _RAISED.sub(lambda found: _level(found[0], has), signs):
        spelling = _respelled(sign, has, written[-1:])
        if spelling is None:
            return Spelling(_gap(has), whole=False)
        written += spelling
    return Spelling(written)


def _level(raised: str, has: Has) -> str:
    """Raised signs that a font lacks on the line, behind what keeps them from being read as what they are beside."""
    return raised if all(map(has, raised)) else "^" + unicodedata.normalize("NFKD", raised)


def _between(signs: str, places: Iterable[int], has: Has) -> Spelling:
    """What stands between two words; a sign that is spelled with letters keeps apart from both."""
    written, whole = "", True
    for at in places:
        left, right = signs[max(0, at - 1)], signs[at + 1 : at + 2]
        spelling = None if right and _strikes(right) else _respelled(signs[at], has)
        if spelling is None:
            whole = False
            # of two sides without what relates them nobody may make one saying
            written += _gap(has) if unicodedata.category(signs[at]) == "Sm" else ""
        elif spelling != signs[at] and any(map(str.isalpha, spelling)):
            written += " " * left.isalnum() + spelling + " " * right.isalnum()
        else:
            written += spelling
    return Spelling(written, whole)


def _respelled(sign: str, has: Has, before: str = "") -> str | None:
    """A sign in others that the font has, where `before` is written before it; None where nothing stands for it."""
    if has(sign):
        return sign
    if sign.isspace():
        return " "
    instead = _INSTEAD.get(sign, unicodedata.normalize("NFKD", sign))
    if any(map(_strikes, instead)):
        return None
    if not is_seen(sign) or unicodedata.category(sign)[0] == "M":
        return ""
    if instead == sign:
        return None
    parts = [_respelled(part, has) for part in instead]
    apart = before.isdigit() and unicodedata.decomposition(sign).startswith("<fraction>")
    return None if None in parts else " " * apart + "".join(filter(None, parts))


def _gap(has: Has) -> str:
    return GAP if has(GAP) else "..."
