"""Pairs about single people and things of found footage, in the sentences that stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dreamgen.core.claims import Attribute, Claim, Count, Description, Presence
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import InstructionPair
from dreamgen.language.world import World
from dreamgen.qa.programs import rerun
from dreamgen.qa.programs.objects import named_in
from dreamgen.qa.programs.subjects_described import described, doings, looks
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

TOLD = {
    "man": ("The man rides a bicycle along a path.", "He wears a blue shirt and dark trousers.", "He waves at a boy."),
    "dog": ("The dog runs after the bicycle with its tongue out.",),
    "bicycle": ("The bicycle is red.", "It has a basket in front, and two thin black wheels."),
}


@pytest.fixture
def found() -> Clip:
    video = MediaRef(path="clips/ride-1.mp4", sha256="0" * 64)
    return Clip(id="ride-1", video=video, fps=24, size=(640, 360), frames=240, pictures="found", motion="found",
                origin="found")  # fmt: skip


@pytest.fixture
def said() -> list[Claim]:
    whole = {"start": 0.0, "end": 10.0}
    seen: list[Claim] = [
        Presence(entity="man", what="man", category="person", **whole),
        Presence(entity="dog", what="dog", category="animal", **whole),
        Presence(entity="bicycle", what="bicycle", category="prop", **whole),
        Attribute(entity="man", slot="top", value="shirt", colour="blue", **whole),
    ]
    told = [
        Description(entity=who, text=text, nth=nth, **whole)
        for who, texts in TOLD.items()
        for nth, text in enumerate(texts)
    ]
    return [*seen, *told]


def pairs_of(clip: Clip, claims: list[Claim], seed: int = 7, **options: int) -> list[InstructionPair]:
    made = ProgramsSynthesizer.model_validate(options).synthesize(clip, claims, seed, Path())
    return [pair for pair in made if pair.task == "object_description"]


def test_H4_a_clip_gives_three_pairs_each_about_another(found: Clip, said: list[Claim]) -> None:
    pairs = pairs_of(found, said)
    assert {pair.masklets for pair in pairs} == {("man",), ("dog",), ("bicycle",)} and len(pairs) == 3
    answers = {pair.masklets[0]: pair.turns[-1].text for pair in pairs}
    assert answers == {who: " ".join(texts) for who, texts in TOLD.items()}


def test_H5_every_instruction_names_one_and_every_answer_can_be_computed_again(found: Clip, said: list[Claim]) -> None:
    world = World.of(found, said)
    pairs = [pair for seed in range(4) for pair in pairs_of(found, said, seed, objects=9)]
    assert len({pair.turns[0].text for pair in pairs}) > 8
    for pair in pairs:
        assert named_in(world, pair.turns[0].text) == pair.masklets
        assert rerun(pair.program, said) == pair.turns[-1].text


def test_three_are_asked_of_the_only_one_there_is(found: Clip, said: list[Claim]) -> None:
    alone = [claim for claim in said if "man" in claim.about]
    pairs = {pair.program.name: pair.turns[-1].text for pair in pairs_of(found, alone)}
    assert pairs == {
        "subject_described": " ".join(TOLD["man"]),
        "subject_looks": TOLD["man"][1].replace("He", "The man"),
        "subject_doings": f"{TOLD['man'][0]} {TOLD['man'][2]}",
    }


@pytest.mark.parametrize(
    ("text", "of_looks"),
    [
        ("He is wearing a green coat and long boots.", True),
        ("The bicycle is red and has two wheels.", True),
        ("The man in the blue shirt rides a red bicycle.", False),
        ("The man wearing a blue shirt walks along the shore.", False),
        ("He is standing next to a red car in the street.", False),
        ("He is behind a table with a white cloth on it.", False),
    ],
)
def test_looks_are_told_from_doings_by_the_verb(text: str, of_looks: bool, found: Clip, said: list[Claim]) -> None:
    other = "He stays where he is until the end." if of_looks else "He has short brown hair and a long beard."
    told = [Description(entity="man", text=one, nth=at, start=0, end=10) for at, one in enumerate((text, other))]
    world = World.of(found, [*said[:4], *told])
    of_man = [one.replace("He ", "The man ") for one in (text, other)]
    assert [looks(world, "man"), doings(world, "man")] == (of_man if of_looks else of_man[::-1])


def test_of_two_one_is_told_of_in_two_parts_so_that_nothing_is_told_twice(found: Clip, said: list[Claim]) -> None:
    two = [claim for claim in said if not {"dog"} & set(claim.about)]
    texts = [pair.turns[-1].text for pair in pairs_of(found, two)]
    assert len(texts) == 3
    sentences = {text for who in ("man", "bicycle") for text in TOLD[who]} - {TOLD["man"][1]}
    told = [one for text in texts for one in re.findall(r"[^.]+\.", text)]
    assert sorted(one.strip() for one in told) == sorted([*sentences, TOLD["man"][1].replace("He", "The man")])


def test_a_pair_rests_on_its_sentences_and_on_what_names_its_subject(found: Clip, said: list[Claim]) -> None:
    kinds = {claim.id: claim.kind for claim in said}
    (pair,) = [one for one in pairs_of(found, said) if one.masklets == ("dog",)]
    assert sorted(kinds[name] for name in pair.claims) == ["description", "presence"]


def test_a_sentence_that_fell_is_not_told(found: Clip, said: list[Claim]) -> None:
    left = [claim for claim in said if not (isinstance(claim, Description) and "shirt" in claim.text)]
    (pair,) = [one for one in pairs_of(found, left) if one.masklets == ("man",) and "described" in one.program.name]
    assert pair.turns[-1].text == f"{TOLD['man'][0]} {TOLD['man'][2]}"


def test_what_is_left_of_a_description_must_be_one(found: Clip, said: list[Claim]) -> None:
    left = [claim for claim in said if not (isinstance(claim, Description) and "basket" in claim.text)]
    assert ("bicycle",) not in {pair.masklets for pair in pairs_of(found, left, objects=9)}


def test_who_can_not_be_told_apart_is_not_asked_about(found: Clip, said: list[Claim]) -> None:
    twin = Presence(entity="other", what="dog", category="animal", start=0.0, end=10.0)
    second = Presence(entity="b2", what="bicycle", category="prop", start=0.0, end=10.0)
    crowd = Count(what="people", number=5, start=0.0, end=10.0)
    assert pairs_of(found, [*said, twin, second, crowd], objects=9) == []


def test_a_thing_among_others_of_its_kind_is_named_by_its_colour(found: Clip, said: list[Claim]) -> None:
    whole = {"start": 0.0, "end": 10.0}
    rival = Presence(entity="b2", what="bicycle", category="prop", **whole)
    colours = [
        Attribute(entity="bicycle", slot="body", value="bicycle", colour="red", **whole),
        Attribute(entity="b2", slot="body", value="bicycle", colour="green", **whole),
    ]
    pairs = [one for one in pairs_of(found, [*said, rival, *colours], objects=9) if one.masklets == ("bicycle",)]
    assert pairs and all("the red bicycle" in pair.turns[0].text.lower() for pair in pairs)
    assert all(colours[0].id in pair.claims for pair in pairs)


def test_nobody_is_asked_when_somebody_is_seen_where_nobody_watched(found: Clip, said: list[Claim]) -> None:
    def tasks_of(clip: Clip) -> set[str]:
        made = ProgramsSynthesizer(pairs_per_minute=1000).synthesize(clip, said, 7, Path())
        return {pair.task for pair in made if isinstance(pair, InstructionPair)}

    assert "localisation" not in tasks_of(found)
    masks = MediaRef(path="masklets/ride-1.jsonl.gz", sha256="0" * 64)
    assert "localisation" in tasks_of(found.model_copy(update={"masklets": masks}))


def test_what_two_who_looked_say_is_told_one_after_the_other() -> None:
    man = Presence(entity="man", what="man", category="person", start=0.0, end=8.0)
    whole = [
        Description(entity="man", text=text, by=("eye a@1",), nth=nth, start=0.0, end=8.0)
        for nth, text in enumerate(("The man sits on a bench by a lake.", "He gets up and walks away."))
    ]
    part = Description(entity="man", text="The man is still.", by=("eye b@1",), start=0.0, end=3.0)
    world = World.of_claims([man, part, *whole])
    assert described(world, "man") == f"{whole[0].text} {whole[1].text} {part.text}"


def test_a_sentence_about_her_is_none_about_a_man() -> None:
    span = {"start": 0.0, "end": 8.0}
    man = Presence(entity="man", what="man", category="person", **span)
    hands = Description(entity="man", text="She hands him a cup of coffee on a plate.", **span)
    assert described(World.of_claims([man, hands]), "man") is None


def test_a_subject_is_named_with_a_look_where_one_stands(found: Clip, said: list[Claim]) -> None:
    red = Attribute(entity="bicycle", slot="body", value="bicycle", colour="red", start=0.0, end=10.0)
    asked = {pair.masklets: pair.turns[0].text for pair in pairs_of(found, [*said, red])}
    assert "the man in the blue shirt" in asked["man",] and "the red bicycle" in asked["bicycle",]
    assert "the dog" in asked["dog",]
