"""Which values nobody can mistake for each other: only such a pair makes a false statement that is surely false.

Everything here is about pictures: two values are alike when somebody who looks at one could call it the other.
"""

from __future__ import annotations

from typing import Final

PLACES: Final = (
    "forest", "street", "room", "harbour", "field", "park", "workshop", "castle hall", "mountain", "rooftop",
)  # fmt: skip
"""Sets that are known well enough to be told apart by name."""

_ALIKE: Final[dict[str, tuple[frozenset[str], ...]]] = {
    "pose": (
        frozenset({"stand", "talk", "look", "hold"}), frozenset({"stand", "wave", "talk"}),
        frozenset({"point", "wave", "look", "hold", "talk"}), frozenset({"walk", "run"}),
        frozenset({"walk", "stand", "point", "hold"}),
        frozenset({"sit", "kneel"}), frozenset({"lie", "fall", "kneel"}), frozenset({"dance", "wave", "run", "walk"}),
        frozenset({"sit", "lie"}), frozenset({"hug", "talk"}),
    ),
    "feeling": (
        frozenset({"happy", "calm", "neutral"}), frozenset({"sad", "worried", "neutral"}),
        frozenset({"angry", "worried"}), frozenset({"surprised", "worried"}),
    ),
    "place": (
        frozenset({"forest", "park", "field", "mountain"}), frozenset({"street", "rooftop", "park", "harbour"}),
        frozenset({"room", "workshop", "castle hall"}),
    ),
    "weather": (frozenset({"clear", "fog"}), frozenset({"fog", "snow"}), frozenset({"fog", "rain"})),
    "time": (),
    "top": (
        frozenset({"coat", "raincoat", "robe", "jacket"}), frozenset({"jacket", "hoodie", "sweater", "shirt", "tee"}),
        frozenset({"dress", "robe", "apron"}), frozenset({"hoodie", "raincoat"}), frozenset({"apron", "shirt", "tee"}),
    ),
    "bottom": (frozenset({"skirt", "dress"}), frozenset({"skirt", "shorts"})),
    "hairstyle": (
        frozenset({"short", "spiky", "thin", "bun", "bob", "curly"}), frozenset({"bald", "thin"}),
        frozenset({"long", "ponytail", "bob"}), frozenset({"bun", "ponytail"}), frozenset({"curly", "long"}),
    ),
    "hat": (frozenset({"hat", "straw hat", "top hat", "cap"}), frozenset({"beanie", "cap"})),
    "hair": (
        frozenset({"grey", "white", "blonde"}), frozenset({"brown", "black"}), frozenset({"brown", "red"}),
        frozenset({"brown", "blonde"}), frozenset({"grey", "black"}),
    ),
    "coat": (),
    "together": (
        frozenset({"talk to", "look at", "point at", "wave at"}), frozenset({"talk to", "hug", "look at"}),
        frozenset({"walk with", "chase", "look at"}), frozenset({"walk with", "talk to"}),
    ),
}  # fmt: skip

VALUES: Final[dict[str, tuple[str, ...]]] = {
    "top": ("coat", "raincoat", "jacket", "hoodie", "sweater", "shirt", "tee", "dress", "robe", "apron"),
    "bottom": ("trousers", "skirt", "shorts"),
    "hairstyle": ("short", "bob", "long", "ponytail", "bun", "curly", "spiky", "bald"),
    "hat": ("straw hat", "beanie", "cap", "crown", "top hat"),
    "hair": ("black", "brown", "blonde", "red", "grey", "white"),
    "coat": ("plain", "spotted", "striped"),
}
"""What could be in a slot instead. Slots that are missing (shoes, bag, glasses) have nothing that differs enough."""


def alike(what: str, one: str, other: str) -> bool:
    """Whether `one` could be taken for `other`; `what` is pose, feeling, place, weather, time, together or a slot."""
    return one == other or any(one in group and other in group for group in _ALIKE[what])
