"""Whatever a film may claim: worlds drawn by hypothesis, and what must hold of every pair that is made from them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.core.claims import (
    CLAIM,
    Absence,
    Action,
    CameraMove,
    Claim,
    Count,
    Cut,
    Expression,
    Interaction,
    Movement,
    Place,
    Presence,
    Relation,
    Speech,
    Time,
    WeatherIs,
)
from dreamgen.core.colours import COLOURS, confusable
from dreamgen.core.media import Clip, MediaRef, Span
from dreamgen.core.pairs import InstructionPair
from dreamgen.qa.dimensions import dimensions
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

KINDS = ("man", "woman", "boy", "girl", "old man", "old woman", "dog", "cat", "rabbit", "bird")
_ANIMALS = {"dog", "cat", "rabbit", "bird"}
_FPS = 24


def clip_of(seconds: list[int], name: str = "scene-01") -> Clip:
    bounds = [sum(seconds[:n]) * _FPS for n in range(len(seconds) + 1)]
    spans = tuple(Span(shot=f"shot-{n}", first=a, stop=b) for n, (a, b) in enumerate(pairwise(bounds)))
    video = MediaRef(path=f"clips/{name}.mp4", sha256="0" * 64)
    return Clip(id=name, video=video, fps=_FPS, size=(1024, 576), frames=bounds[-1], spans=spans)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Clip, tuple[Claim, ...]]:
    """A clip and claims about it: every member of the cast is in a shot or it is claimed that it is not."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    cast = [(f"id-{n}-{kind.replace(' ', '-')}", kind) for n, kind in enumerate(kinds)]
    looks = {who: _look(draw, who, kind) for who, kind in cast}
    seconds = draw(st.lists(st.integers(2, 5), min_size=1, max_size=4))
    claims: list[Claim] = []
    start = 0.0
    for number, length in enumerate(seconds):
        span = {"start": start, "end": start + length}
        claims += _shot(draw, span, cast, looks, number)
        start += length
    return clip_of(seconds), tuple(claims)


def _look(draw: st.DrawFn, who: str, kind: str) -> list[dict[str, Any]]:
    colours = st.sampled_from(sorted(COLOURS))
    if kind in _ANIMALS:
        return [{"kind": "attribute", "entity": who, "slot": "coat", "value": "plain", "colour": draw(colours)}]
    top = draw(st.sampled_from(["coat", "hoodie", "dress", "tee", "apron"]))
    tone = draw(st.sampled_from(["black", "blonde", "grey", "red"]))
    looks = [
        {"kind": "attribute", "entity": who, "slot": "top", "value": top, "colour": draw(colours)},
        {"kind": "attribute", "entity": who, "slot": "hair", "value": tone},
    ]
    if draw(st.booleans()):
        looks.append({"kind": "attribute", "entity": who, "slot": "hat", "value": "cap", "colour": draw(colours)})
    return looks


def _shot(
    draw: st.DrawFn,
    span: dict[str, float],
    cast: list[tuple[str, str]],
    looks: dict[str, list[dict[str, Any]]],
    number: int,
) -> list[Claim]:
    here = [entry for entry in cast if draw(st.booleans())]
    claims: list[Claim] = [
        Place(place=draw(st.sampled_from(["forest", "street", "room", "harbour"])), **span),
        Time(time=draw(st.sampled_from(["day", "sunset", "night"])), **span),
        WeatherIs(weather=draw(st.sampled_from(["clear", "rain", "snow", "fog"])), **span),
        CameraMove(move=draw(st.sampled_from(["static", "pan_left", "zoom_in"])), **span),
    ]
    if number:
        claims.append(Cut(start=span["start"], end=span["start"]))
    for who, kind in cast:
        category: Any = "animal" if kind in _ANIMALS else "person"
        if (who, kind) in here:
            claims.append(Presence(entity=who, what=kind, category=category, name="Zed", **span))
            claims += [CLAIM.validate_python({**look, **span}) for look in looks[who]]
            claims += _deeds(draw, who, kind, span)
        else:
            claims.append(Absence(entity=who, what=kind, category=category, **span))
    claims += _together(draw, [who for who, _ in here], span)
    people = sum(kind not in _ANIMALS for _, kind in here)
    claims += [Count(what="people", number=people, **span)] if people else []
    return claims


def _deeds(draw: st.DrawFn, who: str, kind: str, span: dict[str, float]) -> list[Claim]:
    poses = ["stand", "walk", "run", "sit"] if kind in _ANIMALS else ["stand", "walk", "run", "sit", "wave", "dance"]
    pose: Any = draw(st.sampled_from(poses))
    held = "id-lantern" if kind not in _ANIMALS and pose in {"walk", "stand"} and who.startswith("id-0") else None
    claims: list[Claim] = [Action(entity=who, action=pose, using=held, **span)]
    claims += [Presence(entity=held, what="lantern", category="prop", **span)] if held else []
    if pose in {"walk", "run"}:
        claims.append(Movement(entity=who, direction=draw(st.sampled_from(["left", "right"])), **span))
    elif draw(st.booleans()):
        claims.append(Movement(entity=who, direction="none", **span))
    if kind not in _ANIMALS and draw(st.booleans()):
        claims.append(Expression(entity=who, feeling=draw(st.sampled_from(["happy", "sad", "angry"])), **span))
    if kind not in _ANIMALS and draw(st.integers(0, 3)) == 0:
        words = draw(st.sampled_from(["Come here!", "I am lost.", "Who are you?"]))
        claims.append(Speech(entity=who, words=words, start=span["start"] + 0.3, end=span["end"]))
    return claims


