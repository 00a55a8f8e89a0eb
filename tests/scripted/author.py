"""Writes what a schema asks for: names, places and shots that make sense together, the same for the same question."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.scripted import retelling
from tests.scripted import vocabulary as words
from tests.scripted.playing import Play
from tests.scripted.schema import Paper, fitted, paper

_CAST: Final = tuple(name.lower() for name, _ in words.PEOPLE[:4])
_PLACES: Final = tuple(name.replace(" ", "-") for name, _ in words.PLACES[:4])

_LIGHTS: Final = ("day", "sunset", "night")
_HELD: Final = re.compile(r"^When it begins, (\S+) has (\S+)\.$", re.MULTILINE)


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
        return _whole(fitted(author(part, desk), part) if author else {}, part, desk)
    if part.choices:
        return desk.lot.choice(part.choices)
    if part.nullable:
        return None
    if part.kind == "array":
        return [compose(part.items, desk) for _ in range(part.count(1))]
    if part.kind == "string":
        return fitted(desk.lot.choice(words.WORDS), part)
    return {"integer": fitted(1, part), "number": 0.5, "boolean": False}.get(part.kind)


def _whole(told: Any, part: Paper, desk: Desk) -> Any:
    """What was told, with whatever of the schema it leaves out."""
    if isinstance(told, dict):
        fields = {name: part.field(name) for name in part.fields}
        return {n: _whole(told[n], field, desk) if n in told else compose(field, desk) for n, field in fields.items()}
    if isinstance(told, list):
        missing = part.count(0) - len(told)
        return [*(_whole(one, part.items, desk) for one in told), *(compose(part.items, desk) for _ in range(missing))]
    return told


def _premise(part: Paper, desk: Desk) -> dict[str, Any]:
    lot, plot = desk.lot, retelling.block("plot", desk.text)
    cast = _retold(plot, lot) or _cast(part.field("cast"), desk)
    places = retelling.places(plot) or lot.sample(words.PLACES, min(part.field("places").count(6), len(words.PLACES)))
    props = retelling.things(plot)
    if not plot:
        props = lot.sample(words.PROPS, min(part.field("props").count(4), len(words.PROPS)))
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


def _outline(part: Paper, desk: Desk) -> dict[str, Any]:
    acts, told = part.field("acts"), retelling.parts(desk.text)
    count = acts.count(len(told) or 3)
    return {"acts": [_act(acts.items, desk, number, _at(told, number)) for number in range(count)]}


def _act(part: Paper, desk: Desk, number: int, told: Sequence[str]) -> dict[str, Any]:
    places = _turned(_known(part.field("places").items, _PLACES), number)[: part.field("places").count(2)]
    cast = desk.some(_known(part.field("cast").items, _CAST), part.field("cast").count(4))
    if told:
        everywhere = _known(part.field("places").items, _PLACES)
        cast = retelling.named(_known(part.field("cast").items, _CAST), " ".join(told)) or cast
        places = retelling.named(everywhere, " ".join(told)) or everywhere
    lead, where = words.shown(cast[0]), words.shown(places[0], thing=True)
    return {
        "title": _title(desk.lot),
        "content": " ".join(told) or f"{lead} comes to {where}, because {desk.lot.choice(words.REASONS)}. "
        f"{_together(cast)}",
        "places": places, "cast": cast, "gone": [], "questions": _questions(part, desk, lead),
    }  # fmt: skip


def _scenes(part: Paper, desk: Desk) -> dict[str, Any]:
    scenes, told = part.field("scenes"), retelling.parts(desk.text)
    count, found, before = scenes.count(len(told) or 3), list[dict[str, Any]](), (1, 0)
    carrier = _carrier(scenes.items)
    for number in range(count):
        if told:
            before = retelling.when(_at(told, number), before)
            found.append(_retold_scene(scenes.items, desk, _at(told, number), before))
        else:
            found.append(_scene(scenes.items, desk, number, carrier))
    return {"scenes": found}


def _scene(part: Paper, desk: Desk, number: int, carrier: tuple[str, str] | None) -> dict[str, Any]:
    """A scene of an invented act: three of them make a day."""
    lot = desk.lot
    cast = desk.some(_known(part.field("cast").items, _CAST), part.field("cast").count(3))
    place = _turned(_known(part.field("place"), _PLACES), number)[0]
    lead, where = words.shown(cast[0]), words.shown(place, thing=True)
    carries = carrier is not None and carrier[0] == cast[0] and number % 2 == 0
    what = f" and holds {words.shown(carrier[1], thing=True)}" if carrier and carries else ""
    return {
        "title": f"{words.SCENE_HEADS[number % len(words.SCENE_HEADS)]} at {where}",
        "content": f"At {where} {lead} looks around{what}, because {lot.choice(words.REASONS)}. {_together(cast)}",
        "place": place, "day": 1 + number // 3, "time_of_day": _LIGHTS[number % 3],
        "weather": lot.choice(("clear", "clear", "clear", "rain", "fog", "snow")), "cast": cast,
        "carried": [{"who": carrier[0], "what": carrier[1]}] if carrier and carries else [], "gone": [],
        "questions": _questions(part, desk, lead),
    }  # fmt: skip


def _retold_scene(part: Paper, desk: Desk, told: Sequence[str], at: tuple[int, int]) -> dict[str, Any]:
    text, everybody, everywhere = (
        " ".join(told),
        _known(part.field("cast").items, _CAST),
        _known(part.field("place"), _PLACES),
    )
    cast = retelling.named(everybody, text) or everybody[:1]
    return {
        "title": " ".join(text.split()[:5]).strip(".,!?"), "content": text,
        "place": (retelling.named(everywhere, text) or everywhere)[0], "day": at[0], "time_of_day": _LIGHTS[at[1]],
        "weather": retelling.weather(told), "cast": cast, "carried": [], "gone": [],
        "questions": _questions(part, desk, words.shown(cast[0])),
    }  # fmt: skip


def _carrier(part: Paper) -> tuple[str, str] | None:
    """Who has which thing with it in an act, if there are things; always the same of both."""
    carried = part.field("carried").items
    who, what = carried.field("who").choices, carried.field("what").choices
    return (str(who[0]), str(what[0])) if who and what else None


def _plan(part: Paper, desk: Desk) -> dict[str, Any]:
    shots, lines = part.field("shots"), part.field("dialogue")
    count = shots.count(4)
    step = shots.items.field("steps").items
    cast = _known(step.field("who"), _CAST)
    others = (*step.field("whom").choices, *step.field("using").choices)
    place = re.search(r"^- (\S+):", retelling.block("place", desk.text), re.MULTILINE)
    play = Play(desk.lot, cast, others, dict(_HELD.findall(desk.text)), place[1] if place else "")
    told = _retold_shots(shots, desk, count, play) or [play.shot(number) for number in range(count)]
    speakers = [one for one in _known(lines.items.field("who"), cast) if not words.is_animal(one)]
    plot = retelling.block("sentences", desk.text)
    said = play.quoted(plot, told) if plot else play.lines(lines.count((count + 1) // 2), speakers)
    return {
        "shots": told,
        "dialogue": said,
        "questions": _questions(part, desk, words.shown(cast[0])),
    }


def _retold_shots(part: Paper, desk: Desk, count: int, play: Play) -> list[dict[str, Any]]:
    """A plot's sentences as shots, in order, as evenly as may be; none for an invented story."""
    sentences = retelling.numbered(retelling.block("sentences", desk.text))
    numbers = [list(sentences)[at * len(sentences) // count] for at in range(count)] if sentences else []
    return [
        play.retold(sentences[number], first=number not in numbers[:at]) | {"tells": number}
        for at, number in enumerate(numbers)
    ]


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


def _at(told: Sequence[Sequence[str]], number: int) -> Sequence[str]:
    return told[number] if number < len(told) else ()


_AUTHORS: Final[tuple[tuple[frozenset[str], Callable[[Paper, Desk], dict[str, Any]]], ...]] = (
    (frozenset({"overview", "cast", "places"}), _premise),
    (frozenset({"acts"}), _outline),
    (frozenset({"scenes"}), _scenes),
    (frozenset({"shots", "dialogue"}), _plan),
    (frozenset({"question", "answer"}), _question),
)
"""Who writes an object, by the fields that it has."""
