"""The page that shows what all clips are like, cluster by cluster, and which of them core-sets took."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np
from jinja2 import Environment, StrictUndefined
from numpy.typing import NDArray

from dreamgen.annotate.coverage import Clusters, Coverage
from dreamgen.annotate.embedding import unit
from dreamgen.annotate.scaling import Portion
from dreamgen.core.base import derive_seed

Rows = NDArray[np.int64]
Thumbnail = Callable[[int], bytes]
"""A row's picture as JPEG bytes; empty where there is none."""

_DOTS: Final = 2000
"""Clips in the scatter plot, at most."""
_PICTURES: Final = 480
"""Pictures on the page, about; each cluster has at least two and at most eight."""
_WIDE, _HIGH, _EDGE = 720, 420, 14
"""Pixels of the plots, and of the room around what is plotted."""


@dataclass(frozen=True)
class Shown:
    """What the page is about."""

    names: Sequence[str]
    """The ids of all items, by row."""
    vectors: NDArray[np.floating]
    """(items, channels), in any precision and of any length."""
    rows: Rows
    """The items that stay, the one that stays longest first."""
    sizes: tuple[int, ...]
    """Of the core-sets, growing."""
    clusters: Clusters
    """Of those that stay."""
    coverage: Coverage
    portions: tuple[Portion, ...]
    dropped: int
    """Near-duplicates and others that were dropped before."""


class Tile(NamedTuple):
    """One clip of a cluster."""

    name: str
    picture: str
    """A data address; empty where there is no picture."""
    chosen: int
    """The smallest core-set that it is in; 0 for one that is in none."""


class Card(NamedTuple):
    """One cluster."""

    number: int
    size: int
    chosen: tuple[int, ...]
    """Clips of it in each core-set."""
    colour: str
    tiles: tuple[Tile, ...]


class Dot(NamedTuple):
    """One clip in the plot."""

    x: float
    y: float
    colour: str
    chosen: bool
    """Whether it is in the smallest core-set."""
    name: str


class Line(NamedTuple):
    """A curve as the points of an SVG polyline."""

    what: str
    points: str
    colour: str


def page(shown: Shown, thumbnail: Thumbnail, seed: int) -> str:
    """The whole page: HTML without scripts, that loads nothing from anywhere.

    Args:
        shown: what it is about.
        thumbnail: gives the pictures.
        seed: of the clips in the plot, where there are too many for all.
    """
    template = files("dreamgen.annotate").joinpath("clusters.html.jinja").read_text("utf-8")
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True)
    return environment.from_string(template).render(
        shown=shown, cards=_cards(shown, thumbnail), dots=_dots(shown, seed), lines=_lines(shown.coverage),
        wide=_WIDE, high=_HIGH,
    )  # fmt: skip


def _cards(shown: Shown, thumbnail: Thumbnail) -> list[Card]:
    """The clusters, the largest first."""
    clusters = shown.clusters
    of = clusters.of[shown.rows]
    each = int(np.clip(_PICTURES // max(len(clusters.sizes), 1), 2, 8))
    cards = []
    for number in np.argsort(-clusters.sizes, kind="stable"):
        places = np.flatnonzero(of == number)
        chosen = tuple(int((places < size).sum()) for size in shown.sizes)
        tiles = tuple(_tile(shown, int(place), thumbnail) for place in _some(places, each))
        cards.append(Card(int(number) + 1, len(places), chosen, _colour(int(number)), tiles))
    return cards


def _some(places: Rows, count: int) -> Rows:
    """Half of them those that stay longest, half spread over the others."""
    ahead = places[: -(-count // 2)]
    others = places[len(ahead) :]
    step = max(1, -(-len(others) // max(1, count - len(ahead))))
    return np.concatenate([ahead, others[::step][: count - len(ahead)]])


def _tile(shown: Shown, place: int, thumbnail: Thumbnail) -> Tile:
    row = int(shown.rows[place])
    data = thumbnail(row)
    picture = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}" if data else ""
    return Tile(shown.names[row], picture, next((size for size in shown.sizes if place < size), 0))


def _dots(shown: Shown, seed: int) -> list[Dot]:
    """Clips along the two directions in which they differ most (principal components); the chosen ones last."""
    lot = np.random.default_rng(derive_seed(seed, "dots")).permutation(len(shown.rows))
    places = np.sort(lot[:_DOTS])[::-1]
    if not len(places):
        return []
    seen = unit(shown.vectors[shown.rows[places]]).astype(np.float64)
    seen -= seen.mean(axis=0)
    values, directions = np.linalg.eigh(seen.T @ seen)
    plane = seen @ directions[:, np.argsort(values)[::-1][:2]]
    plane = np.pad(plane, ((0, 0), (0, 2 - plane.shape[1])))
    low, span = plane.min(axis=0), np.maximum(np.ptp(plane, axis=0), 1e-12)
    at = (plane - low) / span * (_WIDE - 2 * _EDGE, _HIGH - 2 * _EDGE) + _EDGE
    first = shown.sizes[0] if shown.sizes else 0
    return [
        Dot(round(x, 1), round(y, 1), _colour(int(shown.clusters.of[row])), bool(place < first), shown.names[row])
        for (x, y), place, row in zip(at.tolist(), places, shown.rows[places], strict=True)
    ]


def _lines(coverage: Coverage) -> list[Line]:
    """Mean distance to the nearest chosen clip against the budget, which grows tenfold from tick to tick."""
    top = max((max(one.mean, one.random_mean) for one in coverage.curve), default=0) or 1
    most = math.log10(max((one.size for one in coverage.curve), default=1)) or 1

    def points(values: Sequence[float]) -> str:
        wide, high = _WIDE - 2 * _EDGE, _HIGH / 2 - 2 * _EDGE
        along = (_EDGE + wide * math.log10(one.size) / most for one in coverage.curve)
        return " ".join(
            f"{x:.1f},{_EDGE + high * (1 - value / top):.1f}" for x, value in zip(along, values, strict=True)
        )

    return [
        Line("core-set", points([one.mean for one in coverage.curve]), "#3562b8"),
        Line("drawn by lot", points([one.random_mean for one in coverage.curve]), "#b3372f"),
    ]


def _colour(number: int) -> str:
    """Neighbouring numbers lie far apart on the colour circle (the golden angle)."""
    return f"hsl({number * 137.508 % 360:.0f} 60% {(45, 58, 35)[number % 3]}%)"
