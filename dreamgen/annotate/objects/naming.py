"""Whom or what an instruction names: one, several, or nothing in particular."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from dreamgen.language.wording import is_plural

_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ARTICLE: Final = re.compile(r"^(?:the|this|that|a|an|one)\s+", re.IGNORECASE)
_BESIDES: Final = re.compile(r"\band\s+(?:the|a|an|this|that|another|his|her)\s+(\w+)", re.IGNORECASE)
_PRONOUNS: Final = frozenset({"he", "she", "it", "his", "her", "its", "they"})


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("dreamgen.annotate").joinpath("data/naming.toml").read_text("utf-8"))


def plain(text: str) -> str:
    """The words of a text in small letters, one blank between."""
    return " ".join(_WORD.findall(text.casefold()))


def bare(phrase: str) -> str:
    """A phrase without its article: `man in the blue shirt`."""
    return plain(_ARTICLE.sub("", " ".join(phrase.split())))


def holds(text: str, phrase: str) -> bool:
    """Whether a phrase stands in a text, word for word."""
    return f" {plain(phrase)} " in f" {plain(text)} "


def head(what: str) -> str:
    """The noun that a name ends with: retriever."""
    words = plain(what).split()
    return words[-1] if words else ""


def is_nothing(what: str) -> bool:
    """Whether a noun is of nothing in particular: video, scene, something."""
    return head(what) in ("", *_table()["nothing"])


def is_several(what: str) -> bool:
    """Whether a noun is of several at once: men, cars, crowd."""
    noun = head(what)
    if noun in _table()["several"]:
        return True
    return noun.endswith("s") and not noun.endswith(("ss", "us")) and noun not in _table()["single"] and not _one(noun)


def _one(noun: str) -> bool:
    # trousers and glasses are one thing
    return is_plural(noun) or noun in ("scissors", "pliers", "binoculars", "headphones", "sunglasses", "jeans", "pants")


def joins_several(names: str) -> bool:
    """Whether a name is of two: the man and the woman. What somebody wears besides is no second one."""
    before = re.split(r"\b(?:in|with|wearing|holding|who|that)\b", names, maxsplit=1)[0]
    return _BESIDES.search(before) is not None


def speaks_of(text: str, what: str) -> bool:
    """Whether a text speaks of such a one: by its noun, by one that may stand for it, or by a pronoun at its start."""
    words = plain(text).split()
    if words[:1] and words[0] in _PRONOUNS:
        return True
    meant = _same(head(what))
    return any(word in meant or word.removesuffix("s") in meant for word in words)


def _same(noun: str) -> frozenset[str]:
    groups = [frozenset(group["words"]) for group in _table()["same"]]
    return frozenset({noun}).union(*(group for group in groups if noun in group))
