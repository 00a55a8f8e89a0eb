"""What a verb does to the state of a story, from `verbs.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from dreamgen.story.writers.lexicon import guess_lemma, split, verb_forms

Effect = Literal["take", "give", "put", "hold", "enter", "leave", "die", "kill", "sleep", "wake", "lie", "none"]
"""`none` is for the many verbs that leave everything where it was."""

_FIRST = {"base": 0, "s": 1, "ing": 2, "past": 3, "pp": 4}


@cache
def effect_of(verb: str) -> Effect:
    """What a verb does; it may be inflected, of several words, and joined by blanks or underscores."""
    return _effects().get(base_form(verb), "none")


def hands_over(verb: str) -> bool:
    """Whether it hands a thing over where another person and a thing are named with it."""
    return base_form(verb) in _giving() or effect_of(verb) == "give"


def comes_nearer(verb: str) -> bool:
    """Whether a verb of coming may also be said of somebody who is there already."""
    return base_form(verb) in split(_table()["coming"]["nearer"])


def is_from_afar(verb: str) -> bool:
    """Whether it is done to somebody who is only just gone, or not quite there."""
    return base_form(verb).partition(" ")[0] in split(_table()["distance"]["far"])


@cache
def preposition_of(verb: str) -> str:
    """What stands between it and whom it is done to: look at, talk to; empty for most."""
    first = base_form(verb).partition(" ")[0]
    return next((word for word, listed in _table()["prepositions"].items() if first in split(listed)), "")


@cache
def base_form(verb: str) -> str:
    """`Picks_up` to pick up."""
    row = re.sub(r"[^a-z']+", " ", verb.lower()).split()
    if not row:
        return ""
    if row[0] in {"is", "are", "was", "were", "gets", "get", "got"} and len(row) > 1 and f"be {row[1]}" in _effects():
        row[0] = "be"
    # what the lexicon does not know as a verb may still be one of ours: slays
    readings = sorted(
        verb_forms().get(row[0]) or {(guess_lemma(row[0]), "s")}, key=lambda found: (_FIRST[found[1]], found[0])
    )
    known = [lemma for lemma, _ in readings if " ".join((lemma, *row[1:])) in _effects()]
    if known and " ".join(row) not in _effects():
        row[0] = known[0]
    elif row[0] in verb_forms() and all(lemma != row[0] for lemma, _ in readings):
        row[0] = readings[0][0]
    return " ".join(row)


@cache
def _effects() -> Mapping[str, Effect]:
    listed = _table()["effects"]
    return {verb: effect for effect in get_args(Effect) for verb in split(listed.get(effect, ""))}


@cache
def _giving() -> frozenset[str]:
    return frozenset(split(_table()["together"]["giving"]))


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("dreamgen.story.world").joinpath("verbs.toml").read_text(encoding="utf-8"))
