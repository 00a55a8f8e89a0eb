from __future__ import annotations

import pytest

from dreamgen.core.claims import CLAIM_KINDS, Absence, Action, Attribute, Claim, Presence, Speech
from dreamgen.core.twins import false_twins
from dreamgen.language.company import Company, indefinite
from dreamgen.language.telling import Room, state
from dreamgen.run.verifying import who_is_who
from dreamgen.verify.asking.table import WAYS


@pytest.fixture
def room(small_world: tuple[Claim, ...]) -> Room:
    company = Company.of(who_is_who({"scene-01": small_world}), small_world)
    return Room(company, {claim.id: claim for claim in small_world})


def the(small_world: tuple[Claim, ...], kind: str, place: int = 0) -> Claim:
    return [claim for claim in small_world if claim.kind == kind][place]


@pytest.mark.parametrize(
    ("kind", "place", "text", "opposite"),
    [
        ("presence", 0, "A woman can be seen.", "No woman can be seen."),
        ("absence", 2, "No old man can be seen.", "An old man can be seen."),
        ("attribute", 0, "The woman wears a red coat.", "The woman does not wear a red coat."),
        ("attribute", 1, "The woman has black hair.", "The woman does not have black hair."),
        ("attribute", 6, "The boy wears glasses.", "The boy does not wear glasses."),
        ("attribute", 7, "The dog is white without spots or stripes.",
         "The dog is not white without spots or stripes."),
        ("count", 0, "Exactly two people can be seen.", "The number of people that can be seen is not two."),
        ("count", 2, "No animals can be seen.", "The number of animals that can be seen is not zero."),
        ("action", 0, "The woman is walking.", "The woman is not walking."),
        ("action", 2, "The woman is sitting with a lantern in the hand.",
         "The woman is not sitting with a lantern in the hand."),
        ("interaction", 0, "The boy is waving at the woman.", "The boy is not waving at the woman."),
        ("expression", 1, "The boy looks sad.", "The boy does not look sad."),
        ("relation", 0, "As the viewer sees it, the woman is to the left of the boy.",
         "As the viewer sees it, the woman is to the right of the boy."),
        ("place", 0, "This happens in a forest.", "This does not happen in a forest."),
        ("time_of_day", 0, "The light is that of night.", "The light is not that of night."),
        ("weather", 0, "The weather is snowy.", "The weather is not snowy."),
        ("movement", 1, "The dog moves to the left over the ground, as the viewer sees it.",
         "The dog does not move to the left over the ground, as the viewer sees it."),
        ("camera_move", 0, "The camera zooms in.", "The camera does not zoom in."),
        ("camera_move", 1, "The camera stays still.", "The camera does not stay still."),
        ("cut", 0, "The picture changes at once to another shot at 0:04.0.",
         "The picture does not change at once to another shot at 0:04.0."),
        ("speech", 0, "The woman says “Come home with me”, as a caption in the picture shows.",
         "The woman does not say “Come home with me”, as a caption in the picture shows."),
        ("order", 0,
         "The woman is first seen walking before the woman is first seen sitting with a lantern in the hand.",
         "The woman is first seen sitting with a lantern in the hand before the woman is first seen walking."),
        ("duration", 0, "From 0:00.0 on this is so: The woman is walking. It stays so for about four seconds.",
         "From 0:00.0 on this is so: The woman is walking. It stays so for much less or much more than four seconds."),
    ],
)  # fmt: skip
def test_a_claim_is_said_both_ways(
    room: Room, small_world: tuple[Claim, ...], kind: str, place: int, text: str, opposite: str
) -> None:
    said = state(room, the(small_world, kind, place))
    assert said is not None
    assert (said.text, said.opposite) == (text, opposite)


def test_every_kind_has_its_way_and_those_that_no_picture_shows_are_not_asked(
    room: Room, small_world: tuple[Claim, ...]
) -> None:
    assert tuple(WAYS) == CLAIM_KINDS
    for claim in small_world:
        assert (state(room, claim) is not None) == WAYS[claim.kind].asked, claim.kind


def test_nobody_is_called_by_a_name_and_a_false_twin_reads_like_a_true_claim(
    room: Room, small_world: tuple[Claim, ...]
) -> None:
    for claim in small_world:
        true = state(room, claim)
        for twin in false_twins(claim, small_world):
            false = state(room, twin)
            assert (true is None) == (false is None)
            if true and false:
                assert not {"Mara", "Tom", "Rex"} & set(f"{true.text} {false.text} {false.opposite}".split())
                assert false.text != true.text


def test_two_who_look_alike_are_told_apart_by_what_they_wear_or_not_spoken_of() -> None:
    women = [Presence(entity=who, what="woman", category="person", start=0, end=0) for who in ("mara", "ida")]
    red = Attribute(entity="mara", slot="top", value="coat", colour="red", start=0, end=0)
    blue = Attribute(entity="ida", slot="top", value="coat", colour="blue", start=0, end=0)
    walks = Action(entity="mara", action="walk", start=0, end=4)
    told = state(Room(Company.of((*women, red, blue), (walks,)), {}), walks)
    assert told is not None
    assert told.text == "The woman in the red coat is walking."
    # what is asked about does not say who is meant
    assert state(Room(Company.of((*women, red, blue), (red,)), {}), red) is None
    assert state(Room(Company.of(women, (walks,)), {}), walks) is None


def test_whoever_the_cast_does_not_know_has_at_least_a_noun() -> None:
    claims = (Presence(entity="x", what="owl", category="animal", start=0, end=2),
              Absence(entity="y", what="cat", category="animal", start=0, end=2))  # fmt: skip
    room = Room(Company.of((), claims), {})
    assert [one.text for claim in claims if (one := state(room, claim))] == [
        "An owl can be seen.",
        "No cat can be seen.",
    ]


def test_a_caption_of_several_lines_stays_one_line(room: Room) -> None:
    told = state(room, Speech(entity="tom", words="One.\nTwo.\nB. Three", start=0, end=1))
    assert told is not None
    assert told.text == "The boy says “One. Two. B. Three”, as a caption in the picture shows."


def test_articles_become_indefinite() -> None:
    assert indefinite("old man with the white beard in the blue coat") == "old man with a white beard in a blue coat"
    assert indefinite("boy with the glasses and the scarf") == "boy with glasses and a scarf"