def _together(draw: st.DrawFn, here: list[str], span: dict[str, float]) -> list[Claim]:
    if len(here) < 2:
        return []
    claims: list[Claim] = [Relation(entity=here[0], relation="left of", other=here[1], **span)]
    if draw(st.booleans()):
        claims.append(Interaction(entity=here[0], action="look at", other=here[1], **span))
    return claims


World = tuple[Clip, tuple[Claim, ...]]
MANY = settings(max_examples=15)


def every_pair(clip: Clip, claims: tuple[Claim, ...], seed: int = 7) -> list[InstructionPair]:
    return list(ProgramsSynthesizer(pairs_per_minute=10_000).synthesize(clip, claims, seed, Path()))


def final_answer(pair: InstructionPair) -> str:
    if pair.options and pair.answer_index is not None:
        return pair.options[pair.answer_index]
    return "\n".join(turn.text for turn in pair.turns if turn.role == "assistant")


@given(worlds())
@MANY
def test_of_whatever_a_film_claims_the_pairs_keep_all_rules(world: World) -> None:
    # making the pairs takes longer than all that is looked at here, so they are made once
    clip, claims = world
    pairs = every_pair(clip, claims)
    every_answer_can_be_computed_again(pairs, claims)
    they_rest_on_claims_of_their_clip_and_have_names_of_their_own(pairs, claims)
    texts_are_clean_english(pairs)
    yes_and_no_are_equally_many_in_every_task(pairs)
    a_question_never_gives_its_answer_away(pairs)
    no_two_colours_among_the_options_can_be_mistaken(pairs)
    every_pair_names_dimensions_that_exist(pairs)


def every_answer_can_be_computed_again(pairs: list[InstructionPair], claims: tuple[Claim, ...]) -> None:
    for pair in pairs:
        assert rerun(pair.program, claims) == final_answer(pair)


def they_rest_on_claims_of_their_clip_and_have_names_of_their_own(
    pairs: list[InstructionPair], claims: tuple[Claim, ...]
) -> None:
    known = {claim.id for claim in claims}
    assert all(set(pair.claims) <= known for pair in pairs)
    assert len({pair.id for pair in pairs}) == len(pairs)


def texts_are_clean_english(pairs: list[InstructionPair]) -> None:
    for pair in pairs:
        for text in (*(turn.text for turn in pair.turns), *pair.options):
            assert "id-" not in text, "ids are not seen in the picture"
            assert "Zed" not in text or pair.turns[0].text.startswith("Zed is the "), "a name must be introduced"
            assert not re.search(r"  |[{}]| \.|\.\.|\?\.|\ba [aeio]|\ban [^aeiou]|_", text), text
            assert text[0].isupper() or text[0].isdigit() or text[0] == "“", text
            assert not re.search(r"\b(\w+) \1\b", text), text


def yes_and_no_are_equally_many_in_every_task(pairs: list[InstructionPair]) -> None:
    answers = Counter((pair.task, pair.turns[1].text) for pair in pairs if pair.form == "yes_no")
    for task in {task for task, _ in answers}:
        assert answers[task, "Yes."] == answers[task, "No."]


def a_question_never_gives_its_answer_away(pairs: list[InstructionPair]) -> None:
    for pair in pairs:
        if pair.task == "attribute" and pair.form == "choice":
            answer = next(
                word for word in re.findall(r"\w+", final_answer(pair).lower()) if word in {*COLOURS, "blonde"}
            )
            assert answer not in pair.turns[0].text.lower()


def no_two_colours_among_the_options_can_be_mistaken(pairs: list[InstructionPair]) -> None:
    for pair in pairs:
        colours = [option.lower() for option in pair.options]
        if pair.task == "attribute" and all(colour in COLOURS for colour in colours):
            assert not any(confusable(a, b) for n, a in enumerate(colours) for b in colours[n + 1 :])


def every_pair_names_dimensions_that_exist(pairs: list[InstructionPair]) -> None:
    for pair in pairs:
        assert set(pair.benchmarks) <= dimensions().keys(), pair.benchmarks
        assert len(set(pair.benchmarks)) == len(pair.benchmarks), pair.benchmarks


@given(worlds(), st.integers(0, 3))
@MANY
def test_dropping_a_claim_never_breaks_the_rest(world: World, seed: int) -> None:
    clip, claims = world
    kept = claims[:: 2 + seed]
    for pair in every_pair(clip, kept, seed):
        assert set(pair.claims) <= {claim.id for claim in kept}
