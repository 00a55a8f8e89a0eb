"""Masks as COCO's compressed run-length codes: column-major, as in pycocotools."""

from __future__ import annotations

import gzip
import json
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.core.media import Masklet
from dreamgen.engines.files import whole

Pixels = NDArray[np.uint8]


class Region(NamedTuple):
    """The pixels of one number in an entity map."""

    rle: str
    """COCO's compressed code."""
    box: tuple[int, int, int, int]
    """Left, top, right and bottom in pixels; right and bottom are one past the last."""
    area: int
    """How many pixels."""


def regions(numbers: Pixels) -> dict[int, Region]:
    """The region of every number in a map (height, width), 0 and 255 left out.

    All are read off one list of runs, which takes a fifth of the time of encoding a mask for each.
    """
    import cv2
    from pycocotools import mask as coco

    height, width = numbers.shape
    flat = np.asarray(cv2.transpose(numbers)).ravel()
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
    stops, values = np.append(starts[1:], flat.size), flat[starts]
    found = {}
    for number in np.unique(values):
        if number in (0, 255):
            continue
        own = values == number
        first, last = starts[own], stops[own]
        counts = np.empty(2 * len(first), np.int64)
        counts[0::2] = first - np.concatenate(([0], last[:-1]))
        counts[1::2] = last - first
        if last[-1] < flat.size:
            counts = np.append(counts, flat.size - last[-1])
        code = coco.frPyObjects({"size": [height, width], "counts": counts.tolist()}, height, width)
        x, y, w, h = (int(value) for value in coco.toBbox(code))
        found[int(number)] = Region(code["counts"].decode("ascii"), (x, y, x + w, y + h), int((last - first).sum()))
    return found


def pixels_of(rle: str, size: tuple[int, int]) -> NDArray[np.bool_]:
    """The mask (height, width) of a code; `size` is width and height."""
    from pycocotools import mask as coco

    width, height = size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pycocotools 2.0 speaks to NumPy 2 in the old way
        mask = coco.decode({"size": [height, width], "counts": rle.encode("ascii")})
    return np.asarray(mask, np.bool_)


def region_of(mask: NDArray[np.bool_]) -> Region | None:
    """The region of a mask (height, width); None for one without a pixel."""
    return regions(mask.astype(np.uint8)).get(1)


def without_specks(mask: NDArray[np.bool_], share: float = 0.02) -> NDArray[np.bool_]:
    """A mask without its parts that are smaller than a share of its largest one, which would blow up its box.

    Args:
        mask: (height, width).
        share: 0-1.
    """
    import cv2

    count, labels, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    areas = facts[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray((areas >= share * areas.max())[labels] & mask, np.bool_)


def overlap(one: str, other: str, size: tuple[int, int]) -> float:
    """Intersection over union of two codes, 0-1; `size` is width and height."""
    from pycocotools import mask as coco

    width, height = size
    codes = [{"size": [height, width], "counts": rle.encode("ascii")} for rle in (one, other)]
    return float(coco.iou(codes[:1], codes[1:], [0])[0][0])


def write_masklets(masklets: Iterable[Masklet], path: Path) -> None:
    """Gzipped JSON lines, one for each entity, in the order given; the same masks give the same bytes."""
    with (
        whole(path) as unfinished,
        unfinished.open("wb") as file,
        # no name and no time in the header
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed,
    ):
        for masklet in masklets:
            packed.write(masklet.model_dump_json().encode() + b"\n")


def read_masklets(path: Path) -> tuple[Masklet, ...]:
    """The masklets of a clip, sorted by entity."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return tuple(Masklet.model_validate_json(line) for line in lines)


def masklet_lines(path: Path) -> dict[str, str]:
    """Entity to its line of such a file, in order: the masks of one can be read without those of all others."""
    read = json.JSONDecoder().raw_decode
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        # a masklet is written with its entity first
        return {str(read(line, len('{"entity":'))[0]): line for line in lines}


PixelBox = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom are one past the last."""

_HONEST = 0.5
"""Overlap of two boxes (intersection over union) from which what lies between their frames is taken to lie between
them."""


def box_map(masklet: Masklet, frames: int) -> tuple[PixelBox | None, ...]:
    """The box of a masklet in every frame of its clip; None where nothing is seen, or nobody knows.

    In annotated frames it is the box of the mask. In frames between two of them it moves evenly from one to the other
    where both overlap so much that it can't have been anywhere else.

    Args:
        masklet: in frames of the clip.
        frames: length of the clip.
    """
    boxes: list[PixelBox | None] = [None] * frames
    known = {mask.frame: mask.box for mask in masklet.frames if mask.frame < frames}
    for frame, box in known.items():
        boxes[frame] = in_pixels(box, masklet.size)
        after = known.get(frame + masklet.step) if masklet.step > 1 else None
        if after is not None and box.iou(after) >= _HONEST:
            for more in range(1, masklet.step):
                boxes[frame + more] = in_pixels(box.towards(after, more / masklet.step), masklet.size)
    return tuple(boxes)


def in_pixels(box: Box, size: tuple[int, int]) -> PixelBox:
    """A box in pixels of a picture; `size` is its width and height."""
    width, height = size
    left, top = round(box.x0 * width), round(box.y0 * height)
    return left, top, max(left + 1, round(box.x1 * width)), max(top + 1, round(box.y1 * height))
