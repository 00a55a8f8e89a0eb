"""What can be said of how somebody looks in one take: only slots that this framing shows, large enough to tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dreamgen.core.claims import Attribute
from dreamgen.core.layout import Box
from dreamgen.core.story import Character, Story, Trait
from dreamgen.story.sightings import Sighting

_UPRIGHT: Final = {
    "hat": (0.0, 0.22), "hair": (0.0, 0.34), "hairstyle": (0.0, 0.36), "glasses": (0.08, 0.32), "beard": (0.14, 0.38),
    "scarf": (0.26, 0.44), "top": (0.34, 0.58), "bag": (0.34, 0.60), "bottom": (0.62, 0.92), "shoes": (0.92, 1.0),
}  # fmt: skip
"""Top and bottom of where a slot shows on somebody who is upright, as shares of the body's box."""
_LOW: Final = {
    "hat": (0.0, 0.28), "hair": (0.0, 0.42), "hairstyle": (0.0, 0.45), "glasses": (0.1, 0.4), "beard": (0.2, 0.48),
    "scarf": (0.36, 0.56), "top": (0.44, 0.72), "bag": (0.44, 0.72), "bottom": (0.66, 0.94), "shoes": (0.9, 1.0),
}  # fmt: skip
"""The same for somebody who sits or kneels."""

_SMALLEST: Final = {
    "hat": 0.0015, "hair": 0.002, "hairstyle": 0.004, "glasses": 0.008, "beard": 0.004, "scarf": 0.006, "top": 0.002,
    "bag": 0.004, "bottom": 0.002, "shoes": 0.003,
}  # fmt: skip
"""Visible pixels of the body around the slot, as a share of the frame. What is thin or only part of its zone (glasses,
scarf, shoes) needs more; counted in the part maps of drawn plots, each of them then fills 400 pixels or more of
1024 x 576 itself, and a garment 600."""
_NEARLY_ALL, _SOME = 0.9, 0.5  # shares of a slot's zone that the frame must not cut off
_COAT: Final = 0.003
"""The same for an animal's coat, which is all of it; 42 x 42 pixels show spots and stripes."""
_PROP_COLOUR: Final = 0.0012

_HIDES_LEGS: Final = frozenset({"dress", "robe"})
_FLOWING: Final = frozenset({"long", "ponytail", "bob"})
"""Hair that shows under a hat."""


def looks_of(story: Story, sighting: Sighting) -> Iterator[Attribute]:
    """Everything that this take shows of how `sighting.who` looks; it must be clearly visible."""
    character = story.character(sighting.who)
    if character is None:
        yield from _prop_looks(story, sighting)
    elif sighting.sort == "animal":
        coat = character.trait("coat")
        if coat is not None and sighting.filled(Box(x0=0, y0=0, x1=1, y1=1)) >= _COAT:
            yield _attribute(sighting, coat)
    else:
        for trait in character.traits:
            if _shows(character, trait, sighting):
                yield _attribute(sighting, trait)


def _shows(character: Character, trait: Trait, sighting: Sighting) -> bool:
    zone = zone_of(trait.slot, sighting)
    if zone is None or _covered(character, trait):
        return False
    # a collar and a shoulder show what a top is; of everything else nearly all must be there
    enough = _SOME if trait.slot == "top" else _NEARLY_ALL
    return sighting.in_frame(zone, enough) and sighting.filled(zone) >= _SMALLEST[trait.slot]


def zone_of(slot: str, sighting: Sighting) -> Box | None:
    """Where a person's slot shows, in fractions of the body's box; None for a slot that nobody can judge there."""
    pose = sighting.placement.pose if sighting.placement else "stand"
    if pose in ("lie", "fall"):
        # arms and hair lie anywhere; only what is large keeps its place
        return Box(x0=0.15, y0=0.0, x1=0.85, y1=1.0) if slot == "top" else None
    rows = (_LOW if pose in ("sit", "kneel") else _UPRIGHT).get(slot)
    return Box(x0=0.0, y0=rows[0], x1=1.0, y1=rows[1]) if rows else None


def _covered(character: Character, trait: Trait) -> bool:
    top, style, hat = character.trait("top"), character.trait("hairstyle"), character.trait("hat")
    if trait.slot == "bottom":
        return trait.value in _HIDES_LEGS or (top is not None and top.value in _HIDES_LEGS)
    if trait.slot == "hairstyle":
        return hat is not None
    if trait.slot == "hair":
        bald = style is not None and style.value == "bald"
        return bald or (hat is not None and (style is None or style.value not in _FLOWING))
    return False


def _prop_looks(story: Story, sighting: Sighting) -> Iterator[Attribute]:
    prop = story.prop(sighting.who)
    if prop is not None and prop.colour is not None and sighting.areas.min(initial=1.0) >= _PROP_COLOUR:
        yield Attribute(
            start=sighting.take.start,
            end=sighting.take.end,
            entity=prop.id,
            slot="body",
            value=prop.kind,
            colour=prop.colour,
        )


def _attribute(sighting: Sighting, trait: Trait) -> Attribute:
    return Attribute(
        start=sighting.take.start,
        end=sighting.take.end,
        entity=sighting.who,
        slot=trait.slot,
        value=trait.value,
        colour=trait.colour,
    )
