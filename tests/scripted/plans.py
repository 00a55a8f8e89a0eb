"""The shots of a scene, and one step where another can't be."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.scripted import retelling
from tests.scripted import vocabulary as words
from tests.scripted.desk import CAST, Desk, known
from tests.scripted.playing import Play
from tests.scripted.schema import Paper

_HELD: Final = re.compile(r"^When it begins, (\S+) has (\S+)\.$", re.MULTILINE)


def plan(part: Paper, desk: Desk) -> dict[str, Any]:
    """The shots of one scene, what is said in them, and questions."""
    shots, lines = part.field("shots"), part.field("dialogue")
    count = shots.count(4)
    step = shots.items.field("steps").items
    cast = known(step.field("who"), CAST)
    others = (*step.field("whom").choices, *step.field("using").choices)
    place = re.search(r"^- (\S+):", retelling.block("place", desk.text), re.MULTILINE)
    play = Play(desk.lot, cast, others, dict(_HELD.findall(desk.text)), place[1] if place else "")
    told = _retold_shots(shots, desk, count, play) or [play.shot(number) for number in range(count)]
    speakers = [one for one in known(lines.items.field("who"), cast) if not words.is_animal(one)]
    plot = retelling.block("sentences", desk.text)
    said = play.quoted(plot, told) if plot else play.lines(lines.count((count + 1) // 2), speakers)
    return {
        "shots": told,
        "dialogue": said,
        "questions": desk.questions(part, words.shown(cast[0])),
    }


def _retold_shots(part: Paper, desk: Desk, count: int, play: Play) -> list[dict[str, Any]]:
    """A plot's sentences as shots, in order, as evenly as may be; none for an invented story."""
    sentences = retelling.numbered(retelling.block("sentences", desk.text))
    numbers = [list(sentences)[at * len(sentences) // count] for at in range(count)] if sentences else []
    return [
        play.retold(sentences[number], first=number not in numbers[:at]) | {"tells": number}
        for at, number in enumerate(numbers)
    ]


def step(part: Paper, desk: Desk) -> dict[str, Any]:
    """Something that whoever is meant can always do."""
    cast = known(part.field("who"), CAST)
    who = next(iter(retelling.named(cast, retelling.block("step", desk.text))), cast[0])
    return {"who": who, "does": "stand", "whom": None, "using": None, "feels": "calm", "leave_out": False}
