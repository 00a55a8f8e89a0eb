"""Premises: invented, or read off a plot."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tests.scripted import retelling
from tests.scripted import vocabulary as words
from tests.scripted.desk import Desk
from tests.scripted.schema import Paper


def premise(part: Paper, desk: Desk) -> dict[str, Any]:
    """Who and what a story is made of."""
    lot, plot = desk.lot, retelling.block("plot", desk.text)
    cast = _retold(plot, lot) or _cast(part.field("cast"), desk)
    places = retelling.places(plot) or lot.sample(words.PLACES, min(part.field("places").count(6), len(words.PLACES)))
    props = retelling.things(plot)
    if not plot:
        props = lot.sample(words.PROPS, min(part.field("props").count(4), len(words.PROPS)))
    names = [person["name"] for person in cast]
    return {
        "title": desk.title(),
        "overview": f"{names[0]} sets out from the {places[0][0]}, because {lot.choice(words.REASONS)}. "
        f"After a long way {names[0]} meets {names[-1]} at the {places[-1][0]}, and they stay together.",
        "genre": lot.choice(words.GENRES),
        "tone": lot.choice(words.TONES),
        "style_word": lot.choice(words.STYLE_WORDS),
        "cast": cast,
        "places": [{"name": name, "set": kind} for name, kind in places],
        "props": [{"name": name, "kind": kind, "colour": lot.choice(words.COLOURS)} for name, kind in props],
        "questions": desk.questions(part, names[0]),
    }


def _cast(part: Paper, desk: Desk) -> list[dict[str, Any]]:
    lot, count = desk.lot, part.count(5)
    animals = [lot.choice(words.ANIMALS)] if count > 2 else []
    people = lot.sample(words.PEOPLE, min(count - len(animals), len(words.PEOPLE)))
    return _told_apart([*people, *animals], lot)


def _told_apart(beings: Sequence[tuple[str, str]], lot: random.Random) -> list[dict[str, Any]]:
    """Everybody's looks; no two wear the same colour while there are others."""
    colours = lot.sample(words.COLOURS, len(words.COLOURS))
    return [
        (_animal if words.is_animal(name) else _person)(name, kind, colours[at % len(colours)], lot)
        for at, (name, kind) in enumerate(beings)
    ]


def _retold(plot: str, lot: random.Random) -> list[dict[str, Any]]:
    """Who is in a plot, looking as it says."""
    found = retelling.beings(plot)
    invented = _told_apart([(one["name"], one["kind"]) for one in found], lot)
    whole = [told | one for told, one in zip(invented, found, strict=True)]
    return [one | {"looks": _looks(one)} for one in whole]


def _looks(one: dict[str, Any]) -> str:
    if not one["top"]:
        return f"a {one['colour']} {one['kind']}"
    return f"a {one['kind']} with {one['hair']} hair and a {one['colour']} {one['top']}"


def _person(name: str, kind: str, colour: str, lot: random.Random) -> dict[str, Any]:
    told = {
        "name": name, "kind": kind, "top": lot.choice(words.TOPS), "colour": colour,
        "hair": "grey" if "old" in kind else lot.choice(words.HAIR), "hairstyle": lot.choice(words.HAIRSTYLES),
        "hat": lot.choice((*words.HATS, None, None, None, None)), "glasses": lot.random() < 0.2,
        "beard": kind in ("man", "old man") and lot.random() < 0.5, "likeness": None,
    }  # fmt: skip
    return told | {"looks": _looks(told)}


def _animal(name: str, kind: str, colour: str, lot: random.Random) -> dict[str, Any]:
    told = {
        "name": name, "kind": kind, "top": None, "colour": lot.choice(words.COATS), "hair": None, "hairstyle": None,
        "hat": None, "glasses": False, "beard": False, "likeness": None,
    }  # fmt: skip
    return told | {"looks": _looks(told)}
