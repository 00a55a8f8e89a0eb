from __future__ import annotations

import json
from typing import Any

import pytest

from dreamgen.core.story import Note, Shot, Story
from dreamgen.errors import UsageError
from dreamgen.story.dreamframe.file import StoryInfo, parse
from dreamgen.story.dreamframe.importing import story_of
from dreamgen.story.staging import stage


def told(frame: str, *more: str, **changed: Any) -> Story:
    pieces = [["frame", f"generate an image in Dark style: {frame}"], *(["dialogue", text] for text in more)]
    looks = {"Ann": "a woman looks like Jane Doe in red", "Bob": "a man looks like John Doe in blue"}
    data = {"character": looks, "img_diag": pieces, "QA": [], "overview": "Ann and Bob.", **changed}
    return story_of(parse(json.dumps(data).encode(), "file"), "untitled")


def only(story: Story) -> Shot:
    (shot,) = story.shots
    return shot


def notes(story: Story, reason: str) -> list[Note]:
    return [note for note in story.notes if note.reason == reason]


def test_every_frame_is_one_shot_and_every_dialogue_is_said_in_order(info: StoryInfo, story: Story) -> None:
    assert len(story.shots) == len(info.frames) == 8
    said = [event.says for shot in story.shots for event in shot.events if event.says]
    assert said == [piece.text for piece in info.pieces if piece.sort == "dialogue"]


def test_a_cube_of_frames_has_dreamframes_acts_and_scenes(story: Story) -> None:
    assert [[len(scene.shots) for scene in act.scenes] for act in story.acts] == [[2, 2], [2, 2]]
    assert [question.node for question in story.questions] == [
        story.id, "act-01", "act-02", "act-01", "act-02",
        "scene-01-01", "scene-01-02", "scene-02-01", "scene-02-02",
    ]  # fmt: skip


def test_other_numbers_of_frames_are_cut_where_the_place_changes() -> None:
    frames = [f"generate an image in Dark style: In the {place}, Ann waits." for place in ("hall", "hall", "park")]
    story = told("", img_diag=[["frame", frame] for frame in frames], QA=[{"Question": "Who?", "Answer": "Ann."}] * 2)
    assert [len(scene.shots) for scene in story.scenes] == [2, 1]
    assert [question.level for question in story.questions] == ["story", "story"]


def test_a_long_run_in_one_place_is_cut_at_eleven() -> None:
    frame = ["frame", "generate an image in Dark style: In the park, Ann waits."]
    assert [len(scene.shots) for scene in told("", img_diag=[frame] * 25).scenes] == [9, 8, 8]


def test_looks_are_read_and_the_real_person_is_left_out(story: Story) -> None:
    darius, rose, rigby = story.cast[:3]
    assert [(one.name, one.kind, one.role) for one in (darius, rose, rigby)] == [
        ("Darius", "man", "main"), ("Rose", "woman", "main"), ("Baron Rigby", "man", "main"),
    ]  # fmt: skip
    assert [one.trait("top").colour for one in (darius, rose, rigby) if one.trait("top")] == ["brown", "blue", "green"]  # type: ignore[union-attr]
    assert darius.described == "a man looks like Gerard Butler in brown" and darius.likeness == ""
    assert [note.what for note in notes(story, "likeness_removed")] == ["Gerard Butler", "Natalie Portman", "Sean Bean"]
    drawn = story.model_dump_json(exclude={"notes": True, "cast": {"__all__": {"described"}}})
    assert "Butler" not in drawn and "Portman" not in drawn and "Bean" not in drawn


def test_a_likeness_is_kept_where_it_is_asked_for(info: StoryInfo) -> None:
    story = story_of(info, "untitled", likeness=True)
    assert [one.likeness for one in story.cast[:3]] == ["Gerard Butler", "Natalie Portman", "Sean Bean"]
    assert len(notes(story, "likeness_kept")) == 3


def test_names_stand_for_looks_and_a_leaked_name_is_known(story: Story) -> None:
    assert story.shots[4].description.startswith("In the Guard Tower, Rigby is sitting on a chair")
    assert story.shots[4].events[0].who == story.shots[5].events[0].who == "baron-rigby"
    assert [note.what for note in notes(story, "name_without_looks")] == ["Rigby"]


def test_places_go_by_one_name_each_and_have_a_set(story: Story) -> None:
    assert [(place.name, place.set) for place in story.locations] == [
        ("the blacksmith's shop", "workshop"), ("the Town Square", "street"), ("the guard tower", "rooftop"),
    ]  # fmt: skip
    assert story.shots[2].location == story.shots[3].location


