"""Outlines and acts: invented, or a plot's own parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tests.scripted import retelling
from tests.scripted import vocabulary as words
from tests.scripted.desk import CAST, PLACES, Desk, known
from tests.scripted.schema import Paper

_LIGHTS: Final = ("day", "sunset", "night")


def outline(part: Paper, desk: Desk) -> dict[str, Any]:
    """All acts: the parts of a plot, or so many invented ones."""
    acts, told = part.field("acts"), retelling.parts(desk.text)
    count = acts.count(len(told) or 3)
    return {"acts": [_act(acts.items, desk, number, _at(told, number)) for number in range(count)]}


def _act(part: Paper, desk: Desk, number: int, told: Sequence[str]) -> dict[str, Any]:
    places = _turned(known(part.field("places").items, PLACES), number)[: part.field("places").count(2)]
    cast = desk.some(known(part.field("cast").items, CAST), part.field("cast").count(4))
    if told:
        everywhere = known(part.field("places").items, PLACES)
        cast = retelling.named(known(part.field("cast").items, CAST), " ".join(told)) or cast
        places = retelling.named(everywhere, " ".join(told)) or everywhere
    lead, where = words.shown(cast[0]), words.shown(places[0], thing=True)
    return {
        "title": desk.title(),
        "content": " ".join(told) or f"{lead} comes to {where}, because {desk.lot.choice(words.REASONS)}. "
        f"{_together(cast)}",
        "places": places, "cast": cast, "gone": [], "questions": desk.questions(part, lead),
    }  # fmt: skip


def scenes(part: Paper, desk: Desk) -> dict[str, Any]:
    """The scenes of one act."""
    field, told = part.field("scenes"), retelling.parts(desk.text)
    count, found, before = field.count(len(told) or 3), list[dict[str, Any]](), (1, 0)
    carrier = _carrier(field.items)
    for number in range(count):
        if told:
            before = retelling.when(_at(told, number), before)
            found.append(_retold_scene(field.items, desk, _at(told, number), before))
        else:
            found.append(_scene(field.items, desk, number, carrier))
    return {"scenes": found}


def _scene(part: Paper, desk: Desk, number: int, carrier: tuple[str, str] | None) -> dict[str, Any]:
    """A scene of an invented act: three of them make a day."""
    lot = desk.lot
    cast = desk.some(known(part.field("cast").items, CAST), part.field("cast").count(3))
    place = _turned(known(part.field("place"), PLACES), number)[0]
    lead, where = words.shown(cast[0]), words.shown(place, thing=True)
    carries = carrier is not None and carrier[0] == cast[0] and number % 2 == 0
    what = f" and holds {words.shown(carrier[1], thing=True)}" if carrier and carries else ""
    return {
        "title": f"{words.SCENE_HEADS[number % len(words.SCENE_HEADS)]} at {where}",
        "content": f"At {where} {lead} looks around{what}, because {lot.choice(words.REASONS)}. {_together(cast)}",
        "place": place, "day": 1 + number // 3, "time_of_day": _LIGHTS[number % 3],
        "weather": lot.choice(("clear", "clear", "clear", "rain", "fog", "snow")), "cast": cast,
        "carried": [{"who": carrier[0], "what": carrier[1]}] if carrier and carries else [], "gone": [],
        "questions": desk.questions(part, lead),
    }  # fmt: skip


def _retold_scene(part: Paper, desk: Desk, told: Sequence[str], at: tuple[int, int]) -> dict[str, Any]:
    text, everybody = " ".join(told), known(part.field("cast").items, CAST)
    everywhere, cast = known(part.field("place"), PLACES), retelling.named(everybody, text) or everybody[:1]
    return {
        "title": " ".join(text.split()[:5]).strip(".,!?"), "content": text,
        "place": (retelling.named(everywhere, text) or everywhere)[0], "day": at[0], "time_of_day": _LIGHTS[at[1]],
        "weather": retelling.weather(told), "cast": cast, "carried": [], "gone": [],
        "questions": desk.questions(part, words.shown(cast[0])),
    }  # fmt: skip


def _carrier(part: Paper) -> tuple[str, str] | None:
    """Who has which thing with it in an act, if there are things; always the same of both."""
    carried = part.field("carried").items
    who, what = carried.field("who").choices, carried.field("what").choices
    return (str(who[0]), str(what[0])) if who and what else None


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
