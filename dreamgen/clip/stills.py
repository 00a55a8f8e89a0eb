"""Who is where in a keyframe, followed through the frames that are made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.media import Keyframe, Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines.pictures import read_map
from dreamgen.errors import DreamgenError
from dreamgen.illustrator import Picture

_SIZE = (1024, 576)
"""At which the illustrator measures a body where the map has a shape that it does not draw."""


@dataclass(frozen=True)
class StillTruth:
    """Who is where in one keyframe."""

    entities: NDArray[np.uint8]
    """(h, w): 0 the set, 255 a foreground, else an entity's number."""
    numbers: Mapping[str, int]
    """Entity id to number."""
    shares: Mapping[str, float]
    """Of everybody who is seen: how much of the body nothing hides, 0-1, as the illustrator would draw it. A still
    does not show what is hidden, so this is the plan's, also for a picture that a model drew."""
    intended: frozenset[str]
    """Those whose place a model was only asked to keep, and no check found them there."""


def first_keyframes(story: Story, keyframes: Sequence[Keyframe]) -> dict[str, Keyframe]:
    """Shot id to its first keyframe.

    Raises:
        DreamgenError: when a shot has none.
    """
    stills: dict[str, Keyframe] = {}
    for keyframe in keyframes:
        stills.setdefault(keyframe.shot, keyframe)
    for shot in story.shots:
        if shot.id not in stills:
            raise DreamgenError(f"{shot.id} has no keyframe", "Render the keyframes first.")
    return stills


def drawn_by(keyframe: Keyframe) -> Literal["drawn", "generated"]:
    """Whether a picture shows what was planned. Without an exact map nobody vouches for it."""
    return "drawn" if keyframe.map is not None and keyframe.alignments is None else "generated"


def truth_of(keyframe: Keyframe, story: Story, shot: Shot, style: Style, into: Path) -> StillTruth | None:
    """Who is where in the keyframe of a shot; None where it came without a map.

    Args:
        keyframe: its files are in `into`.
        story: where the shot belongs.
        shot: whose bodies are measured.
        style: how it is drawn.
        into: the story's folder.

    Raises:
        DreamgenError: when the map can't be read.
    """
    if keyframe.map is None:
        return None
    entities, numbers = read_map(into / keyframe.map.image.path), dict(keyframe.map.numbers)
    height, width = entities.shape
    size = (width, height) if abs(width / height - _SIZE[0] / _SIZE[1]) < 0.01 else _SIZE
    exact = keyframe.alignments is None
    picture = Picture(story, shot if exact else shot.unspoken, style if exact else style.unframed, size)
    # what a check found has other sizes than those of the plan, so of a model's picture the plan itself is measured
    measured = entities if exact else picture.frame(keyframe.t).entities
    assert measured is not None  # asked for
    present, seen = np.unique(entities), np.bincount(measured.ravel(), minlength=256) / measured.size
    shares = {}
    for entity, number in numbers.items():
        if number in present:
            all_of_it = picture.amodal_area(keyframe.t, entity) / (size[0] * size[1])
            shares[entity] = min(1.0, float(seen[number]) / all_of_it) if all_of_it and seen[number] else 1.0
    found = {one.entity for one in keyframe.alignments or () if one.aligned}
    intended = frozenset() if keyframe.alignments is None else frozenset(numbers) - found
    return StillTruth(entities, numbers, shares, intended)
