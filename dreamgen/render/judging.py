"""Whether a drawn picture shows whom it was asked to show, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import Likeness
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.orders import Look
from dreamgen.render.aligning import Finds, alignments
from dreamgen.render.locking import squared
from dreamgen.render.redrawing import Judgement, Outcome
from dreamgen.render.sketching import Sketch

Pixels = NDArray[np.uint8]

_CUT = 0.85
"""Share of a body's height from which it counts as seen whole."""
_MARGIN = 0.04
"""How far over and under the body a portrait goes, as a share of its height."""


@dataclass(frozen=True)
class _Compared:
    """A drawn body beside the portraits of the cast."""

    who: str
    """Whose place it has."""
    own: float
    """Cosine similarity to its own portrait."""
    other: float | None
    """To the portrait of the one, of all others, that it is most like; None where there is nobody else."""


@dataclass
class Judge:
    """Holds pictures against the portraits and the plan."""

    story: Story
    look: Look | None
    """Pictures to embeddings; None compares nothing."""
    portraits: Mapping[str, Pixels]
    """Of the cast, by id."""
    likeness: float | None
    """The least cosine similarity of a character and its portrait; None only measures it."""
    likeness_margin: float = 0.0
    """By how much it must be more like its own portrait than like anybody else's, at least."""
    finds: Finds | None = None
    """Finds things in pictures; None checks no place."""
    check_iou: float = 0.7
    """The least overlap of where somebody is and where it should be."""
    check_score: float = 0.0
    """The least score of what counts as found; 0 for the detector's own."""
    strict: bool = True
    """Whether characters have to be in place; else it is only noted."""
    _known: dict[tuple[str, int], NDArray[np.float32]] = field(default_factory=dict)

    def __call__(self, sketch: Sketch, image: Pixels) -> Judgement:
        """What is found in a picture of any size."""
        found = alignments(self.story, sketch, image, self.finds, self.check_iou, self.check_score)
        compared = self._compared(sketch, image)
        strangers = 0 if self.likeness is None else sum(not self._same(one) for one in compared)
        outcome: Outcome = "unlike" if strangers else "kept"
        lost = (one for one in found if one.by and not one.aligned and self.story.character(one.entity) is not None)
        if self.strict and any(lost):
            outcome = "misplaced"  # somebody else in its box would be unlike it too
        alike = tuple(Likeness(entity=one.who, score=one.own) for one in compared)
        return Judgement(outcome, alike, found, strangers)

    def _same(self, one: _Compared) -> bool:
        """Whether a body is who it should be; alone in its cast, nobody else can be more alike."""
        assert self.likeness is not None  # asked for
        nearest = one.other is None or one.own - one.other >= self.likeness_margin
        return nearest and one.own >= self.likeness

    def _compared(self, sketch: Sketch, image: Pixels) -> list[_Compared]:
        if self.look is None:
            return []
        found = []
        for who in sketch.seen:
            if who in self.portraits:
                seen, share = self.look(squared(cropped(image, sketch.box(who)))), _shown(sketch, who)
                scores = {one: _cosine(seen, self._portrait(one, share)) for one in sorted(self.portraits)}
                others = (score for one, score in scores.items() if one != who)
                found.append(_Compared(who, scores[who], max(others, default=None)))
        return found

    def _portrait(self, who: str, share: float) -> NDArray[np.float32]:
        """The embedding of a portrait, or of as much of it from above as the frame shows of the body."""
        assert self.look is not None  # asked for
        key = who, round(share * 8)
        if key not in self._known:
            height = self.portraits[who].shape[0]
            rows = height if share >= _CUT else max(8, round((_MARGIN + share * (1 - 2 * _MARGIN)) * height))
            self._known[key] = self.look(squared(self.portraits[who][:rows]))
        return self._known[key]


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return round(max(-1.0, min(1.0, float(np.dot(one, other)))), 4)


def cropped(image: Pixels, box: Box) -> Pixels:
    """The part of a picture in a box of frame fractions; at least eight pixels wide and high."""
    height, width = image.shape[:2]
    x0, y0 = min(int(box.x0 * width), width - 8), min(int(box.y0 * height), height - 8)
    x1, y1 = max(x0 + 8, round(box.x1 * width)), max(y0 + 8, round(box.y1 * height))
    return np.ascontiguousarray(image[max(0, y0) : y1, max(0, x0) : x1])


def _shown(sketch: Sketch, who: str) -> float:
    """How much of a body's height, from its head down, the frame leaves in."""
    shot = sketch.shot
    body = shot.layout.frame_box(who, shot.camera, sketch.t / shot.seconds)
    if body is None or body.y1 <= 1.0:
        return 1.0
    return round(max(0.1, (1.0 - max(0.0, body.y0)) / body.height) * 8) / 8
