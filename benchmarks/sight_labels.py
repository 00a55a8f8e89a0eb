"""What the `sight` networks are taught to tell apart, and what is true of a drawn body."""

from __future__ import annotations

from typing import Any

from verifier_world import ANIMALS, HAIRSTYLES, HATS, PEOPLE, POSES, TONES, TOPS

from dreamgen.core.colours import COLOURS
from dreamgen.illustrator import set_names

PLACES = tuple(sorted(set_names()))
TIMES = ("day", "sunset", "night")
WEATHERS = ("clear", "rain", "snow", "fog")
INDOORS = ("room", "bedroom", "workshop", "castle hall")
_COLOURS = tuple(COLOURS)

HEADS: dict[str, tuple[str, ...]] = {
    "pose": (*dict.fromkeys(POSES), "fall"),
    "facing": ("left", "right"),
    "feeling": ("neutral", "happy", "sad", "angry", "surprised", "calm", "worried"),
    "kind": (*PEOPLE, *ANIMALS),
    "top": TOPS,
    "bottom": ("trousers", "skirt", "shorts"),
    "hair": TONES,
    "hairstyle": HAIRSTYLES,
    "hat": (*HATS, "none"),
    "scarf": ("scarf", "none"),
    "glasses": ("glasses", "none"),
    "beard": ("beard", "none"),
    "bag": ("backpack", "sack", "none"),
    "coat": ("plain", "spotted", "striped"),
    **{f"colour_{slot}": _COLOURS for slot in ("top", "bottom", "hat", "scarf", "shoes", "bag", "coat")},
}
"""What the body network tells, and between what."""

_COVERING = ("dress", "robe")
_LOW = ("lie", "fall")


def labels_of(character: dict[str, Any], placement: dict[str, Any], seen: dict[str, Any]) -> dict[str, int]:
    """The classes of somebody seen at one moment, by head; heads about which this picture tells nothing are left out.

    Args:
        character: from the corpus' truth.
        placement: its plan in the shot.
        seen: its area, free share, box and head at the moment.
    """
    person = character["kind"] in PEOPLE
    traits = {trait["slot"]: trait for trait in character["traits"]}
    told = {"pose": placement["pose"], "facing": placement["facing"], "kind": character["kind"]}
    if seen["area"] < 0.002 or seen["free"] < 0.4:
        told.pop("kind")
    if not person:
        told |= {"coat": traits["coat"]["value"], "colour_coat": traits["coat"]["colour"]}
    else:
        told |= _worn(traits, placement["pose"])
        if seen.get("face", 0.0) > 0.45:
            told |= _head(traits, placement["pose"])
            if seen["head"][2] > 0.022 and placement["pose"] not in (*_LOW, "hug"):
                told["feeling"] = placement["expression"]
    return {head: HEADS[head].index(value) for head, value in told.items() if value in HEADS[head]}


def _worn(traits: dict[str, Any], pose: str) -> dict[str, str]:
    top = traits["top"]
    worn = {"top": top["value"], "colour_top": top["colour"]}
    worn |= {slot: traits.get(slot, {}).get("value", "none") for slot in ("scarf", "bag")}
    worn |= {f"colour_{slot}": traits[slot]["colour"] for slot in ("scarf", "bag", "shoes") if slot in traits}
    if top["value"] not in _COVERING:
        worn |= {"bottom": traits["bottom"]["value"], "colour_bottom": traits["bottom"]["colour"]}
    return worn


def _head(traits: dict[str, Any], pose: str) -> dict[str, str]:
    worn = {slot: traits.get(slot, {}).get("value", "none") for slot in ("hat", "glasses", "beard")}
    style = traits["hairstyle"]["value"]
    if "hat" in traits:
        worn["colour_hat"] = traits["hat"]["colour"]
    else:
        worn["hairstyle"] = style
    if style != "bald":
        worn["hair"] = traits["hair"]["value"]
    return worn
