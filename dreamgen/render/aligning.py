"""Whether everybody is where the plan has them, by a detector that was never shown the plan.

What is there is settled first: every box is one thing, and is called what fits it best. Only then is it held against
the plan, so that no box is taken because it lies where one was hoped for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import Alignment
from dreamgen.core.story import Story
from dreamgen.engines.detection import Found
from dreamgen.render.looks import a
from dreamgen.render.looks import words as tables
from dreamgen.render.phrasing import entity_words
from dreamgen.render.sketching import Sketch

Pixels = NDArray[np.uint8]

_SAME = 0.5
"""Overlap (intersection over union) from which two boxes are one thing, whatever they are called."""


class Finds(Protocol):
    """A detector."""

    @property
    def name(self) -> str:
        """How it is known."""
        ...

    def find(self, image: Pixels, words: Sequence[str], least: float = 0.0) -> list[Found]:
        """Everything in a picture that one of `words` fits with a score of at least `least`; 0 for its own least."""
        ...


def alignments(
    story: Story, sketch: Sketch, image: Pixels, finds: Finds | None, least: float, sure: float = 0.0
) -> tuple[Alignment, ...]:
    """One for every character and standing prop that the picture should show, in the order of the map's numbers.

    Of what is called the same, as many of the surest are looked at as there should be. Which of them is who follows
    from the plan: the best overlap first. A detector knows kinds and not people, so two of a kind that changed places
    pass here.

    Args:
        story: what they look like.
        sketch: where they should be.
        image: what was drawn.
        finds: the detector; None leaves everybody intended.
        least: overlap (intersection over union) from which somebody is in place.
        sure: the least score of the detector, 0-1; 0 for its own.
    """
    placed = [who for who in sketch.seen if sketch.shot.layout.of(who) is not None]
    if finds is None:
        return tuple(Alignment(entity=who, found=None) for who in placed)
    words = {who: entity_words(story, who) for who in placed}
    wanted = list(dict.fromkeys(words.values()))
    things = settled(finds.find(image, [*wanted, *others(wanted)], sure)) if placed else []
    given: dict[str, tuple[Box, float]] = {}
    for text in wanted:
        places = {who: sketch.box(who) for who in placed if words[who] == text}
        surest = [thing.box for thing in things if thing.words == text][: len(places)]
        given |= _given(surest, places)
    return tuple(_alignment(who, given.get(who), least, finds.name) for who in placed)


def others(wanted: Collection[str]) -> list[str]:
    """Other kinds of people and animals to look for, so that a body which is one of them is not taken for another.

    A kind that also is what is wanted is not among them: an old man is a man.
    """
    nouns = {text.split()[-1] for text in wanted}
    return [a(kind) for kind in tables()["others"]["kinds"] if kind.split()[-1] not in nouns]


def settled(found: Sequence[Found]) -> list[Found]:
    """Every thing once, under the words that fit it best, the surest first (non-maximum suppression over all words)."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (-one.score, one.box.x0, one.box.y0, one.words)):
        if all(one.box.iou(other.box) < _SAME for other in kept):
            kept.append(one)
    return kept


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
