"""Who is where in a drawn picture, as far as a check knows it: the plan's shapes in the boxes that were found.

Such a mask is no segmentation. The check vouches for the box; what fills it is the planned silhouette, stretched to it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import Alignment
from dreamgen.illustrator import OCCLUDER
from dreamgen.render.sketching import Sketch

Pixels = NDArray[np.uint8]


def fitted_map(planned: Sketch, alignments: Iterable[Alignment]) -> Pixels:
    """The plan's map, uint8 (h, w), with everybody who was found in place moved and stretched to the box found.

    What is in a hand goes along. Everybody else stays where they were planned, and a foreground stays in front.

    Args:
        planned: the plan.
        alignments: of the picture.
    """
    boxes = {one.entity: one.found for one in alignments if one.aligned and one.found is not None}
    near = {placement.who: -placement.depth for placement in planned.shot.layout.placements}
    out = planned.map.copy()
    for who in boxes:
        out[np.isin(out, _numbers(planned, who))] = 0
    for who in sorted(boxes, key=lambda who: (near[who], planned.numbers[who])):
        moved = _moved(planned.map, planned.box(who), boxes[who])
        own = np.isin(moved, _numbers(planned, who)) & (out != OCCLUDER)
        out[own] = moved[own]
    return out


def _numbers(planned: Sketch, who: str) -> list[int]:
    """Of somebody, and of what is in the hand."""
    placement = planned.shot.layout.of(who)
    held = placement.holds if placement is not None else None
    return [planned.numbers[one] for one in (who, held) if one in planned.numbers]


def _moved(entities: Pixels, start: Box, end: Box) -> Pixels:
    """A map of which what was in the box `start` is in the box `end`; 0 where nothing of the map comes to lie."""
    high, wide = entities.shape
    columns = _sources(wide, start.x0, start.width, end.x0, end.width)
    rows = _sources(high, start.y0, start.height, end.y0, end.height)
    inside = ((rows >= 0) & (rows < high))[:, None] & (columns >= 0) & (columns < wide)
    moved = entities[np.clip(rows, 0, high - 1)][:, np.clip(columns, 0, wide - 1)]
    return np.where(inside, moved, np.uint8(0))


def _sources(count: int, start: float, length: float, end: float, longer: float) -> NDArray[np.intp]:
    """For every pixel of a row or column, the one that it comes from, by their centres."""
    share = ((np.arange(count) + 0.5) / count - end) / longer
    return np.floor((start + share * length) * count).astype(np.intp)
