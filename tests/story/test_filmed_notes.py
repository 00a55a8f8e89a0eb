"""What a story's notes say is shown instead is in its shots."""

from __future__ import annotations

import pytest

from dreamgen.core.layout import Box, Layout, Placement
from dreamgen.core.story import Act, Character, Location, Note, Scene, Shot, Story
from dreamgen.story.filmed_notes import as_filmed


@pytest.fixture
def story() -> Story:
    """A fox and a hen, of whom the shot shows the fox alone."""
    there = Placement(who="fox", box=Box(x0=0.2, y0=0.4, x1=0.5, y1=0.9), pose="run")
    shot = Shot(id="shot-01", location="yard", layout=Layout(placements=(there,)))
    return Story(
        id="tale", title="A tale", overview="", plot="A tale.", seed=1,
        cast=tuple(Character(id=who, name=who.title(), kind="dog") for who in ("fox", "hen")),
        locations=(Location(id="yard", name="the yard", set="street"),),
        acts=(Act(id="act-1", title="A", scenes=(Scene(id="scene-01", title="S", shots=(shot,)),)),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "filmed"),
    [
        ("fox run", "fox run"),
        ("fox run, hen stand", "fox run"),
        ("hen, fox", "fox"),
        ("hen stand", ""),
        ("yard", "yard"),
        ("hen is the word", "hen is the word"),  # a caption
        ("", ""),
    ],
)
def test_who_is_not_in_the_shot_is_not_what_is_shown_instead(story: Story, told: str, filmed: str) -> None:
    note = Note(where="shot-01", what="the fox bargained", reason="action_not_drawable", shown_as=told)
    assert list(as_filmed(story, [note])) == [note.model_copy(update={"shown_as": filmed})]


@pytest.mark.parametrize("where", ["plot", "hen"])
def test_notes_that_are_about_no_shot_stay(story: Story, where: str) -> None:
    note = Note(where=where, what="a hen", reason="no_such_animal", shown_as="hen")
    assert list(as_filmed(story, [note])) == [note]
