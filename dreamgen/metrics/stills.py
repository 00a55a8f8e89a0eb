"""A story's keyframes as they are measured: the picture, and everybody cut out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import Keyframe, Likeness
from dreamgen.engines.pictures import read_map, read_picture

Pixels = NDArray[np.uint8]

SMALLEST = 24
"""Pixels that a cut-out has at least in each direction; of less, nobody can tell who it is."""


@dataclass(frozen=True)
class Still:
    """One keyframe."""

    shot: str
    """The id of its shot."""
    picture: Pixels
    """uint8 (h, w, 3), BGR."""
    cutouts: dict[str, Pixels]
    """Character to its part of the picture, an upright box."""
    skipped: int
    """Characters whose part is too small to compare."""
    likenesses: tuple[Likeness, ...]
    """What the renderer found itself, when it drew the picture."""


def read_stills(keyframes: Iterable[Keyframe], cast: Iterable[str], folder: Path) -> Iterator[Still]:
    """The keyframes, in order, one in memory at a time.

    A character is cut out where a check found it, else where the entity map has it: exactly where it is in a drawn
    picture, and where it should be in a generated one.

    Args:
        keyframes: of one story, in order.
        cast: the characters' ids.
        folder: the story's, which holds the files.

    Raises:
        DreamgenError: for a picture that is missing or damaged.
    """
    members = tuple(cast)
    for keyframe in keyframes:
        picture = read_picture(folder / keyframe.image.path)
        parts = {who: _cut(picture, box) for who, box in _boxes(keyframe, folder).items() if who in members}
        large = {who: part for who, part in parts.items() if min(part.shape[:2]) >= SMALLEST}
        yield Still(keyframe.shot, picture, large, len(parts) - len(large), keyframe.likenesses)


def _boxes(keyframe: Keyframe, folder: Path) -> dict[str, Box]:
    """Where everybody is, in frame fractions."""
    boxes = {}
    if keyframe.map is not None:
        plane = read_map(folder / keyframe.map.image.path)
        for who, number in keyframe.map.numbers:
            box = _around(plane == number)
            if box is not None:
                boxes[who] = box
    found = {one.entity: one.found for one in keyframe.alignments or () if one.found is not None}
    return {**boxes, **found}


def _around(mask: NDArray[np.bool_]) -> Box | None:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    high, wide = mask.shape
    return Box(
        x0=columns[0] / wide, y0=rows[0] / high, x1=(columns[-1] + 1) / wide, y1=(rows[-1] + 1) / high
    )  # fmt: skip


def _cut(picture: Pixels, box: Box) -> Pixels:
    high, wide = picture.shape[:2]
    x0, x1 = (min(wide, max(0, round(x * wide))) for x in (box.x0, box.x1))
    y0, y1 = (min(high, max(0, round(y * high))) for y in (box.y0, box.y1))
    return np.ascontiguousarray(picture[y0:y1, x0:x1])
