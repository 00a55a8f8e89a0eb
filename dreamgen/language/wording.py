"""Words and grammar: articles, plurals, lists, sentences. The words themselves are in `data/words.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words() -> dict[str, Any]:
    """The tables of `data/words.toml`."""
    return tomllib.loads(files("dreamgen.language").joinpath("data/words.toml").read_text("utf-8"))


@cache
def _alike() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group["words"]) for group in words()["alike"])


@cache
def _likes() -> dict[str, frozenset[str]]:
    """Value to all that could be said in its place."""
    known = {word for group in _alike() for word in group}
    return {word: frozenset().union(*(group for group in _alike() if word in group)) for word in known}


def alike(one: str, other: str) -> bool:
    """Whether two values could both be said of one thing, so neither is a wrong answer beside the other."""
    return one == other or other in _likes().get(one, ())


def is_plural(noun: str) -> bool:
    """Whether a noun takes no `a`: trousers, boots."""
    return noun.split()[-1] in words()["things"]["plural"]


def a(noun: str) -> str:
    """A noun with its indefinite article: `an old man`, `a uniform`, `boots`."""
    if is_plural(noun):
        return noun
    first = noun.split()[0].lower()
    exceptions = words()["things"]
    vowel = (first[0] in "aeiou" and first not in exceptions["a"]) or first in exceptions["an"]
    return f"{'an' if vowel else 'a'} {noun}"


def thing(value: str, colour: str | None = None) -> str:
    """A garment or thing with its colour in front: `red coat`, `white T-shirt`."""
    noun = words()["things"].get(value, value)
    return f"{colour} {noun}" if colour else str(noun)


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text as a sentence: capital, no double spaces, closed by one mark."""
    text = capital(re.sub(r"\s+([,.?!])", r"\1", re.sub(r"\s+", " ", text)).strip())
    text = re.sub(r"([.?!][”\"])\.$", r"\1", text)
    return text if re.search(r"[.?!][”\"]?$", text) else f"{text}."


def pronoun(what: str, case: int = 0) -> str:
    """The pronoun for a kind of being: he, she or it; case 0 he, 1 him, 2 his."""
    return str(words()["pronouns"].get(what, ("it", "it", "its"))[case])


def number(count: int) -> str:
    """`two` for 2; figures beyond ten."""
    names = words()["numbers"]["words"]
    return str(names[count]) if count < len(names) else str(count)


def ordinal(index: int) -> str | None:
    """`first` for 0; None beyond what a viewer would count to."""
    names = words()["numbers"]["ordinals"]
    return str(names[index]) if index < len(names) else None


def clock(seconds: float) -> str:
    """`1:05` for 65."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def place(name: str, known: bool = False) -> str:
    """`in a forest`, or `in the forest` when it is known already."""
    phrase = words()["places"].get(name)
    if phrase is None:
        return f"in the {name}" if known else f"in {a(name)}"
    return str(phrase["the" if known else "at"])


def quoted(text: str, inside: bool = False) -> str:
    """Words in curly quotes, without quotes of their own around them; `inside` a sentence they lose their full stop."""
    words_said = text.strip().strip('“”"').strip()
    if inside and not words_said.endswith("..."):
        words_said = words_said.rstrip(".,;")
    return f"“{words_said}”"
