"""Writes what a schema asks for: names, places and shots that make sense together, the same for the same question."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.scripted import vocabulary as words
from tests.scripted.playing import Play
from tests.scripted.schema import Paper, fitted, paper

_CAST: Final = tuple(name.lower() for name, _ in words.PEOPLE[:4])
_PLACES: Final = tuple(name.replace(" ", "-") for name, _ in words.PLACES[:4])


@dataclass(frozen=True)
class Desk:
    """What an author has in front of it."""

    lot: random.Random
    """Decides what is left open."""
    text: str
    """The task."""

    def some(self, choices: Sequence[str], count: int) -> list[str]:
        """So many of them, in their order; the first is always among them."""
        picked = {0, *self.lot.sample(range(1, len(choices)), min(count, len(choices)) - 1)}
        return [one for number, one in enumerate(choices) if number in picked]


def write(schema: dict[str, Any], text: str, digest: str) -> Any:
    """A value of this schema, which follows from the digest of the question."""
    return compose(paper(schema, schema), Desk(random.Random(digest), text))


def compose(part: Paper, desk: Desk) -> Any:
    """A value for a part of the schema."""
    if part.kind == "object":
        author = next((author for marks, author in _AUTHORS if marks <= set(part.fields)), None)
        told = fitted(author(part, desk), part) if author else {}
        return {name: told[name] if name in told else compose(part.field(name), desk) for name in part.fields}
    if part.choices:
        return desk.lot.choice(part.choices)
    if part.nullable:
        return None
    if part.kind == "array":
        return [compose(part.items, desk) for _ in range(part.count(1))]
    if part.kind == "string":
        return fitted(desk.lot.choice(words.WORDS), part)
    return {"integer": fitted(1, part), "number": 0.5, "boolean": False}.get(part.kind)


def _premise(part: Paper, desk: Desk) -> dict[str, Any]:
    lot = desk.lot
    cast = _cast(part.field("cast"), desk)
    places = lot.sample(words.PLACES, part.field("places").count(6) % (len(words.PLACES) + 1))
    props = lot.sample(words.PROPS, part.field("props").count(4) % (len(words.PROPS) + 1))
    names = [person["name"] for person in cast]
    return {
        "title": _title(lot),
        "overview": f"{names[0]} sets out from the {places[0][0]}, because {lot.choice(words.REASONS)}. "
        f"After a long way {names[0]} meets {names[-1]} at the {places[-1][0]}, and they stay together.",
        "genre": lot.choice(words.GENRES),
        "tone": lot.choice(words.TONES),
        "style_word": lot.choice(words.STYLE_WORDS),
        "cast": cast,
        "places": [{"name": name, "set": kind} for name, kind in places],
        "props": [{"name": name, "kind": kind, "colour": lot.choice(words.COLOURS)} for name, kind in props],
        "questions": _questions(part, desk, names[0]),
    }


def _cast(part: Paper, desk: Desk) -> list[dict[str, Any]]:
    lot, count = desk.lot, part.count(5)
    animals = [lot.choice(words.ANIMALS)] if count > 2 else []
    people = lot.sample(words.PEOPLE, min(count - len(animals), len(words.PEOPLE)))
    return [_person(name, kind, lot) for name, kind in people] + [_animal(name, kind, lot) for name, kind in animals]


def _person(name: str, kind: str, lot: random.Random) -> dict[str, Any]:
    return {
        "name": name, "kind": kind, "looks": f"a {kind}, {lot.choice(words.LOOKS)}", "top": lot.choice(words.TOPS),
        "colour": lot.choice(words.COLOURS), "hair": "grey" if "old" in kind else lot.choice(words.HAIR),
        "hairstyle": lot.choice(words.HAIRSTYLES), "hat": lot.choice((*words.HATS, None, None, None, None)),
        "glasses": lot.random() < 0.2, "beard": kind.endswith("man") and "wo" not in kind and lot.random() < 0.5,
        "likeness": None,
    }  # fmt: skip


def _animal(name: str, kind: str, lot: random.Random) -> dict[str, Any]:
    return {
        "name": name, "kind": kind, "looks": f"a small {kind}", "top": None, "colour": lot.choice(("brown", "grey")),
        "hair": None, "hairstyle": None, "hat": None, "glasses": False, "beard": False, "likeness": None,
    }  # fmt: skip


def _outline(part: Paper, desk: Desk) -> dict[str, Any]:
    acts = part.field("acts")
    return {"acts": [_act(acts.items, desk, number) for number in range(acts.count(3))]}


def _act(part: Paper, desk: Desk, number: int) -> dict[str, Any]:
    places = _turned(_known(part.field("places").items, _PLACES), number)[: part.field("places").count(2)]
    cast = desk.some(_known(part.field("cast").items, _CAST), part.field("cast").count(4))
    lead, where = words.shown(cast[0]), words.shown(places[0], thing=True)
    return {
        "title": _title(desk.lot),
        "content": f"{lead} comes to {where}, because {desk.lot.choice(words.REASONS)}. {_together(cast)}",
        "places": places, "cast": cast, "gone": [], "questions": _questions(part, desk, lead),
    }  # fmt: skip


def _scenes(part: Paper, desk: Desk) -> dict[str, Any]:
    scenes = part.field("scenes")
    count = scenes.count(3)
    before = max(_number(r"\bact[ -]?0*(\d+)", desk.text) - 1, 0) * count
    return {"scenes": [_scene(scenes.items, desk, number, before) for number in range(count)]}


def _scene(part: Paper, desk: Desk, number: int, before: int) -> dict[str, Any]:
    """A scene; the scenes `before` it each had a part of a day: day, sunset, night."""
    lot, when = desk.lot, before + number
    day = max(1 + when // 3, part.field("day").part.get("minimum", 1) + number // 3)
    cast = desk.some(_known(part.field("cast").items, _CAST), part.field("cast").count(3))
    place = _turned(_known(part.field("place"), _PLACES), number)[0]
    lead, where = words.shown(cast[0]), words.shown(place, thing=True)
    return {
        "title": f"{words.SCENE_HEADS[when % len(words.SCENE_HEADS)]} at {where}",
        "content": f"At {where} {lead} looks around, because {lot.choice(words.REASONS)}. {_together(cast)}",
        "place": place, "day": day, "time_of_day": ("day", "sunset", "night")[when % 3],
        "weather": lot.choice(("clear", "clear", "clear", "rain", "fog", "snow")), "cast": cast, "carried": [],
        "gone": [], "questions": _questions(part, desk, lead),
    }  # fmt: skip


def _plan(part: Paper, desk: Desk) -> dict[str, Any]:
    shots, lines = part.field("shots"), part.field("dialogue")
    count = shots.count(4)
    step = shots.items.field("steps").items
    cast = _known(step.field("who"), _CAST)
    play = Play(desk.lot, cast, (*step.field("whom").choices, *step.field("using").choices))
    numbers = _spread(shots.items.field("tells"), count)
    told = [play.shot(number, count) | {"tells": numbers[number]} for number in range(count)]
    speakers = [one for one in _known(lines.items.field("who"), cast) if not words.is_animal(one)]
    said = sorted(desk.lot.sample(range(count), min(lines.count((count + 1) // 2), count))) if speakers else []
    return {
        "shots": told,
        "dialogue": [
            {"shot": shot + 1, "who": play.speaker(shot, speakers), "words": desk.lot.choice(words.WORDS)}
            for shot in said
        ],
        "questions": _questions(part, desk, words.shown(cast[0])),
    }


def _spread(part: Paper, count: int) -> list[int | None]:
    """Which sentence each shot tells: all of them, in order, as evenly as may be."""
    bounds = [one for one in part.choices if isinstance(one, int)] or [
        part.part[name] for name in ("minimum", "maximum") if name in part.part
    ]
    if len(bounds) < 2 and not part.choices:
        return [None] * count
    first, last = min(bounds), max(bounds)
    return [first + number * (last - first + 1) // count for number in range(count)]


def _known(part: Paper, others: Sequence[str]) -> list[str]:
    """The ids that may be named; some of our own where the schema leaves them open."""
    return [str(one) for one in part.choices] or list(others)


def _question(part: Paper, desk: Desk) -> dict[str, Any]:
    return _asked(desk, "Somebody")


def _asked(desk: Desk, lead: str) -> dict[str, Any]:
    reason = desk.lot.choice(words.REASONS)
    return {"question": f"Why does {lead} go on?", "answer": f"{lead} goes on because {reason}."}


def _questions(part: Paper, desk: Desk, lead: str) -> list[dict[str, Any]]:
    return [_asked(desk, lead) for _ in range(part.field("questions").count(1))]


def _title(lot: random.Random) -> str:
    return f"The {lot.choice(words.TITLE_HEADS)} of the {lot.choice(words.TITLE_TAILS)}"


def _together(cast: Sequence[str]) -> str:
    names = [words.shown(one) for one in cast]
    if len(names) < 2:
        return "Nobody else is there."
    return f"{', '.join(names[:-1])} and {names[-1]} are there too, and they talk."


def _turned(choices: Sequence[str], by: int) -> list[str]:
    by %= len(choices)
    return [*choices[by:], *choices[:by]]


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text, re.IGNORECASE)
    return int(found[1]) if found else 0


_AUTHORS: Final[tuple[tuple[frozenset[str], Callable[[Paper, Desk], dict[str, Any]]], ...]] = (
    (frozenset({"overview", "cast", "places"}), _premise),
    (frozenset({"acts"}), _outline),
    (frozenset({"scenes"}), _scenes),
    (frozenset({"shots", "dialogue"}), _plan),
    (frozenset({"question", "answer"}), _question),
)
"""Who writes an object, by the fields that it has."""
