"""Captions in several registers, and the questions of a story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings

from dreamgen.core.claims import Action, Cause, Claim, Cut, Interaction, Narration, Place, Presence, Speech
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from tests.qa.test_any_world import MANY, World, worlds

FEW = settings(MANY, max_examples=4)

TASKS = ("dense_caption", "summary", "story", "overview")


def pairs_of(clip: Clip, claims: Iterable[Claim], *tasks: str) -> list[InstructionPair]:
    made = ProgramsSynthesizer(pairs_per_minute=10_000, film_pairs_per_minute=10_000, tasks=tasks, unanswerable=0.0)
    return [pair for pair in made.synthesize(clip, tuple(claims), 7, Path()) if pair.task in tasks]


def answer(claims: Iterable[Claim], name: str, **arguments: str) -> str | None:
    return rerun(Program(name=name, arguments=tuple({**arguments, "say": "{answer}"}.items())), claims)


def film(clip: Clip) -> Clip:
    return clip.model_copy(update={"id": "film"})


def test_a_short_caption_tells_who_does_what_and_when(small_world: tuple[Claim, ...]) -> None:
    assert answer(small_world, "dense_caption", register="short") == (
        "From 0:00 to 0:04, a boy in a yellow hoodie waves at a woman in a red coat and the woman walks in a forest on "
        "a snowy night. From 0:04 to 0:08, a white dog runs and the woman sits with a lantern in a street at night."
    )


def test_a_detailed_caption_adds_looks_faces_words_and_the_camera(small_world: tuple[Claim, ...]) -> None:
    text = answer(small_world, "dense_caption", register="detailed") or ""
    for detail in ("From 0:04 to 0:08, in a street", "The camera zooms in.", "looking sad", "“Come home with me.”"):
        assert detail in text
    assert "The woman wears a red coat and a beige straw hat and has black hair." in text


def test_the_segments_of_a_caption_are_its_parts(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    for pair in pairs_of(clip, small_world, "dense_caption"):
        assert pair.form == "caption" and [(one.start, one.end) for one in pair.segments] == [(0.0, 4.0), (4.0, 8.0)]
        for one in pair.segments:
            assert one.text[1:] in pair.turns[1].text


def test_a_summary_follows_one_and_names_the_others(small_world: tuple[Claim, ...]) -> None:
    assert answer(small_world, "summary") == (
        "A woman in a red coat walks to the right in a forest on a snowy night, then sits with a lantern, looking "
        "happy, in a street at night. A boy in a yellow hoodie and a white dog can be seen too."
    )


def test_halves_of_seconds_all_go_up_so_that_lengths_stay() -> None:
    presence = Presence(entity="eva", what="woman", category="person", start=0.0, end=8.0)
    bounds = (("walk", 0.0, 2.5), ("sit", 2.5, 5.5), ("wave", 5.5, 8.0))
    acts = (Action(entity="eva", action=what, start=start, end=end) for what, start, end in bounds)
    cuts = (Cut(start=at, end=at) for at in (2.5, 5.5))
    assert answer((presence, *acts, *cuts), "dense_caption", register="short") == (
        "From 0:00 to 0:03, a woman walks. From 0:03 to 0:06, the woman sits. From 0:06 to 0:08, the woman waves."
    )


def test_a_summary_says_nothing_twice_in_a_row() -> None:
    presence = Presence(entity="eva", what="woman", category="person", start=0.0, end=12.0)
    stands = (Action(entity="eva", action="stand", start=at, end=at + 4.0) for at in (0.0, 6.0))
    assert answer((presence, *stands, Place(place="forest", start=0.0, end=12.0)), "summary") == (
        "A woman stands in a forest."
    )


def test_what_just_goes_on_is_told_once(small_world: tuple[Claim, ...]) -> None:
    whole = {"start": 0.0, "end": 8.0}
    woman = Presence(entity="eva", what="woman", category="person", **whole)
    acts = (
        Action(entity="eva", action="sit", start=0.0, end=4.0),
        Action(entity="eva", action="sit", start=4.0, end=8.0),
    )
    cut = next(claim for claim in small_world if claim.kind == "cut")
    assert answer((woman, *acts, cut), "dense_caption", register="short") == "From 0:00 to 0:08, a woman sits."


def test_names_in_the_storys_words_are_introduced(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    told = [pair for pair in pairs_of(clip, small_world, "story") if pair.program.name == "told_of"]
    assert {pair.turns[1].text for pair in told} == {
        "Mara walks through the snowy forest and Tom waves.", "Mara rests in the street.",
    }  # fmt: skip
    assert all(pair.turns[0].text.startswith("Mara is the woman") for pair in told)


def test_what_somebody_unknown_does_is_not_told(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    ghost = Presence(entity="eva", what="woman", category="person", name="Mara", start=0.0, end=8.0)
    assert not [p for p in pairs_of(clip, (*small_world, ghost), "story") if p.program.name == "told_of"]


def test_how_needs_more_than_one_thing_to_tell(small_world: tuple[Claim, ...]) -> None:
    where = {"start": "4", "end": "8"}
    assert answer(small_world, "manner_of", entity="mara", **where) == "With a lantern, looking happy."
    assert answer(small_world, "manner_of", entity="rex", **where) is None


def test_where_is_not_asked_of_what_is_done_in_two_places(small_world: tuple[Claim, ...]) -> None:
    assert answer(small_world, "place_of_act", entity="rex", action="run") == "In a street."
    again = Action(entity="rex", action="walk", start=0.0, end=4.0)
    assert answer((*small_world, again), "place_of_act", entity="rex", action="run") is None


def test_why_is_asked_of_the_whole_film(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    asked = [pair for pair in pairs_of(film(clip), small_world, "story") if pair.program.name == "why_in_film"]
    assert asked and all(pair.turns[1].text.startswith("Because her feet hurt") for pair in asked)
    without = [claim for claim in small_world if not isinstance(claim, Cause)]
    assert not [p for p in pairs_of(film(clip), without, "story") if p.program.name == "why_in_film"]


def test_a_film_has_an_overview(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    plot = Narration(text="Mara is tired and looks for a place to rest.", start=0.0, end=8.0)
    pairs = {pair.program.name: pair for pair in pairs_of(film(clip), (*small_world, plot), "overview")}
    assert pairs["overview"].turns[1].text == plot.text
    assert pairs["overview"].turns[0].text.startswith("Mara is the woman. ")
    assert pairs["cast_and_places"].turns[1].text == (
        "It shows a woman in a red coat, a boy in a yellow hoodie and a white dog, at two places: in a forest and in a "
        "street."
    )


@given(worlds())
@FEW
def test_every_caption_can_be_computed_again_and_its_times_go_forward(world: World) -> None:
    clip, claims = world
    for pair in (*pairs_of(clip, claims, *TASKS), *pairs_of(film(clip), claims, *TASKS)):
        said = pair.options[pair.answer_index] if pair.answer_index is not None else pair.turns[-1].text
        assert rerun(pair.program, claims) == said
        assert set(pair.claims) <= {claim.id for claim in claims}
        assert not re.search(r"id-|  |[{}]|\.\.| ,|\b(\w+) \1\b", said), said
        times = [int(m) * 60 + int(s) for m, s in re.findall(r"(\d+):(\d\d)", said)]
        assert all(one <= other for one, other in pairwise(times))


HOURS = {"start": 0.0, "end": 30.0}
MANY_DEEDS = (
    Presence(entity="ann", what="woman", category="person", **HOURS),
    Presence(entity="ben", what="boy", category="person", **HOURS),
    Place(place="forest", **HOURS),
    Action(entity="ann", action="sit", start=0.0, end=3.0),
    Speech(entity="ann", words="Who is there?", start=3.0, end=4.0),
    Action(entity="ann", action="run", start=6.0, end=9.0),
    Interaction(entity="ann", action="hug", other="ben", start=12.0, end=15.0),
)


def test_words_stand_where_they_are_spoken() -> None:
    assert answer(MANY_DEEDS, "caption", start="0.0", end="30.0") == (
        "In a forest, a woman sits, says “Who is there?”, runs and hugs a boy."
    )


def test_a_hug_is_told_once() -> None:
    hugging = Action(entity="ben", action="hug", start=12.0, end=15.0)
    cut = Cut(start=12.0, end=12.0)
    text = answer((*MANY_DEEDS, hugging, cut), "dense_caption", register="short") or ""
    assert text.count("hug") == 1


def test_whoever_is_met_in_a_summary_is_introduced_there() -> None:
    assert (answer(MANY_DEEDS, "summary") or "").endswith("then hugs a boy.")


def test_a_film_of_more_shots_than_a_text_holds_is_told_place_by_place(clip: Clip) -> None:
    cuts = tuple(Cut(start=float(at), end=float(at)) for at in range(1, 30))
    long = clip.model_copy(update={"frames": 30 * clip.fps, "spans": ()})
    assert answer((*MANY_DEEDS, *cuts), "dense_caption", register="short") is None
    (pair,) = pairs_of(film(long), (*MANY_DEEDS, *cuts), "scene_caption")
    assert "place" in pair.turns[0].text and "shot" not in pair.turns[0].text
