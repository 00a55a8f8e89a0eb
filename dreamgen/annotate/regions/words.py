"""What to look for in a clip: what its title, its labels and earlier annotators name, or else people and animals."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from dreamgen.annotate.tracks import Category
from dreamgen.core.claims import Claim, Description, Presence
from dreamgen.core.found import Notes

_OTHERWISE: Final = ("person", "animal")
"""Where nothing names anything."""


@dataclass(frozen=True)
class Sought:
    """A kind of thing to look for."""

    what: str
    """dog, old man."""
    category: Category
    """The sort of thing it is."""
    entity: str = ""
    """Who it is, where an earlier annotator speaks of one such thing alone."""


def sought(asked: Sequence[str], notes: Notes, known: Sequence[Claim]) -> tuple[Sought, ...]:
    """Everything to look for, each kind once.

    Args:
        asked: what the options say; nothing else is looked for where they say something.
        notes: what is known of the clip; its texts are searched for words of a table and mean nothing else.
        known: what earlier annotators said.
    """
    if asked:
        return tuple(Sought(what, category_of(what)) for what in dict.fromkeys(asked))
    named = list(_of_claims(known))
    words = [one.what for one in named]
    texts = [notes.title, *notes.labels, *(tag.text for tag in notes.tags)]
    texts += [claim.text for claim in known if isinstance(claim, Description)]
    for word in _in_texts(texts):
        # an old man is looked for already where a man is named
        if not any(word in what.split() for what in words):
            named.append(Sought(word, category_of(word)))
            words.append(word)
    return tuple(named) or tuple(Sought(what, category_of(what)) for what in _OTHERWISE)


def category_of(what: str) -> Category:
    """The sort of thing that a word or phrase names; a prop where nobody knows."""
    table, noun = things(), what.lower().split()[-1]
    noun = table["many"].get(noun, noun)
    return "person" if noun in table["person"] else "animal" if noun in table["animal"] else "prop"


@cache
def things() -> dict[str, Any]:
    """The tables of `data/things.toml`."""
    return tomllib.loads(files("dreamgen.annotate").joinpath("data/things.toml").read_text("utf-8"))


def _of_claims(known: Sequence[Claim]) -> Iterator[Sought]:
    """Those of whom an earlier annotator says that they are there."""
    by_what: dict[str, dict[str, Presence]] = {}
    for claim in known:
        if isinstance(claim, Presence):
            by_what.setdefault(claim.what, {})[claim.entity] = claim
    for what, entities in by_what.items():
        entity, claim = next(iter(entities.items()))
        yield Sought(what, claim.category, entity if len(entities) == 1 else "")


def _in_texts(texts: Sequence[str]) -> Iterator[str]:
    table, told = things(), set()
    singular = {noun: noun for sort in ("person", "animal", "prop") for noun in table[sort]}
    plural = {f"{noun}s": noun for noun in singular} | table["many"]
    for word in re.findall(r"[a-z]+", " ".join(texts).lower()):
        noun = singular.get(word) or plural.get(word)
        if noun and noun not in told:
            told.add(noun)
            yield noun
