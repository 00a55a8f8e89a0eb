"""The data files of people are complete and fit the vocabulary."""

from typing import get_args

import pytest

from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Character
from dreamgen.core.vocabulary import Feeling, PersonKind, Pose
from dreamgen.illustrator.figures.bodies import PEOPLE, body_of
from dreamgen.illustrator.figures.draft import mood_of
from dreamgen.illustrator.figures.looks import look_of
from dreamgen.illustrator.figures.poses import pose_sheet
from dreamgen.illustrator.figures.stencils import stencil
from dreamgen.illustrator.figures.tables import table


def test_everybody_has_a_body_and_a_usual_look() -> None:
    assert set(PEOPLE) == set(get_args(PersonKind))
    for kind in PEOPLE:
        character = Character(id=kind.replace(" ", "-"), name=kind, kind=kind)
        assert body_of(character).leg > 0
        assert look_of(character).paints["skin"]


def test_every_word_of_the_vocabulary_has_its_sheet() -> None:
    assert set(table("poses")) == set(get_args(Pose))
    assert set(table("expressions")["feelings"]) == set(get_args(Feeling))
    for pose in get_args(Pose):
        assert pose_sheet(pose).channels
    for feeling in get_args(Feeling):
        assert mood_of(feeling).mouth > 0


def test_the_wardrobe_has_what_writers_may_ask_for() -> None:
    wardrobe = table("wardrobe")
    tops = {"coat", "raincoat", "jacket", "hoodie", "sweater", "shirt", "tee", "dress", "robe", "apron"}
    assert tops <= set(wardrobe["tops"])
    assert set(wardrobe["bottoms"]) >= {"trousers", "skirt", "shorts", "dress"}
    assert set(wardrobe["hats"]) >= {"hat", "straw hat", "beanie", "cap", "crown", "top hat"}
    assert set(wardrobe["bags"]) >= {"backpack", "sack"}
    assert set(wardrobe["skin"]) == {"pale", "light", "tan", "brown", "dark"}
    styles = {"short", "bob", "long", "ponytail", "bun", "curly", "spiky", "bald", "thin"}
    assert styles <= set(table("hair")["styles"])
    assert set(table("hair")["tones"]) == {"black", "brown", "blonde", "red", "grey", "white"}


def test_usual_colours_are_names_of_the_table() -> None:
    wardrobe = table("wardrobe")
    usual = [data["usual"] for group in ("tops", "bottoms", "shoes") for data in wardrobe[group].values()]
    assert {*usual, *wardrobe["usual"].values()} <= set(COLOURS)


@pytest.mark.parametrize(
    "path",
    [("hair", "styles", style, layer) for style in ("long", "curly") for layer in ("behind", "front")]
    + [("wardrobe", "hats", "crown", "marks"), ("held", "umbrella", "marks")],
)
def test_stencils_are_closed_shapes_or_lines(path: tuple[str, ...]) -> None:
    for mark in stencil(*path):
        assert len(mark.curve) % 3 == 1
        assert mark.kind == "line" or (mark.curve[0] == mark.curve[-1]).all()


def test_grown_people_have_faces_of_their_own() -> None:
    faces = {body_of(Character(id=f"p{n}", name="x", kind="man")).face for n in range(12)}
    assert len(faces) == 12
    assert len({face.nose for face in faces}) > 1


def test_the_large_build_is_wider_and_the_slim_one_narrower() -> None:
    from dreamgen.core.story import Trait

    def waist(build: str) -> float:
        who = Character(id="x", name="x", kind="woman", traits=(Trait(slot="body", value=build),))
        return body_of(who).waist

    assert waist("slim") < waist("average") < waist("large")
