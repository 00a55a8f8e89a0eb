"""Words without their endings, to tell whether two texts speak of the same things."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENDINGS: Final = (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", ""))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without the endings of its forms: `rid` for ride, rides and riding; a few others meet there too."""
    word = word.casefold().replace("’", "'").removesuffix("'s")
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending) + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def every_word(text: str) -> list[str]:
    """The words of a text in small letters; those with a hyphen are two."""
    return [part for word in _WORD.findall(text.casefold().replace("’", "'")) for part in word.split("-")]


def telling_words(text: str) -> list[str]:
    """The words of a text that say something by themselves: no articles, pronouns, auxiliaries, `video` and such."""
    return [word for word in every_word(text) if word not in _common()]


def stems(text: str) -> frozenset[str]:
    """The stems of all words of a text."""
    return frozenset(map(stem, every_word(text)))


@cache
def _common() -> frozenset[str]:
    text = files("dreamgen.language").joinpath("data/common.toml").read_text("utf-8")
    return frozenset(str(tomllib.loads(text)["common"]).split())
