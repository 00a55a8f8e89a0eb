"""The sixteen colour names and what they mean; whoever paints and whoever looks use the same table."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, get_args

from dreamgen.core.vocabulary import Colour

COLOURS: Final = MappingProxyType(
    {
        "red": (207, 59, 53), "crimson": (165, 42, 58), "orange": (232, 131, 58), "yellow": (240, 195, 60),
        "green": (79, 154, 84), "olive": (127, 138, 69), "teal": (47, 148, 144), "blue": (63, 115, 196),
        "navy": (47, 63, 107), "purple": (127, 85, 168), "pink": (232, 139, 166), "brown": (132, 88, 60),
        "beige": (220, 196, 160), "white": (241, 238, 230), "grey": (142, 147, 155), "black": (53, 51, 60),
    }
)  # fmt: skip
"""Name to sRGB, 0-255."""

assert set(COLOURS) == set(get_args(Colour))

_CONFUSABLE = (
    {"red", "crimson", "orange"}, {"crimson", "brown", "purple"}, {"orange", "yellow", "brown"},
    {"yellow", "olive", "beige"}, {"green", "olive", "teal"}, {"teal", "blue"}, {"blue", "navy", "purple"},
    {"navy", "black", "purple"}, {"pink", "beige", "red"}, {"brown", "black", "olive"}, {"beige", "white"},
    {"white", "grey"}, {"grey", "black", "navy"}, {"crimson", "pink"},
)  # fmt: skip


def confusable(one: str, other: str) -> bool:
    """Whether two people could disagree on which of the two names fits, so neither can be the other's distractor."""
    return one == other or any(one in group and other in group for group in _CONFUSABLE)
