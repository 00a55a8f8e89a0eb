"""Runs the networks: a frame becomes its setting and the people and animals in it, a portrait a vector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import as_file, files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.sight import Floats, Network, Pixels, open_network
from dreamgen.verify.glance.crops import FRAME, Body, body_square, head_square, measures, small, whole_portrait

_LEAST: Final = 0.25
"""Probability of somebody from which a peak of the map is looked at closely."""
_MOST: Final = 12
"""Bodies of a frame that are looked at closely, the likeliest ones."""


@dataclass(frozen=True)
class Seen:
    """Somebody in a frame."""

    body: Body
    """Where."""
    vector: Floats
    """(64,), of length 1: near that of the portrait of who it is."""
    told: Mapping[str, Floats]
    """Logarithms of the probabilities of each class, by head: pose, facing, feeling, top, colour_top, …"""


@dataclass(frozen=True)
class Look:
    """One frame, looked at."""

    setting: Mapping[str, Floats]
    """Logarithms of the probabilities of each class: place, time, weather."""
    seen: tuple[Seen, ...]
    """Everybody who was found, the surest first."""
    strange: float
    """How far it lies from the frames that the networks learned from: about 1 for such a frame."""


class Seer:
    """The three networks and the names of what they tell apart."""

    @cached_property
    def classes(self) -> dict[str, tuple[str, ...]]:
        """What each head tells apart, in the order of its numbers."""
        return {head: tuple(values) for head, values in stored()["classes"].items()}

    @cached_property
    def _frames(self) -> Network:
        return _network("sight-frames.onnx")

    @cached_property
    def _bodies(self) -> Network:
        return _network("sight-bodies.onnx")

    @cached_property
    def _portraits(self) -> Network:
        return _network("sight-portraits.onnx")

    def portrait(self, image: Pixels) -> Floats:
        """The vector (64,) near which pictures of somebody lie, from a portrait (h, w, 3)."""
        return np.asarray(self._portraits.run({"portrait": whole_portrait(image)[None]})["vector"][0], np.float32)

    def look(self, frame: Pixels) -> Look:
        """What is to be seen in a frame (h, w, 4); see `engines.sight.with_change`."""
        made = self._frames.run({"frame": small(frame)[None]})
        setting = {what: logs_of(made[what][0]) for what in ("place", "time", "weather")}
        bodies = bodies_in(made["found"][0], made["shape"][0])
        return Look(setting, self._closely(frame, bodies), float(made["strange"][0]))

    def _closely(self, frame: Pixels, bodies: tuple[Body, ...]) -> tuple[Seen, ...]:
        if not bodies:
            return ()
        made = self._bodies.run(
            {
                "body": np.stack([body_square(frame, body) for body in bodies]),
                "head": np.stack([head_square(frame, body) for body in bodies]),
                "measures": np.stack([measures(body) for body in bodies]),
            }
        )
        vectors = made.pop("vector")
        return tuple(
            Seen(body, vectors[at], {head: logs_of(values[at]) for head, values in made.items()})
            for at, body in enumerate(bodies)
        )


def logs_of(scores: Floats) -> Floats:
    """Scores of classes as logarithms of probabilities."""
    from_top = scores - scores.max()
    return np.asarray(from_top - np.log(np.exp(from_top).sum()), np.float32)


def bodies_in(found: Floats, shape: Floats) -> tuple[Body, ...]:
    """Everybody at a peak of the maps, the surest first.

    Args:
        found: (2, rows, columns): scores of people and of animals.
        shape: (14, rows, columns): for each sort the middle's place in its cell, the logarithm of the radius, and how
            far the box reaches left, up, right and down.
    """
    cell_x, cell_y = 8 / FRAME[0], 8 / FRAME[1]
    chances = np.asarray(1 / (1 + np.exp(-found)), np.float32)
    bodies = []
    for sort, row, column in np.argwhere(_peaks(chances) & (chances > _LEAST)).tolist():
        across, down, size, left, up, right, under = shape[7 * sort : 7 * sort + 7, row, column].tolist()
        x, y = (column + across) * cell_x, (row + down) * cell_y
        box = (max(0.0, x - left), max(0.0, y - up), min(1.0, x + right), min(1.0, y + under))
        if box[0] < box[2] and box[1] < box[3]:
            radius = float(np.exp(min(max(size, -6.0), 0.5)))
            bodies.append(Body(x, y, radius, box, bool(sort), float(chances[sort, row, column])))
    bodies.sort(key=lambda body: -body.score)
    kept: list[Body] = []
    for body in bodies[: 2 * _MOST]:
        if not any(_same(body, other) for other in kept):
            kept.append(body)
    return tuple(kept[:_MOST])


def _peaks(chances: Floats) -> NDArray[np.bool_]:
    """Where a map (sorts, rows, columns) is nowhere lower than beside."""
    padded = np.pad(chances, ((0, 0), (1, 1), (1, 1)))
    rows, columns = chances.shape[1:]
    around = [padded[:, y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    return np.asarray(chances >= np.max(around, axis=0), np.bool_)


def _same(one: Body, other: Body) -> bool:
    """Whether two peaks are of the same body."""
    apart = np.hypot((one.x - other.x) * 16 / 9, one.y - other.y)
    near = 0.5 if one.animal == other.animal else 0.3
    return bool(apart < near * max(one.radius, other.radius))


@lru_cache(maxsize=1)
def stored() -> dict[str, Any]:
    """What was learned beside the networks' weights: names of classes, and how to read their numbers."""
    return dict(json.loads((files("dreamgen.verify") / "data" / "sight.json").read_text("utf-8")))


def _network(name: str) -> Network:
    with as_file(files("dreamgen.verify") / "data" / name) as path:
        return open_network(path)
