"""A shot as the illustrator plans it: who is where at which pixel, and the image that binds a model to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import Style
from dreamgen.core.story import Shot, Story
from dreamgen.illustrator import Control, Picture, control_image, drawn_size, fitted

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Layout = Control | Literal["image"]
"""A control image's kind, or the storyboard's frame to begin from."""

_SEEN = 0.0008
"""Share of the picture from which somebody counts as seen."""


@dataclass(frozen=True)
class Sketch:
    """One moment of a shot, planned."""

    shot: Shot
    t: float
    """Seconds from the start of the shot."""
    map: Pixels
    """uint8 (h, w): 0 the set, 255 a foreground, else who is there."""
    numbers: dict[str, int]
    """Entity id to its number in the map."""
    guide: Pixels | None
    """The control image, or the frame to begin from, at the size that is drawn; None when nothing binds."""

    @cached_property
    def seen(self) -> tuple[str, ...]:
        """Ids of all that shows enough to be drawn and asked for."""
        counts = np.bincount(self.map.ravel(), minlength=256)
        return tuple(who for who, number in self.numbers.items() if counts[number] >= _SEEN * self.map.size)

    def silhouette(self, who: str) -> NDArray[np.bool_]:
        """Its pixels of the map."""
        found: NDArray[np.bool_] = self.map == self.numbers[who]
        return found

    def box(self, who: str) -> Box:
        """Around its visible pixels, in frame fractions; `who` is one of `seen`."""
        rows, columns = np.nonzero(self.silhouette(who))
        high, wide = self.map.shape
        return Box(
            x0=float(columns.min()) / wide,
            y0=float(rows.min()) / high,
            x1=float(columns.max() + 1) / wide,
            y1=float(rows.max() + 1) / high,
        )


def sketch(
    story: Story, style: Style, size: tuple[int, int], canvas: tuple[int, int], layout: Layout | None, shot: Shot
) -> Sketch:
    """Plans the middle of a shot.

    Args:
        story: where the shot belongs.
        style: its painter draws the guide.
        size: width and height of the map.
        canvas: width and height of the guide.
        layout: which guide; None for none.
        shot: staged.
    """
    silent, whole, t = shot.unspoken, style.unframed, shot.seconds / 2
    picture = Picture(story, silent, whole, drawn_size(size))
    entities = picture.frame(t).entities
    assert entities is not None  # asked for
    guide = _guide(story, silent, whole, canvas, layout, t)
    return Sketch(shot, t, fitted(entities, size, smooth=False), picture.numbers, guide)


def _guide(
    story: Story, shot: Shot, style: Style, canvas: tuple[int, int], layout: Layout | None, t: float
) -> Pixels | None:
    if layout is None:
        return None
    if layout == "image":
        return fitted(Picture(story, shot, style, drawn_size(canvas)).frame(t, truth=False).image, canvas)
    return control_image(story, shot, style, layout, canvas, t)
