"""How a model is asked about each kind of claim, and why some kinds are not asked at all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

_NOT_SHOWN: Final = "no picture shows it: whoever answered would go by what sounds likely"


class Way(NamedTuple):
    """How a kind is asked."""

    asked: bool
    """Whether it is."""
    opposite: str
    """What the second statement says; for a kind that is not asked, why."""
    choice: str = ""
    """What stands beside it in a choice; empty where there is none."""
    frames: int = 1
    """How many frames its time must have, at least, for the claim to be seen at all."""


WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {
        "presence": Way(True, "no such one can be seen"),
        "absence": Way(True, "such a one can be seen"),
        "attribute": Way(True, "does not wear or have it", "other colours, or other garments where it has none"),
        "count": Way(True, "the number is another", "numbers up to two away"),
        "action": Way(True, "is not doing it", "other poses", frames=3),
        "interaction": Way(True, "is not doing it", "other deeds with the same one", frames=3),
        "expression": Way(True, "does not look so", "other feelings"),
        "relation": Way(True, "is on the other side"),
        "place": Way(True, "does not happen there", "other places"),
        "time_of_day": Way(True, "is not that light", "other times of day"),
        "weather": Way(True, "is not that weather", "other weather"),
        "order": Way(True, "the second comes before the first", frames=4),
        "duration": Way(True, "lasts much less or much more", frames=4),
        "movement": Way(True, "does not move so", "the other directions, and none", frames=3),
        "camera_move": Way(True, "does not move so", "other moves of the camera", frames=3),
        "cut": Way(True, "does not change then", frames=6),
        "speech": Way(True, "does not say it", frames=1),
        "cause": Way(False, _NOT_SHOWN),
        "narration": Way(False, _NOT_SHOWN),
        # no choice: of several texts that each change one word of the right one, the right one is the one in the middle
        "description": Way(True, "is wrong in at least one detail", frames=3),
        "shots": Way(True, "the number is another", frames=6),
        "light": Way(True, "is not so"),
        "tint": Way(True, "that colour does not cover most of it"),
        "motion": Way(True, "does not move so", frames=3),
        "loudness": Way(False, "no picture shows it: it is to be heard"),
    }
)
"""Every kind of claim. All are asked as two statements of which one is right, and some as a choice besides."""
