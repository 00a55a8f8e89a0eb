"""Drawn stories as the `sight` networks are fed with them: batches that follow from a seed and a number alone."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from sight_labels import HEADS, INDOORS, PLACES, TIMES, WEATHERS, labels_of
from verifier_world import PEOPLE

from dreamgen.core.base import derive_seed
from dreamgen.engines.sight import with_change
from dreamgen.illustrator.painters import painter_for
from dreamgen.style.book import read_style
from dreamgen.verify.glance.crops import FRAME, Body, body_square, head_square, measures, small, whole_portrait

CELL = 8
"""Pixels of a small frame for one cell of the frame network's maps."""
_UNTOLD = -100


@dataclass(frozen=True)
class DrawnStory:
    """One story of the corpus."""

    path: Path
    """Its file."""

    @cached_property
    def truth(self) -> dict[str, Any]:
        """All that is known of it."""
        with zipfile.ZipFile(self.path) as file:
            return dict(json.loads(file.read("truth.json")))

    @property
    def seed(self) -> int:
        """What it derives from."""
        return int(self.path.stem)

    def frame(self, shot: int, moment: int) -> np.ndarray:
        """(288, 512, 4): a frame with what changes in it."""
        name = f"{self.truth['shots'][shot]['id']}-{moment}"
        with zipfile.ZipFile(self.path) as file:
            one, other = (_picture(file.read(f"{name}{which}.jpg")) for which in "ab")
        return with_change(one, other)

    def portraits(self) -> dict[str, np.ndarray]:
        """Every member of the cast."""
        with zipfile.ZipFile(self.path) as file:
            return {c["id"]: _picture(file.read(f"{c['id']}.png")) for c in self.truth["cast"]}

    @cached_property
    def cast(self) -> dict[str, dict[str, Any]]:
        """Characters by id."""
        return {character["id"]: character for character in self.truth["cast"]}

    def bodies(self, shot: int, moment: int) -> Iterator[tuple[str, Body, dict[str, Any]]]:
        """Everybody of whom anything is seen: who, where, and how much of it."""
        for who, seen in self.truth["shots"][shot]["moments"][moment].items():
            if seen["box"] is None or who not in self.cast:
                continue
            animal = self.cast[who]["kind"] not in PEOPLE
            x0, y0, x1, y1 = seen["box"]
            x, y, radius = seen.get("head") or ((x0 + x1) / 2, (y0 + y1) / 2, (y1 - y0) / 2)
            yield who, Body(x, y, radius, (x0, y0, x1, y1), animal), seen


