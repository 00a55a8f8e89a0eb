"""Measures how true the masks are: `python benchmarks/truth.py`.

An entity is hidden, the frame is drawn again without it, and the pixels that differ are compared with its mask.
Shadows, rims and carried light are off, since they are pixels that an entity changes but does not own. The rim of a
mask, one pixel on both sides of its edge, is left out of the overlap: antialiasing shares it with what is behind.
A pixel differs when a channel does by more than 7 of 255 levels; bodies of the colour of what is behind them lose by
that. Single pixels do not count for the box.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain, count
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from chance import random_story
from numpy.typing import NDArray

from dreamgen.clip.truth import Witness, read_masklets, write_masklets
from dreamgen.core.base import derived_random
from dreamgen.core.media import Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines.masks import pixels_of
from dreamgen.illustrator import Frame, Picture
from dreamgen.style.book import read_style, style_names

LEVELS = 7
SMALLEST = 40
"""Pixels within the rim under which an entity-frame is not measured: nearly all of it is edge."""
BATCH = 8
"""Scenes that are handed out at a time, about eight entity-frames each."""

Mask = NDArray[np.bool_]


class Measure(NamedTuple):
    """One entity in one frame."""

    overlap: float
    """Intersection over union of mask and changed pixels, without the rim."""
    box_error: int
    """The farthest that a side of the two boxes lies apart, in pixels."""
    exact: bool
    """Whether the mask that was written to a file and read again is the entity map's, bit for bit."""
    where: str
    """Which one, for whoever looks closer."""


def main() -> None:
    """Prints one line for each style."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="entity-frames of each style")
    parser.add_argument("--width", type=int, default=640, help="of the frames in pixels; they are 16:9")
    parser.add_argument("--seed", type=int, default=2, help="what the lot is derived from")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--styles", nargs="*", default=style_names(), help="style packs to measure")
    parser.add_argument("--worst", type=int, default=0, help="list so many of the worst of each style")
    options = parser.parse_args()
    size = (options.width, options.width * 9 // 16)
    began = time.perf_counter()
    print(f"{size[0]}x{size[1]}, seed {options.seed}, load {os.getloadavg()[0]:.1f} before\n")
    print(f"{'style':<12}{'n':>5}{'mean IoU':>10}{'min':>8}{'box px mean':>13}{'median':>8}{'max':>6}  masks in files")
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
        for name in options.styles:
            measure = partial(measured_scene, read_style(name), size, options.seed)
            found: list[Measure] = []
            for first in count(step=BATCH):
                found += chain.from_iterable(pool.map(measure, range(first, first + BATCH)))
                if len(found) >= options.count:
                    break
            del found[options.count :]
            print(line_of(name, found), flush=True)
            for one in sorted(found)[: options.worst]:
                print(f"    {one}")
            for one in sorted(found, key=lambda one: -one.box_error)[: options.worst]:
                print(f"    {one}")
    print(f"\n{time.perf_counter() - began:.0f} s")


def line_of(name: str, found: list[Measure]) -> str:
    overlaps, errors = [one.overlap for one in found], [one.box_error for one in found]
    exact = "equal bit for bit" if all(one.exact for one in found) else "DIFFER"
    numbers = f"{np.mean(overlaps):>10.4f}{min(overlaps):>8.3f}{np.mean(errors):>13.2f}{np.median(errors):>8.0f}"
    return f"{name:<12}{len(found):>5}{numbers}{max(errors):>6}  {exact}"


def measured_scene(style: Style, size: tuple[int, int], seed: int, number: int) -> list[Measure]:
    """Everybody that is seen at a random moment of each shot of a random scene."""
    story = random_story(seed, number)
    return [one for shot in story.shots for one in measured_shot(story, shot, style, size)]


def measured_shot(story: Story, shot: Shot, style: Style, size: tuple[int, int]) -> Iterator[Measure]:
    picture = Picture(story, shot, style, size, effects=False)
    t = derived_random(story.seed, "moment", shot.id).uniform(0.0, shot.seconds)
    whole = picture.frame(t)
    assert whole.entities is not None
    filed = _filed(picture, t, whole, size)
    for entity, number in picture.numbers.items():
        mask = whole.entities == number
        inside = ~rim_of(mask)
        if np.count_nonzero(mask & inside) < SMALLEST:
            continue
        gone = picture.frame(t, hide=frozenset({entity}), truth=False)
        changed = np.abs(whole.image.astype(np.int16) - gone.image).max(2) > LEVELS
        overlap = np.count_nonzero((changed & mask)[inside]) / max(1, np.count_nonzero((changed | mask)[inside]))
        touched = without_specks(changed)
        error = int(np.abs(box_of(touched) - box_of(mask)).max()) if touched.any() else max(size)
        what = f"{story.id} {shot.id} {entity} {_kind(story, entity)} {story.locations[0].set} {shot.camera.framing}"
        yield Measure(float(overlap), error, np.array_equal(filed[entity], mask), what)


def _filed(picture: Picture, t: float, frame: Frame, size: tuple[int, int]) -> dict[str, Mask]:
    """Every mask of the frame, written to a file as the animator does and read again."""
    witness = Witness(picture.numbers, lambda entity: picture.amodal_area(t, entity), 1)
    assert frame.entities is not None
    witness.look(0, frame.entities)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "masklets.jsonl.gz"
        write_masklets(witness.masklets(), path)
        return {masklet.entity: pixels_of(masklet.frames[0].rle, size) for masklet in read_masklets(path)}


def _kind(story: Story, entity: str) -> str:
    thing = story.character(entity) or story.prop(entity)
    return thing.kind if thing else ""


def box_of(mask: Mask) -> NDArray[np.int_]:
    """Left, top, right and bottom of a mask; right and bottom are one past the last."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])


def rim_of(mask: Mask) -> Mask:
    """Pixels at the edge of a mask, which a body shares with what is behind it."""
    near = _neighbours(mask)
    edge: Mask = np.logical_or.reduce(near) & ~np.logical_and.reduce(near)
    return edge


def without_specks(changed: Mask) -> Mask:
    """The mask without single pixels: a body glimmers through the grain where the painted edge of a picture ends."""
    kept: Mask = changed & (np.sum(_neighbours(changed), axis=0) > 1)
    return kept


def _neighbours(mask: Mask) -> list[Mask]:
    """The mask as it is and moved by a pixel in all eight directions."""
    padded = np.pad(mask, 1)
    height, width = mask.shape
    return [padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]


if __name__ == "__main__":
    main()
