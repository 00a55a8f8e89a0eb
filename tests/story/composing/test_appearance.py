"""Descriptions are read piece by piece."""

from __future__ import annotations

import pytest

from dreamgen.story.composing.appearance import appearance_of, nouns_in


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("a tall woman with a red coat and glasses", {"top": ("coat", "red"), "glasses": ("glasses", None)}),
        ("silver hair in a bun", {"hair": ("grey", None), "hairstyle": ("bun", None)}),
        ("her hair is jet black and tied in a ponytail", {"hair": ("black", None), "hairstyle": ("ponytail", None)}),
        ("bald, heavy-set, dark skin", {"hairstyle": ("bald", None), "body": ("large", None), "skin": ("dark", None)}),
        ("a dark-skinned, red-haired man", {"skin": ("dark", None), "hair": ("red", None)}),
        ("a cloak of deep red", {"top": ("coat", "red")}),
        ("An elderly fisherman with a bushy white beard", {"beard": ("beard", None), "hair": ("white", None)}),
        ("brown leather boots, a navy wool cap", {"shoes": ("boots", "brown"), "hat": ("cap", "navy")}),
        ("no hat, without glasses", {}),
    ],
)
def test_people(text: str, traits: dict[str, tuple[str, str | None]]) -> None:
    said = appearance_of(text, animal=False).said.traits
    assert {slot: (trait.value, trait.colour) for slot, trait in said.items()} == traits


@pytest.mark.parametrize(
    ("text", "coat"),
    [
        ("a small spotted brown and white terrier", ("spotted", "brown")),
        ("shaggy grey dog with a red collar", ("plain", "grey")),
        ("emerald scales", ("plain", "green")),
        ("a white spotted mare", ("spotted", "white")),
        ("stripy", ("striped", None)),
    ],
)
def test_animals_wear_their_coat_and_nothing_else(text: str, coat: tuple[str, str | None]) -> None:
    said = appearance_of(text, animal=True).said.traits
    assert (said["coat"].value, said["coat"].colour) == coat


def test_a_colour_alone_is_that_of_the_clothes() -> None:
    assert appearance_of("a man dressed all in black", animal=False).said.loose_colour == "black"
    assert appearance_of("a man in black", animal=False).said.loose_colour == "black"


def test_what_nothing_is_drawn_for_is_kept() -> None:
    found = appearance_of("a girl with freckles, a yellow raincoat and a wooden leg", animal=False)
    assert found.lost == ["freckles", "wooden leg"]


def test_who_it_is_and_how_old() -> None:
    found = appearance_of("She is an elderly lighthouse keeper", animal=False)
    assert found.heads == ["lighthouse keeper"]
    assert found.gender == "f"
    assert "elderly" in found.modifiers
    assert "old" not in appearance_of("a woman, thirty years old", animal=False).modifiers


def test_nouns_for_somebody_are_found_in_any_number() -> None:
    assert nouns_in("two wolves and the old lighthouse keeper") == ["wolf", "lighthouse keeper"]
