"""What a story's notes say is shown instead is in its shots."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.layout import Box, Layout, Placement
from dreamgen.core.story import Act, Character, Location, Note, Scene, Shot, Story
from dreamgen.story.filmed_notes import as_filmed
from dreamgen.story.staging import stage
from dreamgen.story.writers.rules import RulesWriter


@pytest.fixture
def story() -> Story:
    """A fox, an owl and a hen, of whom the second shot shows the fox and the owl."""
    box = Box(x0=0.2, y0=0.4, x1=0.5, y1=0.9)
    there = Layout(placements=tuple(Placement(who=who, box=box) for who in ("fox", "owl")))
    shots = Shot(id="shot-01", location="yard"), Shot(id="shot-02", location="yard", layout=there)
    return Story(
        id="tale", title="A tale", overview="", plot="A tale.", seed=1,
        cast=tuple(Character(id=who, name=who.title(), kind="dog") for who in ("fox", "owl", "hen")),
        locations=(Location(id="yard", name="the yard", set="street"),),
        acts=(Act(id="act-1", title="A", scenes=(Scene(id="scene-01", title="S", shots=shots),)),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "filmed"),
    [
        ("fox run", "fox run"),
        ("fox run, hen stand, owl look", "fox run, owl look"),
        ("hen, fox", "fox"),
        ("hen stand", ""),
        ("yard", "yard"),
        ("hen is the word", "hen is the word"),  # a caption
        ("", ""),
    ],
)
def test_who_is_not_in_the_shot_is_not_what_is_shown_instead(story: Story, told: str, filmed: str) -> None:
    note = Note(where="shot-02", what="the fox bargained", reason="action_not_drawable", shown_as=told)
    assert list(as_filmed(story, [note])) == [note.model_copy(update={"shown_as": filmed})]


@pytest.mark.parametrize("where", ["plot", "hen"])
def test_notes_that_are_about_no_shot_stay(story: Story, where: str) -> None:
    note = Note(where=where, what="a hen", reason="no_such_animal", shown_as="hen")
    assert list(as_filmed(story, [note])) == [note]


def test_a_story_tells_what_its_shots_show() -> None:
    plot = "A lion and a mouse walk in the forest. The lion let the mouse go. A lamp moves around the room."
    written = RulesWriter().write(Brief(text=plot), 1, Path())
    filmed = stage(written)
    assert [(note.what, note.shown_as) for note in written.notes] == [
        ("The lion let the mouse", "lion stand"), ("A lamp moves around the room", "room"),
    ]  # fmt: skip
    assert filmed.shots[1].layout.of("lion") is None
    assert [(note.what, note.shown_as) for note in filmed.notes] == [
        ("The lion let the mouse", ""), ("A lamp moves around the room", "room"),
    ]  # fmt: skip
    assert stage(filmed).notes == filmed.notes
