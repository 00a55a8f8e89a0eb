"""Where the subjects of region tasks are, frame by frame, in clips whose masklets are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from dreamgen.core.media import Clip, Masklet
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.masks import box_map, masklet_lines

Corners = tuple[int, int, int, int]
"""The first and the last column and row of a box, in pixels of the clip: x1, y1, x2, y2, all within the picture."""

_KEPT = 8
"""Clips whose masklets are in memory at once: pairs about one clip follow each other, or nearly so."""


class Marks:
    """The masklets of a dataset's clips.

    Args:
        media: the folder that the files of a clip are in, by its id.
    """

    def __init__(self, media: Callable[[str], Path]) -> None:
        self._media = media
        self._lines = lru_cache(_KEPT)(masklet_lines)
        self._boxes = lru_cache(4 * _KEPT)(self._corners)

    def of(self, clip: Clip) -> tuple[Masklet, ...]:
        """What is known of everybody in a clip, in the order that numbers them; masks that are only a plan are none."""
        return tuple(_read(line) for line in self._told(clip).values())

    def number(self, clip: Clip, entity: str) -> int:
        """The number of somebody among the masklets of a clip, from 0.

        Raises:
            ValueError: when no masks of it are known.
        """
        return list(self._told(clip)).index(entity)

    def boxes(self, clip: Clip, entity: str) -> tuple[Corners | None, ...]:
        """The box of somebody in every frame of a clip; None where nothing is seen, or nobody knows."""
        if not clip.masklets:
            return (None,) * clip.frames
        return self._boxes(self._media(clip.id) / clip.masklets.path, clip.size, clip.frames, entity)

    def subject(self, pair: InstructionPair, clip: Clip) -> str:
        """Whom a pair about a marked subject marks; empty where none of its masks are known."""
        known = self._told(clip)
        return next((entity for entity in pair.masklets if entity in known), "")

    def _told(self, clip: Clip) -> Mapping[str, str]:
        return self._lines(self._media(clip.id) / clip.masklets.path) if clip.masklets else {}

    def _corners(self, path: Path, size: tuple[int, int], frames: int, entity: str) -> tuple[Corners | None, ...]:
        line = self._lines(path).get(entity)
        if line is None:
            return (None,) * frames
        # boxes are shares of the picture, which may be larger than the masks
        found = box_map(_read(line).model_copy(update={"size": size}), frames)
        return tuple(box and (box[0], box[1], box[2] - 1, box[3] - 1) for box in found)


def _read(line: str) -> Masklet:
    masklet = Masklet.model_validate_json(line)
    if not masklet.intended:
        return masklet
    kept = tuple(mask for mask in masklet.frames if not masklet.intends(mask.frame))
    return masklet.model_copy(update={"frames": kept})
