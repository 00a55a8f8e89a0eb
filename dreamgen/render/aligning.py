"""Whether everybody is where the plan has them, by a detector that was never shown the plan."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import Alignment
from dreamgen.core.story import Story
from dreamgen.engines.detection import Found
from dreamgen.render.phrasing import entity_words
from dreamgen.render.sketching import Sketch

Pixels = NDArray[np.uint8]


class Finds(Protocol):
    """A detector."""

    @property
    def name(self) -> str:
        """How it is known."""
        ...

    def find(self, image: Pixels, words: Sequence[str]) -> list[Found]:
        """Everything in a picture that one of `words` fits."""
        ...


def alignments(story: Story, sketch: Sketch, image: Pixels, finds: Finds | None, least: float) -> tuple[Alignment, ...]:
    """One for every character and standing prop that the picture should show, in the order of the map's numbers.

    Everybody gets the box found under its words that fits its place best; no box is given twice.

    Args:
        story: what they look like.
        sketch: where they should be.
        image: what was drawn.
        finds: the detector; None leaves everybody intended.
        least: overlap (intersection over union) from which somebody is in place.
    """
    placed = [who for who in sketch.seen if sketch.shot.layout.of(who) is not None]
    if finds is None:
        return tuple(Alignment(entity=who, found=None) for who in placed)
    words = {who: entity_words(story, who) for who in placed}
    boxes = finds.find(image, list(dict.fromkeys(words.values()))) if placed else []
    given: dict[str, tuple[Box, float]] = {}
    for text, group in groupby(sorted(placed, key=words.__getitem__), key=words.__getitem__):
        given |= _given([one.box for one in boxes if one.words == text], {who: sketch.box(who) for who in group})
    return tuple(_alignment(who, given.get(who), least, finds.name) for who in placed)


def _given(boxes: Sequence[Box], places: dict[str, Box]) -> dict[str, tuple[Box, float]]:
    """Pairs of a place and a box, the best overlap first."""
    pairs = sorted(
        ((place.iou(box), who, number) for who, place in places.items() for number, box in enumerate(boxes)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    given: dict[str, tuple[Box, float]] = {}
    taken: set[int] = set()
    for iou, who, number in pairs:
        if who not in given and number not in taken:
            given[who] = boxes[number], iou
            taken.add(number)
    return given


def _alignment(who: str, found: tuple[Box, float] | None, least: float, by: str) -> Alignment:
    if found is None:
        return Alignment(entity=who, found=None, by=by)
    box, iou = found
    return Alignment(entity=who, found=box, iou=round(iou, 4), aligned=iou >= least, by=by)
