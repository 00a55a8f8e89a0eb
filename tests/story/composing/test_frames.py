"""A shot passes DreamFrame's rules, or carries a note that says which it breaks."""

from __future__ import annotations

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import Character, Story, Writing
from dreamgen.story.composing.compose import compose
from dreamgen.story.composing.frames import flags_of
from dreamgen.story.expansion.drafts import StoryDraft

RULES = {
    "no_place_named", "no_expression", "verb_not_in_list", "over_77_tokens", "like_its_neighbours", "extra_again",
    "more_than_shown",
}  # fmt: skip


@pytest.fixture
def story(letter: StoryDraft) -> Story:
    return compose(letter, Brief(text="x", sort="theme"), 7, Writing(model="m", prompts=()))


def told(story: Story, *texts: str) -> Story:
    """The story with other texts for its first shots, which nobody is in."""
    shots = iter(texts)
    acts = [
        act.model_copy(
            update={
                "scenes": tuple(
                    scene.model_copy(
                        update={
                            "shots": tuple(
                                shot.model_copy(update={"description": next(shots, shot.description)})
                                for shot in scene.shots
                            )
                        }
                    )
                    for scene in act.scenes
                )
            }
        )
        for act in story.acts
    ]
    return story.model_copy(update={"acts": tuple(acts)})


def reasons(story: Story, shot: int) -> set[str]:
    return {note.reason for note in flags_of(story) if note.where == story.shots[shot].id}


def test_a_shot_that_keeps_all_rules_carries_nothing(story: Story) -> None:
    assert reasons(told(story, "Mara, calm, stands at the harbour while Biscuit sits."), 0) == set()


def test_every_flag_is_of_a_known_rule_and_of_a_shot(story: Story) -> None:
    shots = {shot.id for shot in story.shots}
    assert all(note.reason in RULES and note.where in shots and note.what for note in flags_of(story))
    assert set(flags_of(story)) <= set(story.notes)


def test_a_frame_names_its_place(story: Story) -> None:
    assert "no_place_named" in reasons(told(story, "Mara is calm."), 0)
    assert "no_place_named" not in reasons(told(story, "Mara is calm on the pier."), 0)


def test_a_frame_shows_an_expression(story: Story) -> None:
    bare = told(story, "a", "b", "Ines gives the letter at the harbour.")
    assert "no_expression" in reasons(bare, 2)
    assert "no_expression" not in reasons(told(story, "a", "b", "Ines gives the letter at the harbour, smiling."), 2)


def test_the_list_of_verbs_can_be_another(story: Story) -> None:
    few = {note.where for note in flags_of(story, verbs={"stand", "sit"}) if note.reason == "verb_not_in_list"}
    assert story.shots[0].id not in few
    assert story.shots[1].id in few


def test_what_clip_cannot_read_at_once_is_flagged_with_looks_for_names(story: Story) -> None:
    text = "Mara, Anton, Ines and Pepe stand at the harbour, calm, and look at the sea."
    assert "over_77_tokens" not in reasons(told(story, text), 0)
    long = [Character(**{**one.model_dump(), "described": "a tall woman " * 8}) for one in story.cast]
    assert "over_77_tokens" in reasons(told(story.model_copy(update={"cast": tuple(long)}), text), 0)


def test_the_third_of_three_alike_is_flagged_and_the_second_unless_something_else_is_said(story: Story) -> None:
    same = told(story, *["Mara waits at the harbour, calm and quiet."] * 4)
    flagged = {note.where for note in flags_of(same) if note.reason == "like_its_neighbours"}
    assert story.shots[0].id not in flagged
    assert story.shots[1].id in flagged, "nothing is said in either"
    assert story.shots[2].id in flagged, "the third in a row"


def test_an_extra_appears_once(story: Story) -> None:
    twice = told(story, "A soldier stands at the harbour, calm.", "The soldier walks along the harbour, calm.")
    assert "extra_again" not in reasons(twice, 0)
    assert "extra_again" in reasons(twice, 1)
    assert "extra_again" not in reasons(told(story, "The dog is calm.", "The dog is calm at the harbour."), 1)


def test_a_text_that_tells_more_than_is_drawn_is_no_description(story: Story) -> None:
    assert "more_than_shown" in reasons(told(story, "Mara, calm, stands at the harbour under a broken crane."), 0)
