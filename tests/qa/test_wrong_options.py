"""Every wrong option is false and every right one true, as told by checks that know nothing of the programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dreamgen.core.claims import CLAIM, Claim
from dreamgen.core.media import Clip, MediaRef, Span
from dreamgen.core.pairs import InstructionPair
from dreamgen.language.mentions import renderings
from dreamgen.language.wording import alike, words
from dreamgen.language.world import World
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

_SECONDS = 3.0
_CAST = {"mara": "woman", "tom": "boy", "keeper": "old man", "rex": "dog"}
_COLOURS = {"mara": "red", "tom": "green", "keeper": "blue", "rex": "white"}
_POSES = ("stand", "walk", "sit", "wave", "dance", "lie")
_WEATHERS = ("clear", "rain", "snow")
_LINES = ("Come home.", "Where is the key?", "I am cold.", "Look at the sea.", "It is late.")


@pytest.fixture(params=range(4))
def film(request: pytest.FixtureRequest) -> tuple[Clip, tuple[Claim, ...]]:
    """Five shots of which everything is known, drawn by lot."""
    lot = Random(request.param)
    claims = [claim for shot in range(5) for claim in _shot(lot, shot)]
    spans = tuple(Span(shot=f"s{n}", first=72 * n, stop=72 * n + 72) for n in range(5))
    video = MediaRef(path="clips/scene-01.mp4", sha256="0" * 64)
    clip = Clip(id="scene-01", video=video, fps=24, size=(512, 288), frames=360, spans=spans)
    return clip, tuple(CLAIM.validate_python(claim) for claim in claims)


def _shot(lot: Random, shot: int) -> Iterator[dict[str, Any]]:
    at = {"start": shot * _SECONDS, "end": shot * _SECONDS + _SECONDS}
    if shot:
        yield {"kind": "cut", "start": at["start"], "end": at["start"]}
    yield {"kind": "place", "place": ("forest", "room", "harbour")[min(2, shot // 2)], **at}
    yield {"kind": "weather", "weather": _WEATHERS[min(2, (shot + lot.randrange(2)) // 2)], **at}
    yield {"kind": "time_of_day", "time": "day" if shot < 3 else "night", **at}
    here = [who for who in _CAST if lot.random() < 0.75]
    holder = lot.choice([who for who in here if who != "rex"] or [""])
    for who, what in _CAST.items():
        category = "animal" if who == "rex" else "person"
        seen = "presence" if who in here else "absence"
        yield {"kind": seen, "entity": who, "what": what, "category": category, **at}
    for who in here:
        pose = lot.choice(_POSES[:3] if who == "rex" else _POSES)
        slot, value = ("coat", "plain") if who == "rex" else ("top", "coat")
        yield {"kind": "attribute", "entity": who, "slot": slot, "value": value, "colour": _COLOURS[who], **at}
        yield {"kind": "action", "entity": who, "action": pose, "using": "lamp" if who == holder else None, **at}
        way = lot.choice(("left", "right")) if pose == "walk" else "none"
        yield {"kind": "movement", "entity": who, "direction": way, **at}
        if who != "rex":
            yield {"kind": "expression", "entity": who, "feeling": lot.choice(("happy", "sad", "angry")), **at}
    if holder:
        yield {"kind": "presence", "entity": "lamp", "what": "lantern", "category": "prop", **at}
        yield {"kind": "speech", "entity": holder, "words": _LINES[shot], "start": at["start"] + 0.5, "end": at["end"]}
    row = lot.sample(here, len(here))
    for n, one in enumerate(row):
        yield from ({"kind": "relation", "entity": one, "relation": "left of", "other": o, **at} for o in row[n + 1 :])


Known = Callable[[dict[str, str], str], bool]


class Truth:
    """What is so in a film, looked up claim by claim."""

    def __init__(self, claims: tuple[Claim, ...]) -> None:
        self.claims = claims
        self.world = World.of_claims(claims)
        self.rows = {str(forms[0]): row for row, forms in words()["poses"].items()}

    def of(self, kind: str, start: float, end: float, **content: str) -> list[Any]:
        """The claims of a kind that hold in a span and say this."""
        return [
            c
            for c in self.claims
            if c.kind == kind and c.start < end - 0.2 and c.end > start + 0.2
            if all(getattr(c, field) == value for field, value in content.items())
        ]

    def called(self, text: str) -> list[str]:
        """Everybody whom some words fit."""
        text = text[:1].lower() + text[1:]
        return [who for who in self.world.entities if text in renderings(self.world, who)]

    def row(self, text: str) -> str:
        """The pose that some words tell."""
        bare = text.lower().split(" with ")[0]
        return "hold" if bare.startswith("holding") else self.rows[bare]

    def poses(self, who: str, start: float, end: float) -> list[str]:
        """What somebody does in a span, in order."""
        return [c.action for c in self.of("action", start, end, entity=who)]


def _span(given: Mapping[str, str]) -> tuple[float, float]:
    return float(given["start"]), float(given["end"])


def _shots() -> list[tuple[float, float]]:
    return [(n * _SECONDS, n * _SECONDS + _SECONDS) for n in range(5)]


_FIGURES = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven")


def oracles(truth: Truth) -> dict[str, Known]:
    """Program to whether an answer is true, given its arguments."""

    def number(count: int) -> Callable[[str], bool]:
        return lambda text: text.capitalize() == _FIGURES[count]

    def changes(kind: str, field: str, table: Mapping[str, str]) -> Known:
        def true(given: dict[str, str], text: str) -> bool:
            found: list[str] = [table.get(getattr(c, field), getattr(c, field)) for c in truth.of(kind, *_span(given))]
            one, other = text.lower().removeprefix("from ").replace("a ", "").split(" to ")
            return (found[0], found[-1]) == (one, other) and one != other

        return true

    def moving(given: dict[str, str]) -> set[str]:
        return {c.entity for c in truth.of("movement", *_span(given)) if c.direction != "none"}

    def doing(who: str, span: tuple[float, float], text: str) -> bool:
        return any(alike(truth.row(text), pose) for pose in truth.poses(who, *span))

    def beside(given: dict[str, str], text: str, step: int) -> bool:
        start, end = _span(given)
        rest = (end, 15.0) if step > 0 else (0.0, start)
        poses, now = truth.poses(given["entity"], *rest)[::step], truth.poses(given["entity"], start, end)[0]
        return alike(truth.row(text), next(pose for pose in poses if pose != now))

    def row(given: dict[str, str]) -> list[str]:
        left = truth.of("relation", *_span(given))
        beings = [c.entity for c in truth.of("presence", *_span(given)) if c.category != "prop"]
        return sorted(dict.fromkeys(beings), key=lambda who: sum(c.other == who for c in left))

    def part(start: float, end: float, text: str) -> bool:
        wide = {"at the beginning": start < 6, "in the middle": start < 9 and end > 6, "at the end": end > 9}
        return start < 0.2 and end > 14.8 if text.lower() == "all the time" else wide[text.lower()]

    def act(given: dict[str, str]) -> tuple[float, float]:
        some = truth.of("action", 0.0, 15.0, entity=given["entity"], action=given["action"])
        return some[0].start, some[-1].end

    lights, skies = dict(words()["light"]), dict(words()["weather"])
    return {
        "action_of": lambda g, t: doing(g["entity"], _span(g), t),
        "who_does": lambda g, t: any(g["action"] in truth.poses(who, *_span(g)) for who in truth.called(t)),
        "next_act": lambda g, t: beside(g, t, 1),
        "act_before": lambda g, t: beside(g, t, -1),
        "doing_while": lambda g, t: doing(g["entity"], act({"entity": g["other"], "action": g["action"]}), t),
        "part_of_act": lambda g, t: part(*act(g), t),
        "thing_held": lambda g, t: (
            bool(truth.of("action", *_span(g), entity=g["entity"], using="lamp")) and t.lower() == "a lantern"
        ),
        "holder_of": lambda g, t: any(
            truth.of("action", *_span(g), entity=who, using=g["thing"])
            for who in truth.called(t.removeprefix("In the hand of "))
        ),
        "number_moving": lambda g, t: number(len(moving(g)))(t),
        "mover": lambda g, t: bool(moving(g) & set(truth.called(t))),
        "colour_of_mover": lambda g, t: t.lower() in {_COLOURS[who] for who in moving(g)},
        "direction_of": lambda g, t: any(
            {"left": "to the left", "right": "to the right", "none": "nowhere"}[c.direction] in t.lower()
            for c in truth.of("movement", *_span(g), entity=g["entity"])
        ),
        "shots_doing": lambda g, t: number(
            sum(g["action"] in truth.poses(g["entity"], *shot) for shot in _shots())
        )(t),
        "shots_seen": lambda g, t: number(sum(bool(truth.of("presence", *s, entity=g["entity"])) for s in _shots()))(t),
        "number_doing": lambda g, t: number(
            len({c.entity for c in truth.of("action", *_span(g), action=g["action"]) if c.entity != "rex"})
        )(t),
        "place_change": changes("place", "place", {}),
        "light_change": changes("time_of_day", "time", lights),
        "weather_change": changes("weather", "weather", skies),
        "face_change": lambda g, t: t.lower() == "from {} to {}".format(
            *(c.feeling for c in truth.of("expression", *_span(g), entity=g["entity"]))
        ),
        "end_of_row": lambda g, t: row(g)[int(g["place"])] in truth.called(t),
        "place_when_said": lambda g, t: any(
            c.place in t.lower() for s in truth.claims if s.id == g["speech"] for c in truth.of("place", s.start, s.end)
        ),
    }  # fmt: skip


def claimed(pair: InstructionPair) -> Iterator[tuple[str, bool]]:
    """What a pair says is so, and what it says is not: its options, or what it asks to be confirmed."""
    given = dict(pair.program.arguments)
    if pair.form == "yes_no" and given["proposed"] not in ("yes", "no"):
        yield given["proposed"], pair.turns[1].text == "Yes."
    frame = given.get("option", "{answer}")
    before, _, after = (frame[:1].upper() + frame[1:]).partition("{answer}")
    for index, option in enumerate(pair.options):
        told = option.removeprefix(before).removesuffix(after) if before or after else option
        yield told[:1].upper() + told[1:], index == pair.answer_index


def every_pair(clip: Clip, claims: tuple[Claim, ...]) -> list[InstructionPair]:
    synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000, without=("unanswerable", "object_description"))
    return list(synthesizer.synthesize(clip, claims, 7, Path()))


def test_wrong_options_are_false_and_right_ones_true(film: tuple[Clip, tuple[Claim, ...]]) -> None:
    clip, claims = film
    known, checked = oracles(Truth(claims)), set()
    for pair in every_pair(clip, claims):
        true = known.get(pair.program.name)
        for told, said in claimed(pair) if true else ():
            assert true is not None and true(dict(pair.program.arguments), told) is said, (pair, told)
            checked.add(pair.program.name)
    assert len(checked) >= 12


def test_what_is_not_known_any_more_is_never_answered_otherwise(film: tuple[Clip, tuple[Claim, ...]]) -> None:
    clip, claims = film
    few = tuple(claim for n, claim in enumerate(claims) if n % 7 != 3 or claim.kind == "cut")
    firm = {name for name in oracles(Truth(claims)) if name != "part_of_act"}
    pairs = [pair for pair in every_pair(clip, few) if pair.program.name in firm]
    assert pairs
    for pair in pairs:
        answer = pair.options[pair.answer_index] if pair.answer_index is not None else pair.turns[1].text
        assert rerun(pair.program, claims) in (answer, None), pair
