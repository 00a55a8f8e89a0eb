"""The words of one frame: DreamFrame's prefix, and its looks that stand for names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from dreamgen.core.naming import TITLES

_PREFIX: Final = re.compile(r"generate an image in (?P<word>.{1,60}?) style: ?", re.S)


def style_word_of(frames: Sequence[str]) -> str:
    """The style's keyword: the one that most frames begin with; empty where none does."""
    found = [match["word"] for match in map(_PREFIX.match, frames) if match]
    return max(sorted(set(found)), key=found.count) if found else ""


def prefix(word: str) -> str:
    """How a frame begins."""
    return f"generate an image in {word} style: "


def body(frame: str, word: str) -> str | None:
    """A frame without its prefix; None where that is malformed."""
    return frame.removeprefix(prefix(word)) if frame.startswith(prefix(word)) else None


def looser_body(frame: str) -> str:
    """What a malformed frame asks for, as far as its prefix can be told: `generate an image on ... style:`."""
    return re.sub(r"^\s*generate an? (?:image|picture)\b[^:\n]{0,60}:\s*", "", frame, flags=re.I)


def with_names(text: str, looks: Mapping[str, str]) -> str:
    """A frame with names for looks."""
    for name, look in sorted(looks.items(), key=lambda item: (-len(item[1]), item[0])):
        text = re.sub(rf"(?<!\w){re.escape(look)}(?!\w)", lambda _, name=name: name, text, flags=re.I)  # type: ignore[misc]
    return text


def with_looks(text: str, looks: Mapping[str, str]) -> str:
    """A frame with looks for whole names, as DreamFrame asks for it."""
    for name, look in sorted(looks.items(), key=lambda item: (-len(item[0]), item[0])):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _, look=look: look, text)  # type: ignore[misc]
    return text


def called(names: Sequence[str]) -> dict[str, str]:
    """Every name and every part of one that tells whose it is (Rigby), to the whole name."""
    found = {name: name for name in names}
    parts = [(part, name) for name in names for part in name.split() if part.lower() not in TITLES]
    for part, name in parts:
        if part[:1].isupper() and [other for other, _ in parts].count(part) == 1:
            found.setdefault(part, name)
    return found


def leaked(text: str, looks: Mapping[str, str]) -> tuple[str, ...]:
    """Names and parts of names in a frame where looks should stand."""
    return tuple(name for name in called(tuple(looks)) if stands_in(name, text))


def stands_in(name: str, text: str) -> bool:
    """Whether a name is in a text, with its capital."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
