"""Words that say something by themselves, and whether two of them are forms of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from dreamgen.core.colours import COLOURS

WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
"""A word, with hyphens and apostrophes inside it."""
_SHORTEST: Final = 3
"""Letters of the shortest word that says something by itself; shorter ones that do are in `_SHORT`."""
_SHORT: Final = frozenset({"up"})
_EMPTY: Final = frozenset((
    "the", "and", "are", "was", "were", "been", "being", "she", "her", "hers", "his", "him", "their", "them", "they",
    "its", "this", "that", "these", "those", "there", "here", "who", "whom", "whose", "what", "which", "with", "from",
    "for", "into", "onto", "over", "while", "when", "where", "then", "than", "both", "each", "one", "other", "another",
    "some", "any", "does", "did", "has", "have", "had", "having", "not", "also", "very", "just", "first", "second",
    "third", "last", "next", "after", "before", "same", "time", "times", "video", "clip", "viewer", "picture", "frame",
    "frames", "sees", "see", "seen", "shown", "shows", "person", "people", "someone", "somebody", "something", "thing",
    "things", "man", "woman", "boy", "girl", "child",
))  # fmt: skip
"""Words that say nothing that a fact could bear out, or that stand for somebody whom the question names."""
_GENERAL: Final = frozenset((
    "animal", "appliance", "beverage", "clothes", "clothing", "container", "creature", "device", "dish", "drink",
    "food", "fruit", "furniture", "garment", "ingredient", "instrument", "item", "liquid", "machine", "meal", "object",
    "plant", "product", "substance", "surface", "tool", "toy", "utensil", "vegetable", "vehicle", "weapon",
))  # fmt: skip
"""Nouns for many sorts of things: what is a potato is a vegetable, too."""
_ENDINGS: Final = ("ing", "ers", "ies", "ied", "ed", "es", "er", "ly", "s", "e", "y")
_IRREGULAR: Final = {
    "ate": "eat", "began": "begin", "bent": "bend", "bought": "buy", "broke": "break", "broken": "break",
    "brought": "bring", "built": "build", "came": "come", "caught": "catch", "children": "child", "dug": "dig",
    "drank": "drink", "drew": "draw", "drawn": "draw", "drove": "drive", "driven": "drive", "eaten": "eat",
    "fed": "feed", "feet": "foot", "fell": "fall", "fallen": "fall", "flew": "fly", "gave": "give", "given": "give",
    "gone": "go", "held": "hold", "hung": "hang", "kept": "keep", "knives": "knife", "laid": "lay",
    "led": "lead", "lit": "light", "loaves": "loaf", "made": "make", "ran": "run", "rode": "ride", "ridden": "ride",
    "sang": "sing", "sat": "sit", "shook": "shake", "shaken": "shake", "shelves": "shelf",
    "shone": "shine", "slid": "slide", "spoke": "speak", "spun": "spin", "stood": "stand", "stuck": "stick",
    "swam": "swim", "swept": "sweep", "teeth": "tooth", "threw": "throw", "thrown": "throw", "took": "take",
    "taken": "take", "tore": "tear", "torn": "tear", "went": "go", "wore": "wear", "worn": "wear", "wove": "weave",
    "wrote": "write", "written": "write",
}  # fmt: skip
"""Forms that no ending tells."""
_STEM: Final = 3
"""Letters that are left of a word at least."""
_REST: Final = 2
"""Letters by which two stems of one word may differ."""


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, without marks."""
    return tuple(word.casefold() for word in WORD.findall(text))


def foreign(text: str | Iterable[str], known: str) -> list[str]:
    """The words of `text` that say something and have no like in `known`, whatever their endings."""
    there = [stem(word) for word in tokens(known)]
    return [word for word in telling(text) if not any(_like(stem(word), other) for other in there)]


def telling(text: str | Iterable[str]) -> Iterator[str]:
    """The words that say something by themselves: no pronouns, no articles."""
    for word in tokens(text) if isinstance(text, str) else text:
        if (len(word) >= _SHORTEST or word in _SHORT or word.isdecimal()) and word not in _EMPTY:
            yield word


def general(words: Iterable[str]) -> bool:
    """Whether words that say something are all for many sorts of things, so that they are right of what is one."""
    told = [word for word in telling(words) if word not in COLOURS]
    return bool(told) and all(word in _GENERAL or word.removesuffix("s") in _GENERAL for word in told)


def stem(word: str) -> str:
    """A word without its ending: `cutting`, `cuts` and `cut` have one stem, and so have `held` and `holds`."""
    word = _IRREGULAR.get(word, word)
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _STEM), "")
    bare = word.removesuffix(ending) if ending else word
    return bare[:-1] if ending and len(bare) > _STEM and bare[-1] == bare[-2] else bare


def _like(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) > _STEM and len(long) - len(short) <= _REST and long.startswith(short))
