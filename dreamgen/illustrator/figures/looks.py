"""Looks: the traits of a character as garments and colours, the same in every shot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Character, Trait
from dreamgen.errors import unknown_name
from dreamgen.illustrator.display import Rgb, mix, rgb
from dreamgen.illustrator.figures.tables import table

Leg = Literal["long", "short", "bare"]
Sleeve = Literal["long", "short", "wide"]


@dataclass(frozen=True, slots=True)
class Drape:
    """Cloth that hangs from the hip."""

    length: float
    """A share of the leg."""
    flare: float
    """How much wider than the hip it gets, in figure units."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a character wears, with its colours."""

    paints: MappingProxyType[str, Rgb]
    """skin, hair, top, bottom, shoes, hat, scarf, bag, lip, blush."""
    hairstyle: str
    top: str
    top_drape: Drape | None
    sleeve: Sleeve
    cuff: bool
    under: Rgb | None
    """The sleeves under an apron."""
    leg: Leg
    skirt: Drape | None
    shaft: float
    """Of the boots, as a share of the shin; 0 for shoes."""
    hat: str | None
    scarf: bool
    glasses: bool
    beard: bool
    bag: str | None


@lru_cache(maxsize=256)
def look_of(character: Character) -> Look:
    """The look of a person; what its traits leave open is filled in from data/bodies.toml.

    Raises:
        UsageError: when a trait's value is nothing that the illustrator can draw.
    """
    usual = table("bodies")[character.kind]["looks"]
    wardrobe, hair = table("wardrobe"), table("hair")
    skin = rgb(_of(wardrobe["skin"], "skin", _value(character, "skin", usual["skin"])))
    tone = rgb(_of(hair["tones"], "hair", _value(character, "hair", usual["hair"])))
    style = _value(character, "hairstyle", usual["hairstyle"])
    _of(hair["styles"], "hairstyle", style)
    top, top_data, top_colour = _garment(character, "top", wardrobe["tops"], usual["top"])
    _, bottom_data, bottom_colour = _garment(character, "bottom", wardrobe["bottoms"], usual["bottom"])
    _, shoe_data, shoe_colour = _garment(character, "shoes", wardrobe["shoes"], usual["shoes"])
    bare = top_data.get("bare", False)
    paints = {
        "skin": skin,
        "hair": tone,
        "top": top_colour,
        "bottom": bottom_colour,
        "shoes": shoe_colour,
        "lip": mix(skin, (0.72, 0.13, 0.16), 0.55),
        "blush": mix(skin, (0.93, 0.34, 0.32), 0.5),
    }
    for slot in ("hat", "scarf", "bag"):
        worn = character.trait(slot)
        if worn is not None:
            paints[slot] = _colour(worn.colour or wardrobe["usual"].get(worn.value, "brown"))
    return Look(
        paints=MappingProxyType(paints),
        hairstyle=style,
        top=top,
        top_drape=_drape(top_data),
        sleeve=top_data["sleeve"],
        cuff=top_data.get("cuff", False),
        under=rgb(top_data["under"]) if "under" in top_data else None,
        leg="bare" if bare else bottom_data["leg"],
        skirt=None if bare else _drape(bottom_data),
        shaft=shoe_data["shaft"],
        hat=_worn(character, "hat", wardrobe["hats"]),
        scarf=character.trait("scarf") is not None,
        glasses=character.trait("glasses") is not None,
        beard=character.trait("beard") is not None,
        bag=_worn(character, "bag", wardrobe["bags"]),
    )


def _value(character: Character, slot: str, usual: str) -> str:
    trait: Trait | None = character.trait(slot)
    return trait.value if trait else usual


def _of(choices: dict[str, Any], slot: str, value: str) -> Any:
    if value not in choices:
        raise unknown_name(slot, value, choices)
    return choices[value]


def _garment(
    character: Character, slot: str, choices: dict[str, Any], usual: tuple[str, str]
) -> tuple[str, dict[str, Any], Rgb]:
    trait = character.trait(slot)
    if trait is None:
        name, colour = usual
        return name, choices[name], _colour(colour)
    data: dict[str, Any] = _of(choices, slot, trait.value)
    return trait.value, data, _colour(trait.colour or data["usual"])


def _worn(character: Character, slot: str, choices: dict[str, Any]) -> str | None:
    trait = character.trait(slot)
    if trait is None:
        return None
    _of(choices, slot, trait.value)
    return trait.value


def _drape(data: dict[str, Any]) -> Drape | None:
    return Drape(data["drape"], data["flare"]) if data.get("drape") else None


def _colour(name: str) -> Rgb:
    red, green, blue = COLOURS[name]
    return red / 255, green / 255, blue / 255