def test_strangers_poses_props_and_faces_come_out(story: Story) -> None:
    guard, boy = story.cast[3:]
    assert (guard.name, boy.kind, guard.described) == ("the guard", "boy", "")
    mending, talking, _, hugging, reading, angry, *_ = story.shots
    assert {(event.does, event.using) for event in mending.events} >= {("hold", "sword")}
    assert (talking.events[0].does, talking.events[0].whom) == ("talk", "guard")
    assert (hugging.events[0].does, hugging.events[0].whom, hugging.events[0].feels) == ("hug", "boy", "worried")
    assert reading.time_of_day == angry.time_of_day == "night"
    assert angry.events[0].feels == "angry"


def test_a_face_belongs_to_whom_it_is_told_of() -> None:
    shot = only(told("In the hall, Ann is talking to Bob, Bob looking sad."))
    faces = {event.who: event.feels for event in shot.events if event.feels}
    assert faces == {"bob": "sad"}


def test_who_is_only_named_stands_there() -> None:
    shot = only(told("In the hall, a statue beside Ann and Bob"))
    assert {event.who for event in shot.events} == {"ann", "bob"}


def test_a_pronoun_alone_means_those_of_the_frame_before() -> None:
    frames = ["In the hall, Ann and Bob are walking.", "In the hall, they are sitting on the floor."]
    story = told("", img_diag=[["frame", f"generate an image in Dark style: {frame}"] for frame in frames])
    assert {(event.who, event.does) for event in story.shots[1].events} == {("ann", "sit"), ("bob", "sit")}


def test_a_thing_in_the_corner_is_in_nobodys_hand() -> None:
    shot = only(
        told("In the hall, Ann is standing at the fire, a bucket in the corner, while she gazes at the flames.")
    )
    assert not any(event.using for event in shot.events)


@pytest.mark.parametrize(
    ("frame", "said", "who"),
    [
        ("Ann is standing by the door.", "Who is there?", "ann"),
        ("Ann is standing, while Bob is talking to her.", "Listen.", "bob"),
        ("Ann and Bob are standing.", "Be brave, Ann.", "bob"),
        ("Ann is standing next to a guard.", "You are late, Ann.", "guard"),
    ],
)
def test_a_dialogue_has_the_likeliest_speaker(frame: str, said: str, who: str) -> None:
    assert [event.who for event in only(told(f"In the hall, {frame}", said)).events if event.says] == [who]


def test_a_guessed_speaker_is_noted() -> None:
    assert notes(told("In the hall, Ann and Bob are standing.", "Well."), "speaker_guessed")
    assert not notes(told("In the hall, Ann is standing.", "Well."), "speaker_guessed")


def test_what_breaks_dreamframes_rules_is_noted(story: Story) -> None:
    assert [note.where for note in notes(story, "over_77_tokens")] == ["shot-01-02-01"]
    assert [note.where for note in notes(story, "malformed_prefix")] == ["shot-01-01-02"]
    assert "read" in [note.what for note in notes(story, "verb_not_in_list")]
    assert [note.where for note in notes(story, "unreadable_frame")] == ["shot-02-02-02"]


def test_a_story_without_anybody_keeps_what_is_said_in_its_notes() -> None:
    story = told("In the park, nothing but fog.", "Who speaks?", character={})
    assert [note.what for note in notes(story, "nobody_speaks")] == ["Who speaks?"]


def test_a_name_that_is_a_word_is_told_from_it() -> None:
    looks = {"Rose": "a girl in red", "Will": "a boy in green"}
    story = told("In the park, a girl in red is holding a rose, and a boy in green will walk.", character=looks)
    assert only(story).description == "In the park, Rose is holding a rose, and Will will walk."
    assert only(story).events[0].who == "rose"


def test_looks_that_nobody_can_draw_are_refused() -> None:
    with pytest.raises(UsageError, match=r"character\.Zog: no person and no animal"):
        told("In the hall, Zog.", character={"Zog": "something blue"})


def test_the_same_file_makes_the_same_story_and_it_can_be_staged(info: StoryInfo, story: Story) -> None:
    assert story_of(info, "untitled") == story
    assert all(shot.layout.placements for shot in stage(story).shots[:7])


@pytest.mark.slow
def test_the_published_story(published_story: Story) -> None:
    story = published_story
    assert (story.title, story.id, story.style_word) == ("The Crucible of Fate", "the-crucible-of-fate", "Dramatic")
    assert (len(story.acts), len(story.scenes), len(story.shots)) == (11, 121, 1331)
    assert sum(1 for shot in story.shots for event in shot.events if event.says) == 650
    assert [sum(one.level == level for one in story.questions) for level in ("story", "act", "scene")] == [1, 22, 121]
    assert len(notes(story, "name_without_looks")) == 110
    assert len(notes(story, "unreadable_frame")) < 14
