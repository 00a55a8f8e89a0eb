"""Places and things of a draft as they are drawn."""

from __future__ import annotations

import pytest

from dreamgen.story.composing.settings import locations_of, props_of
from dreamgen.story.expansion.drafts import PlaceDraft, PropDraft


@pytest.mark.parametrize(
    ("name", "asked", "shown", "honest"),
    [
        ("old harbour", "harbour", "harbour", True),
        ("Whitby", "harbour", "harbour", True),
        ("Castle gates", "castle hall", "castle hall", True),
        ("library", "room", "room", False),
        ("village square", "street", "street", False),
        ("Blackwood", "fores", "forest", True),
        ("cave of bats", "cavern", "mountain", False),
        ("ü", "ü", "street", False),
    ],
)
def test_places(name: str, asked: str, shown: str, honest: bool) -> None:
    (place,), notes = locations_of([PlaceDraft(name=name, set=asked)], ["here"])
    assert (place.set, place.stand_in_for) == (shown, None if honest else name)
    assert [(note.where, note.reason, note.shown_as) for note in notes] == (
        [] if honest else [("here", "place_not_drawable", shown)]
    )


def test_two_places_may_share_a_set() -> None:
    places, _ = locations_of([PlaceDraft(name=name, set="room") for name in ("Ann's room", "lounge")], ["a", "b"])
    assert [place.set for place in places] == ["room", "room"]


@pytest.mark.parametrize(
    ("name", "asked", "shown", "colour", "honest"),
    [
        ("old brass lantern", "lantern", "lantern", "brown", True),
        ("Excalibur", "sword", "sword", None, True),
        ("red roses", "flower", "flower", "red", True),
        ("silver locket", "key", "key", "grey", False),
        ("glowing orb", "orb", "ball", None, False),
        ("theremin", "theremin", "bag", None, False),
    ],
)
def test_things(name: str, asked: str, shown: str, colour: str | None, honest: bool) -> None:
    (prop,), notes = props_of([PropDraft(name=name, kind=asked)], ["it"])
    assert (prop.kind, prop.colour, prop.stand_in_for) == (shown, colour, None if honest else name)
    assert [note.reason for note in notes] == ([] if honest else ["thing_not_drawable"])
