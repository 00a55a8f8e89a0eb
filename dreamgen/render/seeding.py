"""The seed of every picture's noise: from where it belongs, never from when it is drawn."""

from __future__ import annotations

import re
from typing import Literal

from dreamgen.core.base import derive_seed
from dreamgen.errors import UsageError

Seeds = Literal["derived", "counted"]
"""derived: from the story's seed and the shot's id; counted: DreamFrame's, a first number plus the shot's place."""


def seed_of(story_seed: int, shot: str, attempt: int, seeds: Seeds = "derived", first: int = 20, take: int = 0) -> int:
    """The seed of one attempt at a shot.

    Args:
        story_seed: of the story.
        shot: its id.
        attempt: from 0; only the first one is counted, the others derive.
        seeds: how.
        first: of counted seeds, that of the story's first shot.
        take: of the shot; those after the first derive.

    Raises:
        UsageError: when a shot's id does not end in its number, so that its place in the whole story is not known.
    """
    if take:
        return derive_seed(story_seed, "render", shot, "take", take, attempt)
    if attempt:
        return derive_seed(story_seed, "render", shot, "again", attempt)
    return derive_seed(story_seed, "render", shot) if seeds == "derived" else first + _place(shot)


def _place(shot: str) -> int:
    """From 0; only some scenes may be at hand, so the id has to tell."""
    number = re.search(r"(\d+)$", shot)
    if number is None or int(number[1]) < 1:
        raise UsageError(
            f"the shot {shot!r} has no number to count a seed from", "Choose derived seeds: --set render.seeds=derived"
        )
    return int(number[1]) - 1
