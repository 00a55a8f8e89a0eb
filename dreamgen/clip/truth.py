"""What every frame truly shows: the visible pixels of each entity, read from the entity map."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import MaskFrame, Masklet
from dreamgen.engines.masks import Region, regions
from dreamgen.engines.masks import read_masklets as read_masklets
from dreamgen.engines.masks import write_masklets as write_masklets

Masklets = tuple[Masklet, ...]
"""Of one shot, one scene or the film; one for each entity that is seen there, sorted by entity."""

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
        intended: entities whose place in the map is a plan that nothing has checked.
    """

    def __init__(
        self,
        numbers: Mapping[str, int],
        whole_area: Callable[[str], float],
        frames: int,
        intended: Collection[str] = (),
    ) -> None:
        self._names = {number: entity for entity, number in numbers.items()}
        self._whole_area, self._frames, self._intended = whole_area, frames, frozenset(intended)
        self._seen: dict[str, dict[int, Region]] = {}
        self._areas: dict[str, dict[int, float]] = {}
        self._size = (0, 0)

    def look(self, frame: int, entities: NDArray[np.uint8]) -> None:
        """Takes note of what the map (height, width) shows in frame `frame`."""
        self._size = entities.shape[1], entities.shape[0]
        for number, region in regions(entities).items():
            entity = self._names[number]
            self._seen.setdefault(entity, {})[frame] = region
            if frame % _EVERY == 0 or frame == self._frames - 1 or entity not in self._areas:
                self._areas.setdefault(entity, {})[frame] = self._whole_area(entity)

    def masklets(self) -> Masklets:
        """Everything seen, in frames of the shot."""
        return tuple(
            Masklet(
                entity=entity,
                intended=((0, self._frames),) if entity in self._intended else (),
                size=self._size,
                frames=tuple(self._masks(entity, seen)),
            )
            for entity, seen in sorted(self._seen.items())
        )

    def _masks(self, entity: str, seen: dict[int, Region]) -> Iterator[MaskFrame]:
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


def shifted(masklet: Masklet, frames: int) -> Masklet:
    """The same masks in a clip in which everything happens `frames` frames later."""
    return masklet.model_copy(
        update={
            "intended": tuple((first + frames, stop + frames) for first, stop in masklet.intended),
            "frames": tuple(mask.model_copy(update={"frame": mask.frame + frames}) for mask in masklet.frames),
        }
    )


def joined(parts: Iterable[Masklets]) -> Masklets:
    """One after the other; the parts come in order of frames, and their masks have one size."""
    every = [masklet for part in parts for masklet in part]
    # sorting keeps the parts of one entity in their order
    return tuple(_as_one(tuple(own)) for _, own in groupby(sorted(every, key=_entity), key=_entity))


def _entity(masklet: Masklet) -> str:
    return masklet.entity


def _as_one(parts: Sequence[Masklet]) -> Masklet:
    intended: list[tuple[int, int]] = []
    for first, stop in (stretch for part in parts for stretch in part.intended):
        if intended and intended[-1][1] == first:
            intended[-1] = intended[-1][0], stop
        else:
            intended.append((first, stop))
    frames = tuple(mask for part in parts for mask in part.frames)
    return parts[0].model_copy(update={"intended": tuple(intended), "frames": frames})


class _Part(NamedTuple):
    """A file that is being read, entity by entity."""

    lines: IO[str]
    first: int
    """By how many frames its masks are moved."""


def join_masklets(parts: Sequence[tuple[Path, int]], path: Path) -> None:
    """Writes the masklets of several clips, one after the other, as one file.

    The files are read side by side, one entity at a time: no more than the masks of one entity are in memory.

    Args:
        parts: files of `write_masklets`, each with the frame of the whole at which it begins, in order.
        path: the file to write.
    """
    with ExitStack() as stack:
        files = [_Part(stack.enter_context(gzip.open(part, "rt", encoding="utf-8")), first) for part, first in parts]
        write_masklets(_side_by_side(files), path)


def _side_by_side(files: Sequence[_Part]) -> Iterator[Masklet]:
    heads = [_next(part) for part in files]
    while left := [head for head in heads if head is not None]:
        entity = min(head.entity for head in left)
        yield _as_one([head for head in left if head.entity == entity])
        heads = [
            _next(part) if head is not None and head.entity == entity else head
            for part, head in zip(files, heads, strict=True)
        ]


def _next(part: _Part) -> Masklet | None:
    line = part.lines.readline()
    return shifted(Masklet.model_validate_json(line), part.first) if line else None
