"""A draft becomes a story: shot for shot, with everything that is said and asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import Event, Note, Story, Writing
from dreamgen.errors import ModelError
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from dreamgen.story.composing.compose import compose
from dreamgen.story.expansion.drafts import ActWork, LineDraft, PersonDraft, StepDraft, StoryDraft
from dreamgen.story.staging import stage

BRIEF = Brief(text="a lost letter", sort="theme")
WRITING = Writing(model="scripted", prompts=())


@pytest.fixture
def story(letter: StoryDraft) -> Story:
    return compose(letter, BRIEF, 7, WRITING)


_SIZES = ("wide", "full", "medium", "close")
Filmed = Callable[..., Story]


@pytest.fixture
def filmed(letter: StoryDraft) -> Filmed:
    """A story of one scene with these steps, a shot each; and these lines, as (shot, who, words)."""

    def made(*shots: list[StepDraft], lines: tuple[tuple[int, str, str], ...] = (), text: str = "Here.") -> Story:
        scene = letter.acts[1].scenes[1]
        assert scene.plan is not None
        drafts = tuple(scene.plan.shots[0].model_copy(update={"steps": tuple(steps), "text": text}) for steps in shots)
        said = tuple(LineDraft(shot=shot, who=who, words=words) for shot, who, words in lines)
        plan = scene.plan.model_copy(update={"shots": drafts, "dialogue": said})
        act = ActWork(draft=letter.acts[1].draft, scenes=(scene.model_copy(update={"plan": plan}),))
        return compose(letter.model_copy(update={"acts": (act,)}), BRIEF, 7, WRITING)

    return made


def does(who: str, verb: str, **more: Any) -> StepDraft:
    return StepDraft(who=who, does=verb, **more)


def events(story: Story, shot: int) -> list[tuple[Any, ...]]:
    return [(event.who, event.does, event.whom, event.using) for event in story.shots[shot - 1].events]


def event(story: Story, shot: int, who: str) -> Event:
    return next(event for event in story.shots[shot - 1].events if event.who == who)


def noted(story: Story, reason: str) -> list[Note]:
    return [note for note in story.notes if note.reason == reason]


def test_every_shot_of_the_draft_is_one_shot(story: Story, letter: StoryDraft) -> None:
    plans = [scene.plan for act in letter.acts for scene in act.scenes if scene.plan is not None]
    assert [shot.description for shot in story.shots] == [shot.text for plan in plans for shot in plan.shots]
    assert [act.id for act in story.acts] == ["act-01", "act-02"]
    assert [scene.id for scene in story.scenes] == ["scene-01-01", "scene-01-02", "scene-02-01", "scene-02-02"]
    assert story.shots[5].id == "shot-01-02-02"


def test_place_light_and_weather_are_those_of_the_scene(story: Story) -> None:
    by_night = story.shots[4]
    assert (story.location(by_night.location).name, by_night.time_of_day, by_night.weather) == (
        "lamp room", "night", "rain",
    )  # fmt: skip


def test_the_premise_is_the_storys_head(story: Story) -> None:
    assert (story.id, story.title, story.genre) == ("the-keeper-s-letter", "The Keeper's Letter", "drama")
    assert (story.tone, story.style_word) == ("((tender)), windswept, hopeful", "Wistful")
    assert story.plot == "a lost letter"
    assert story.writing == WRITING


def test_everybody_looks_as_drafted(story: Story) -> None:
    looks = {
        one.id: {trait.slot: (trait.value, trait.colour) for trait in one.traits if trait.source == "text"}
        for one in story.cast
    }
    assert looks["mara"]["top"] == ("coat", "red")
    assert looks["mara"]["glasses"] == ("glasses", None)
    assert looks["anton"]["beard"] == ("beard", None)
    assert looks["pepe"]["hair"] == ("red", None)
    assert looks["biscuit"] == {"coat": ("spotted", "brown"), "body": ("average", None)} or looks["biscuit"] == {
        "coat": ("spotted", "brown")
    }


def test_everything_that_is_said_is_heard_in_order(story: Story, letter: StoryDraft) -> None:
    lines = [
        (line.who, line.words)
        for act in letter.acts
        for scene in act.scenes
        if scene.plan is not None
        for line in scene.plan.dialogue
    ]
    assert [(event.who, event.says) for shot in story.shots for event in shot.events if event.says] == lines


def test_nobody_runs_out_of_the_picture_while_speaking(story: Story) -> None:
    """Ines calls while she hurries along; her words come in the next shot, where she stands."""
    assert event(story, 2, "ines").does == "run"
    assert event(story, 2, "ines").says is None
    assert event(story, 3, "ines").says == "Mara! This one is forty years late."


def test_questions_are_asked_of_their_part(story: Story) -> None:
    asked = [(one.level, one.node) for one in story.questions]
    assert asked[0] == ("story", "the-keeper-s-letter")
    assert ("act", "act-02") in asked
    assert asked.count(("scene", "scene-02-01")) == 1


def test_a_reason_in_the_text_goes_to_its_deed(story: Story) -> None:
    assert event(story, 14, "mara").because == "it is his"
    assert all(event.because is None for event in story.shots[13].events if event.says)
    assert all(event.because is None for shot in story.shots[:13] for event in shot.events)


def test_what_is_carried_stays_in_the_hand_until_it_is_given(story: Story) -> None:
    assert event(story, 5, "mara").using == "letter"
    assert event(story, 9, "pepe").using == "brass-lantern"
    assert event(story, 14, "mara").using == "letter"
    assert event(story, 14, "anton").using == "apple-basket"
    assert event(story, 15, "anton").using == "letter"


def test_a_scene_that_nobody_wrote_is_left_out_and_noted(letter: StoryDraft) -> None:
    first = letter.acts[0]
    torn = first.model_copy(update={"scenes": (first.scenes[0], first.scenes[1].model_copy(update={"plan": None}))})
    story = compose(letter.model_copy(update={"acts": (torn, letter.acts[1])}), BRIEF, 7, WRITING)
    assert [scene.id for scene in story.scenes] == ["scene-01-01", "scene-02-01", "scene-02-02"]
    assert [(note.where, note.what) for note in noted(story, "part_not_written")] == [("scene-01-02", "By the lamp")]
    told = Note(where="scene-01-02", what="a refusal", reason="refused")
    again = compose(letter.model_copy(update={"acts": (torn, letter.acts[1])}), BRIEF, 7, WRITING, (told,))
    assert told in again.notes
    assert not noted(again, "part_not_written")


def test_a_draft_without_any_shot_is_refused(letter: StoryDraft) -> None:
    with pytest.raises(ModelError, match="wrote no scene"):
        compose(letter.model_copy(update={"acts": ()}), BRIEF, 7, WRITING)


def test_the_same_draft_and_seed_give_the_same_story(letter: StoryDraft, story: Story) -> None:
    assert compose(letter, BRIEF, 7, WRITING) == story
    assert compose(letter, BRIEF, 8, WRITING).cast != story.cast


def test_a_drafted_story_stages_with_all_who_speak_in_the_picture(story: Story) -> None:
    for shot in stage(story).shots:
        there = {placement.who for placement in shot.layout.placements}
        assert {event.who for event in shot.events if event.says} <= there


def test_the_camera_keeps_close_to_the_draft(letter: StoryDraft) -> None:
    """A drafted framing is a wish: film grammar comes first."""

    def away(story: Story) -> int:
        pairs = zip(story.shots, stage(story).shots, strict=True)
        return sum(abs(_SIZES.index(shot.camera.framing) - _SIZES.index(made.camera.framing)) for shot, made in pairs)

    drafted = [compose(letter, BRIEF, seed, WRITING) for seed in range(4)]
    free = [story.model_copy(update={"writing": None}) for story in drafted]
    assert sum(map(away, drafted)) < 0.8 * sum(map(away, free))


def test_verbs_that_no_body_shows_are_shown_as_something_else(filmed: Filmed) -> None:
    story = filmed([does("mara", "negotiate", whom="anton"), does("biscuit", "hug", whom="pepe")])
    assert [(note.what, note.shown_as) for note in noted(story, "action_not_drawable")] == [
        ("Mara negotiate", "mara talk"), ("Biscuit hug", "biscuit stand"),
    ]  # fmt: skip
    assert not event(story, 1, "mara").seen
    story = filmed([does("pepe", "hug", whom="biscuit")])
    assert [(note.what, note.shown_as) for note in noted(story, "action_not_drawable")] == [
        ("Biscuit hug", "biscuit stand"),
    ]  # fmt: skip


def test_whoever_speaks_for_long_does_not_run_out_of_the_picture(filmed: Filmed) -> None:
    words = "Wait for me, all of you, I have something to tell you about the letter!"
    story = filmed([does("pepe", "run")], lines=((1, "pepe", words),))
    assert [(note.what, note.shown_as) for note in noted(story, "action_not_drawable")] == [
        ("pepe run", "pepe stand"),
    ]  # fmt: skip


def test_a_hug_takes_two_and_a_chase_makes_somebody_run(filmed: Filmed) -> None:
    story = filmed([does("mara", "hug", whom="pepe")], [does("biscuit", "chase", whom="pepe")])
    assert events(story, 1) == [("mara", "hug", "pepe", None), ("pepe", "hug", "mara", None)]
    assert events(story, 2) == [("biscuit", "run", "pepe", None), ("pepe", "run", None, None)]


def test_things_are_taken_given_and_dropped(filmed: Filmed) -> None:
    story = filmed(
        [does("pepe", "pick up", whom="brass-lantern")],
        [does("pepe", "walk")],
        [does("pepe", "give", whom="anton", using="brass-lantern")],
        [does("pepe", "stand"), does("anton", "stand")],
        [does("anton", "drop", using="brass-lantern")],
        [does("anton", "stand")],
    )
    assert events(story, 1) == [("pepe", "hold", None, "brass-lantern")]
    assert events(story, 2) == [("pepe", "walk", None, "brass-lantern")]
    assert event(story, 3, "pepe").using == "brass-lantern"
    assert events(story, 4) == [("pepe", "stand", None, None), ("anton", "hold", None, "brass-lantern")]
    assert events(story, 6) == [("anton", "stand", None, None)]


def test_one_thing_is_in_one_hand(filmed: Filmed) -> None:
    story = filmed([does("pepe", "hold", using="brass-lantern"), does("anton", "hold", using="brass-lantern")])
    assert [event.using for event in story.shots[0].events] == ["brass-lantern", None]
    assert [note.what for note in noted(story, "in_another_hand")] == ["anton brass-lantern"]


def test_what_a_hand_lets_go_for_something_else_is_noted(filmed: Filmed) -> None:
    story = filmed([does("mara", "take", using="brass-lantern")], [does("mara", "stand")])
    assert event(story, 2, "mara").using == "brass-lantern"
    assert [(note.what, note.shown_as) for note in noted(story, "one_thing_a_hand")] == [
        ("mara letter", "brass-lantern"),
    ]  # fmt: skip


def test_a_body_does_one_thing_in_a_shot(filmed: Filmed) -> None:
    story = filmed([does("pepe", "walk"), does("pepe", "sit")])
    assert [event.does for event in story.shots[0].events] == ["walk", "walk"]
    assert [(note.what, note.shown_as) for note in noted(story, "one_pose_a_shot")] == [("pepe sit", "pepe walk")]
    story = filmed([does("pepe", "wait"), does("pepe", "wave")])
    assert [event.does for event in story.shots[0].events] == ["wave", "wave"], "that tells more than waiting"


def test_the_dead_lie_and_stay_where_they_lie(filmed: Filmed) -> None:
    for verb in ("kill", "murder", "slay"):
        story = filmed([does("mara", verb, whom="pepe")], [does("mara", "look", whom="pepe")])
        assert event(story, 1, "pepe").does == event(story, 2, "pepe").does == "lie"
    story = filmed([does("pepe", "fall"), does("pepe", "die")], [does("mara", "look", whom="pepe")])
    assert event(story, 2, "pepe").does == "lie"


def test_whoever_sits_down_sits_until_they_stand_or_go(filmed: Filmed) -> None:
    for last, then in (("smile", "sit"), ("stand", "stand"), ("walk", "stand")):
        story = filmed([does("pepe", "sit"), does("pepe", last)], [does("mara", "look", whom="pepe")])
        assert event(story, 2, "pepe").does == then


def test_what_stands_on_the_ground_is_sat_on_and_not_held(filmed: Filmed) -> None:
    story = filmed([does("pepe", "sit", using="bench")], [does("biscuit", "hold", using="bench")])
    assert events(story, 1) == [("pepe", "sit", "bench", None)]
    assert event(story, 2, "biscuit").using is None


def test_ids_that_mean_nothing_are_left_out_and_noted(filmed: Filmed) -> None:
    story = filmed([does("zorro", "walk"), does("mara", "hug", whom="mara"), does("bench", "walk")])
    assert events(story, 1) == [("mara", "hug", None, None)]
    assert [note.what for note in noted(story, "unknown_id")] == ["zorro walk"]
    assert [note.what for note in noted(story, "done_to_oneself")] == ["mara hug mara"]
    assert [note.what for note in noted(story, "thing_does_not_act")] == ["bench walk"]


def test_names_do_for_ids(filmed: Filmed) -> None:
    story = filmed([does("Mara", "give", whom="ANTON", using="Brass Lantern")])
    assert events(story, 1)[0] == ("mara", "hold", "anton", "brass-lantern")


def test_who_is_named_in_the_sentence_is_there(filmed: Filmed) -> None:
    text = "Mara waits while Pepe sits, without Anton, and Biscuit's tail wags."
    story = filmed([does("mara", "wait")], text=text)
    assert events(story, 1) == [("mara", "hold", None, "letter"), ("pepe", "sit", None, None)]


def test_a_part_of_a_name_will_do_and_a_word_that_is_only_like_one_will_not(letter: StoryDraft) -> None:
    cast = [one.model_copy(update={"name": {"Pepe": "Will", "Anton": "Baron Rigby"}.get(one.name, one.name)})
            for one in letter.premise.cast]  # fmt: skip
    scene = letter.acts[1].scenes[1]
    assert scene.plan is not None
    shot = scene.plan.shots[0].model_copy(
        update={"steps": (does("mara", "wait"),), "text": "Mara will wait while Rigby sits."}
    )
    plan = scene.plan.model_copy(update={"shots": (shot,), "dialogue": ()})
    draft = scene.draft.model_copy(update={"cast": ("mara", "will", "baron-rigby")})
    act = ActWork(draft=letter.acts[1].draft, scenes=(scene.model_copy(update={"plan": plan, "draft": draft}),))
    premise = letter.premise.model_copy(update={"cast": tuple(cast)})
    story = compose(StoryDraft(premise=premise, acts=(act,)), BRIEF, 7, WRITING)
    assert [event.who for event in story.shots[0].events] == ["mara", "baron-rigby"]
    assert event(story, 1, "baron-rigby").does == "sit"


def test_a_fifth_body_finds_no_room(filmed: Filmed, letter: StoryDraft) -> None:
    story = filmed([does("mara", "stand"), does("pepe", "look", whom="anton"), does("ines", "look", whom="biscuit")])
    assert len(story.shots[0].present) <= 5
    assert [note.what for note in noted(story, "too_many_in_one_shot")] == ["biscuit"]


def test_more_is_said_than_one_shot_has_time_for(filmed: Filmed) -> None:
    words = "This is a line of ten words, no more, believe me."
    lines = tuple((1, who, f"{number}: {words}") for number, who in enumerate(("mara", "pepe") * 4))
    story = filmed(*[[does("mara", "stand"), does("pepe", "stand")]] * 4, lines=lines)
    said = [[event.says for event in shot.events if event.says] for shot in story.shots]
    assert [line for shot in said for line in shot] == [words for _, _, words in lines]
    assert max(map(len, said)) <= 3
    for shot in stage(story).shots:
        assert all(event.end - event.start >= 2.5 for event in shot.events if event.says)


def test_words_that_find_no_time_at_all_are_in_the_notes(filmed: Filmed) -> None:
    words = " ".join(["word"] * 29)
    story = filmed([does("mara", "stand")], lines=tuple((1, "mara", f"{n} {words}") for n in range(4)))
    said = [event.says for event in story.shots[0].events if event.says]
    lost = [note.what for note in noted(story, "no_time_to_say")]
    assert len(said) + len(lost) == 4
    assert all(words in what for what in lost)


def test_somebody_new_who_speaks_comes_into_the_picture(filmed: Filmed) -> None:
    story = filmed([does("mara", "stand")], lines=((1, "ines", "Mara!"),))
    assert event(story, 1, "ines").does == "talk"
    assert event(story, 1, "ines").whom == "mara"


def test_a_cast_of_two_names_alike_keeps_two_people(letter: StoryDraft) -> None:
    twin = PersonDraft(name="Mara", kind="girl", looks="a girl in red", top="coat", colour="red")
    premise = letter.premise.model_copy(update={"cast": (*letter.premise.cast, twin)})
    story = compose(letter.model_copy(update={"premise": premise}), BRIEF, 7, WRITING)
    assert {"mara", "mara-2"} <= {one.id for one in story.cast}
    assert noted(story, "colour_taken")


@pytest.mark.slow
def test_a_drafted_story_is_filmed(story: Story, tiny: tuple[str, ...], tmp_path: Path) -> None:
    dream(story.first(5), read_recipe("storyboard", tiny), tmp_path / "run", until="clip")
    assert len(list((tmp_path / "run").rglob("keyframes/*.png"))) == 5
    assert list((tmp_path / "run").rglob("film*.mp4"))