def _picture(code: bytes) -> np.ndarray:
    return np.asarray(cv2.imdecode(np.frombuffer(code, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def stories(folder: Path) -> list[DrawnStory]:
    """All of a part, in order."""
    return [DrawnStory(path) for path in sorted(folder.glob("*.zip"))]


@lru_cache(maxsize=64)
def _grey(style: str) -> bool:
    return bool(painter_for(read_style(style)).grey)


def plain_to_see(body: Body, seen: dict[str, Any]) -> bool | None:
    """Whether somebody can be found; None where that is open to doubt."""
    inside = 0 < body.x < 1 and 0 < body.y < 1
    enough = seen["area"] >= 0.0012 and seen["free"] >= 0.4 and inside
    if enough and (body.animal or seen.get("face", 0.0) > 0.35):
        return True
    return None


def setting_labels(story: DrawnStory, shot: dict[str, Any]) -> list[int]:
    """Classes of place, time and weather, or that nothing is to be told."""
    inside, close = shot["place"] in INDOORS, shot["framing"] == "close"
    return [
        PLACES.index(shot["place"]) if not close else _UNTOLD,
        _UNTOLD if inside or close or _grey(story.truth["style"]) else TIMES.index(shot["time"]),
        _UNTOLD if inside or close else WEATHERS.index(shot["weather"]),
    ]


def frame_example(story: DrawnStory, shot: int, moment: int, lot: np.random.Generator) -> tuple[np.ndarray, ...]:
    """A small frame, its setting, and the maps of who is where: found, how much that counts, shape."""
    frame, mirrored = lit(story.frame(shot, moment), lot), lot.random() < 0.5
    wide, high = FRAME[0] // CELL, FRAME[1] // CELL
    found, counts = np.zeros((2, high, wide), np.float32), np.ones((2, high, wide), np.float32)
    shape = np.zeros((14, high, wide), np.float32)
    for _, body, seen in story.bodies(shot, moment):
        place(found[int(body.animal)], counts[int(body.animal)], shape[7 * body.animal :][:7],
              mirror(body) if mirrored else body, plain_to_see(body, seen))  # fmt: skip
    image = small(frame[:, ::-1] if mirrored else frame)
    return image, np.array(setting_labels(story, story.truth["shots"][shot])), found, counts, shape


def lit(frame: np.ndarray, lot: np.random.Generator) -> np.ndarray:
    """The frame a little lighter or darker, flatter or harsher, and with another tint."""
    gain = (1 + lot.normal(0, 0.06)) * (1 + lot.normal(0, 0.02, 3))
    table = np.arange(256)[:, None] * gain + lot.normal(0, 5)
    table = np.clip(np.column_stack([table, np.arange(256)]), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(np.ascontiguousarray(frame), table[None]))


def mirror(body: Body) -> Body:
    """Left is right."""
    x0, y0, x1, y1 = body.box
    return body._replace(x=1 - body.x, box=(1 - x1, y0, 1 - x0, y1))


def place(found: np.ndarray, counts: np.ndarray, shape: np.ndarray, body: Body, plain: bool | None) -> None:
    """Writes a body into the maps; who is hard to see counts neither way."""
    high, wide = found.shape
    x, y = body.x * wide, body.y * high
    column, row = int(min(max(x, 0), wide - 1)), int(min(max(y, 0), high - 1))
    if plain is None:
        counts[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0
        return
    spread = min(max(body.radius * high / 3, 0.6), 1.6)
    rows, columns = np.ogrid[:high, :wide]
    bump = np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * spread**2))
    np.maximum(found, bump, out=found)
    x0, y0, x1, y1 = body.box
    reach = (body.x - x0, body.y - y0, x1 - body.x, y1 - body.y)
    shape[:, row, column] = (x - column, y - row, np.log(max(body.radius, 1e-3)), *reach)


def jittered(body: Body, lot: np.random.Generator) -> Body:
    """As inexactly placed as the frame network places bodies."""
    x0, y0, x1, y1 = body.box
    wide, high = x1 - x0, y1 - y0
    off = lot.normal(0, 0.05, 4) * (wide, high, wide, high)
    box = tuple(float(v) for v in (x0 + off[0], y0 + off[1], max(x1 + off[2], x0 + 0.01), max(y1 + off[3], y0 + 0.01)))
    x, y = (float(v) for v in lot.normal((body.x, body.y), (0.12 * body.radius * 9 / 16, 0.12 * body.radius)))
    return Body(x, y, body.radius * float(np.exp(lot.normal(0, 0.1))), box, body.animal)  # type: ignore[arg-type]


def body_example(
    frame: np.ndarray, body: Body, labels: dict[str, int], lot: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """The squares around a body, what they don't show, and its classes in the order of `HEADS`."""
    if lot.random() < 0.5:
        frame, body = frame[:, ::-1], mirror(body)
        labels = {**labels, "facing": 1 - labels["facing"]}
    body = jittered(body, lot)
    classes = np.array([labels.get(head, _UNTOLD) for head in HEADS])
    return body_square(frame, body), head_square(frame, body), measures(body), classes


def people_batch(some: list[DrawnStory], lot: np.random.Generator, moments: int = 3) -> tuple[np.ndarray, ...]:
    """Bodies of some stories at a few moments each, the portraits of their casts, and whose body is whose.

    Returns:
        Body squares, head squares, measures, classes, portraits, each body's portrait, the story of each body, the
        story of each portrait.
    """
    rows, portraits, owners, of_body, of_portrait = [], [], [], [], []
    for number, story in enumerate(some):
        first = {who: len(portraits) + at for at, who in enumerate(story.cast)}
        portraits += [whole_portrait(image) for image in story.portraits().values()]
        of_portrait += [number] * len(first)
        for shot in lot.permutation(len(story.truth["shots"]))[:moments].tolist():
            moment = int(lot.integers(3))
            frame, placed = lit(story.frame(shot, moment), lot), story.truth["shots"][shot]["placements"]
            plans = {placement["who"]: placement for placement in placed}
            for who, body, seen in story.bodies(shot, moment):
                if seen["area"] >= 0.0008 and seen["free"] >= 0.25 and who in plans:
                    rows.append(body_example(frame, body, labels_of(story.cast[who], plans[who], seen), lot))
                    owners.append(first[who])
                    of_body.append(number)
    columns = [np.stack(column) for column in zip(*rows, strict=True)]
    return (*columns, np.stack(portraits), np.array(owners), np.array(of_body), np.array(of_portrait))


def batches(
    name: str, make: Callable[[np.random.Generator], tuple[np.ndarray, ...]], count: int
) -> Iterator[tuple[torch.Tensor, ...]]:
    """`count` batches, made ahead on another thread; number k is the same whenever it is made."""

    def numbered(number: int) -> tuple[np.ndarray, ...]:
        return make(np.random.default_rng(derive_seed(0, "sight", name, str(number))))

    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(numbered, number) for number in range(min(3, count))]
        for number in range(count):
            done = waiting.pop(0)
            if number + 3 < count:
                waiting.append(pool.submit(numbered, number + 3))
            yield tuple(torch.from_numpy(np.ascontiguousarray(array)) for array in done.result())
