"""What every frame truly shows: the visible pixels of each entity, read from the entity map."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import MaskFrame, Masklet
from dreamgen.engines.files import whole
from dreamgen.engines.masks import Region, regions

Masks = dict[str, tuple[MaskFrame, ...]]
"""Entity id to its masks, in order of frames."""

_EVERY = 6
"""Whole areas are measured every so many frames and interpolated between; drawing an entity alone is dear."""


class Witness:
    """Looks at the entity maps of one shot, frame by frame, in order.

    Args:
        numbers: entity id to its number in the entity map.
        whole_area: an entity id to the pixels that it would have in the frame just looked at with nothing in front
            of it. Asked at every sixth frame, at the last, and at the first in which the entity is seen; in between
            it is interpolated, and never taken as less than what is visible.
        frames: how many there will be.
    """

    def __init__(self, numbers: Mapping[str, int], whole_area: Callable[[str], int], frames: int) -> None:
        self._names = {number: entity for entity, number in numbers.items()}
        self._whole_area, self._last = whole_area, frames - 1
        self._seen: dict[str, dict[int, Region]] = {}
        self._areas: dict[str, dict[int, int]] = {}
        self._size = (0, 0)

    def look(self, frame: int, entities: NDArray[np.uint8]) -> None:
        """Takes note of what the map (height, width) shows in frame `frame`."""
        self._size = entities.shape[1], entities.shape[0]
        for number, region in regions(entities).items():
            entity = self._names[number]
            self._seen.setdefault(entity, {})[frame] = region
            if frame % _EVERY == 0 or frame == self._last or entity not in self._areas:
                self._areas.setdefault(entity, {})[frame] = self._whole_area(entity)

    def masks(self) -> Masks:
        """Everything seen."""
        return {entity: tuple(self._frames(entity, seen)) for entity, seen in sorted(self._seen.items())}

    def _frames(self, entity: str, seen: dict[int, Region]) -> Iterator[MaskFrame]:
        width, height = self._size
        known = self._areas[entity]
        areas = np.interp(list(seen), list(known), list(known.values()))
        for (frame, region), area in zip(seen.items(), areas, strict=True):
            x0, y0, x1, y1 = region.box
            yield MaskFrame(
                frame=frame,
                rle=region.rle,
                box=Box(x0=x0 / width, y0=y0 / height, x1=x1 / width, y1=y1 / height),
                visible=round(min(1.0, region.area / max(float(area), 1.0)), 4),
            )


def shifted(masks: Masks, frames: int) -> Masks:
    """The same masks in a clip in which everything happens `frames` frames later."""
    return {
        entity: tuple(mask.model_copy(update={"frame": mask.frame + frames}) for mask in found)
        for entity, found in masks.items()
    }


def joined(parts: Iterable[Masks]) -> Masks:
    """One after the other; the parts come in order of frames."""
    together: Masks = {}
    for part in parts:
        for entity, found in part.items():
            together[entity] = (*together.get(entity, ()), *found)
    return together


def write_masklets(masks: Masks, size: tuple[int, int], path: Path) -> None:
    """Gzipped JSON lines, one `Masklet` for each entity, sorted by entity; the same masks give the same bytes."""
    lines = [
        Masklet(entity=entity, size=size, frames=found).model_dump_json() + "\n"
        for entity, found in sorted(masks.items())
    ]
    with whole(path) as unfinished:
        unfinished.write_bytes(gzip.compress("".join(lines).encode(), compresslevel=6, mtime=0))


def read_masklets(path: Path) -> tuple[Masklet, ...]:
    """The masklets of a clip, sorted by entity."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return tuple(Masklet.model_validate_json(line) for line in lines)
