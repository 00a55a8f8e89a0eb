"""Looks in a model's words as looks that claims know; what claims have no word for stays in the description."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple, cast

from dreamgen.annotate.objects.naming import bare, plain
from dreamgen.core.colours import COLOURS
from dreamgen.core.vocabulary import Colour

_JOINTS: Final = re.compile(r"\b(?:in|with|wearing|and|who has|who wears|has|wears)\b|,")
_ARTICLE: Final = re.compile(r"^(?:a|an|the|his|her|its) ")
_PATTERNS: Final = ("plain", "spotted", "striped")


class Look(NamedTuple):
    """One look as an attribute has it."""

    slot: str
    value: str
    colour: Colour | None


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("dreamgen.annotate").joinpath("data/looks.toml").read_text("utf-8"))


def noun_of(what: str) -> str:
    """What claims call somebody: `man` for a guy, `car` for a red car."""
    words = bare(what).split()
    while len(words) > 1 and (_colour(words[0]) or words[0] in _table()["shades"]["words"]):
        words = words[1:]
    noun = " ".join(words)
    return str(_table()["nouns"].get(noun, noun))


def looks_in(names: str, what: str, told: Iterable[str], category: str) -> tuple[Look, ...]:
    """The looks that claims have words for; of two in one slot the first, which the instruction itself names.

    Args:
        names: `the man in the blue shirt`.
        what: `man`.
        told: what else is told: `short hair`.
        category: person, animal or thing.
    """
    found: dict[str, Look] = {}
    for part in (*_parts(names, what), *told):
        look = _look(_ARTICLE.sub("", plain(part)), noun_of(what), category)
        if look is not None:
            found.setdefault(look.slot, look)
    return tuple(found.values())


def _parts(names: str, what: str) -> Iterator[str]:
    """What stands before the noun, and each thing after it."""
    noun = plain(what)
    before, _, after = bare(names).partition(noun) if noun else (bare(names), "", "")
    yield before
    yield from _JOINTS.split(after)


def _look(text: str, what: str, category: str) -> Look | None:
    colour, rest = _coloured(text)
    if category == "thing":
        return Look("body", what, colour) if colour and rest in ("", what, "colour", "color") else None
    if category == "animal":
        words = rest.split()
        pattern = next((word for word in words if word in _PATTERNS), "")
        # a colour alone does not say that there are no spots, which a claim about a coat does
        return (
            Look("coat", pattern, colour or _coloured(" ".join(w for w in words if w != pattern))[0])
            if pattern
            else None
        )
    return _of_person(text, colour, rest)


def _of_person(text: str, colour: Colour | None, rest: str) -> Look | None:
    table = _table()
    if text.endswith(" hair"):
        known = table["hair"].get(text.removesuffix(" hair"))
        return Look(known[0], known[1], None) if known else None
    if text in table["marks"]:
        slot, value = table["marks"][text]
        return Look(slot, value, None)
    known = table["garments"].get(rest)
    if known is None:
        return None
    return Look(known[0], known[1], None if known[0] in ("glasses", "beard") else colour)


def _coloured(text: str) -> tuple[Colour | None, str]:
    """The colour in front of a text, and the rest of it."""
    words = text.split()
    if words and words[0] in _table()["shades"]["words"]:
        words = words[1:]
    colour = _colour(words[0]) if words else None
    return colour, " ".join(words[1:] if colour else words)


def _colour(word: str) -> Colour | None:
    name = word if word in COLOURS else _table()["colours"].get(word)
    return cast("Colour | None", name)
