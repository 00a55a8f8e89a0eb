"""Core-sets on disk: the order, a list of ids for each size, what they are worth, and the page of clusters."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TextIO

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.clusters import Shown, Thumbnail, page
from dreamgen.annotate.coreset import Coreset, Items, Ordered
from dreamgen.annotate.coverage import Clusters, Coverage, Variety, budgets, cover, variety
from dreamgen.annotate.scaling import Portion, portions
from dreamgen.core.base import Record
from dreamgen.engines.clustering import resolved
from dreamgen.engines.files import whole

ORDER, COVERAGE, PAGE = "order.jsonl", "coverage.json", "clusters.html"
_LOOKED: Final = 4096
"""Clips whose distance to the nearest chosen one is measured, at most."""


class Told(Record):
    """What core-sets are worth: coverage.json."""

    coverage: Coverage
    portions: tuple[Portion, ...]
    """Core-sets by how long their clips are."""


def list_of(size: int) -> str:
    """The file with the ids of a core-set, one a line, those that stay longest first."""
    return f"core-{size}.txt"


def write_subsets(
    items: Items, found: Ordered, options: Coreset, seed: int, folder: Path, thumbnail: Thumbnail
) -> tuple[Told, tuple[str, ...]]:
    """Writes everything about core-sets to a folder; returns what they are worth, and the names of the files.

    Args:
        items: what was chosen from.
        found: the order.
        options: the sizes.
        seed: of clusters and samples.
        folder: where to.
        thumbnail: gives the picture of an item by its row.

    Raises:
        MissingExtra: when nobody is there to cluster.
    """
    sizes = _sizes(options, len(found.order))
    clusters = Clusters(items.vectors, np.sort(found.rows), seed, options.tool)
    coverage = _coverage(items, found, options, sizes, clusters, seed)
    seconds = [items.seconds[row] for row in found.rows] if len(items.seconds) else [0.0] * len(found.rows)
    told = Told(coverage=coverage, portions=portions(seconds, (*sizes, len(found.order)), options.durations))
    shown = Shown(
        items.names, items.vectors, found.rows, sizes, clusters, coverage, told.portions, len(found.rejects)
    )  # fmt: skip
    _write(folder / ORDER, lambda file: _order(file, found, clusters, sizes))
    for size in sizes:
        _write(folder / list_of(size), partial(_names, found.order[:size]))
    _write(folder / COVERAGE, lambda file: _text(file, told.model_dump_json(indent=1)))
    _write(folder / PAGE, lambda file: _text(file, page(shown, thumbnail, seed)))
    return told, (ORDER, *map(list_of, sizes), COVERAGE, PAGE)


def _sizes(options: Coreset, most: int) -> tuple[int, ...]:
    asked = {*options.sizes, *((options.only,) if options.only else ())}
    return tuple(sorted({min(size, most) for size in asked if most}))


def _coverage(
    items: Items, found: Ordered, options: Coreset, sizes: Sequence[int], clusters: Clusters, seed: int
) -> Coverage:
    vectors, kept = items.vectors, len(found.order)
    dropped = {reject.what for reject in found.rejects if reject.reason == "no_embedding"}
    every: NDArray[np.int64] = np.array(
        [row for row, name in enumerate(items.names) if name not in dropped], np.int64
    )  # fmt: skip
    sets: list[Variety] = [variety("all", vectors, every, seed)] if len(every) else []
    if 0 < kept < len(every):
        sets.append(variety("kept", vectors, np.sort(found.rows), seed))
    sets += [variety(str(size), vectors, found.rows[:size], seed) for size in sizes if size < kept]
    curve = cover(vectors, _LOOKED, found.rows, clusters, budgets(sizes, kept), seed) if kept else ()
    return Coverage(
        items=len(items.names), kept=kept, looked_at=min(kept, _LOOKED), clusters=len(clusters.sizes), curve=curve,
        variety=tuple(sets), tool=resolved(options.tool),
    )  # fmt: skip


def _order(file: TextIO, found: Ordered, clusters: Clusters, sizes: Sequence[int]) -> None:
    for place, (name, row, cosine, into) in enumerate(
        zip(found.order, found.rows, found.cosine, found.into, strict=True)
    ):
        line = {
            "rank": place + 1, "id": name, "core": next((size for size in sizes if place < size), None),
            "cluster": int(clusters.of[row]) + 1, "stood_for_by": into, "cosine": round(float(cosine), 4),
        }  # fmt: skip
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _names(names: Sequence[str], file: TextIO) -> None:
    file.writelines(f"{name}\n" for name in names)


def _text(file: TextIO, text: str) -> None:
    file.write(f"{text}\n")


def _write(path: Path, fill: Callable[[TextIO], object]) -> None:
    with whole(path) as unfinished, unfinished.open("w", encoding="utf-8") as file:
        fill(file)
