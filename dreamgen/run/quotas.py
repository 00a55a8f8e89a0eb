"""The verb that sorts: every clip has a category, and where there are quotas, so many of each go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from dreamgen.annotate.categories import Category, Sorted, Sorting, by_similarity, by_words, choose, read_categories
from dreamgen.annotate.embedding import Embedded, Vectors, read_vectors, similarities, stacked
from dreamgen.annotate.ingest import Film
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.receipts import Reject
from dreamgen.run.choosing import embed
from dreamgen.run.filming import Desk
from dreamgen.run.journal import lines

CATEGORIES: Final = "categories.jsonl"
"""In videos/: the category of every clip that was cut, and whether it was kept."""

_STAGE: Final = "categories"
_TOLD: Final = 5
"""Categories with too few that a note names."""
_TEXTS = TypeAdapter(tuple[Embedded, ...])


def sort(desk: Desk, films: Sequence[Film], clips: Sequence[Clip]) -> tuple[tuple[Clip, ...], list[Reject]]:
    """The clips that are kept, in order, and a line for each that is one too many of its category."""
    sorting = desk.recipe.categories
    categories = read_categories(sorting.file)
    sources = {film.source.id: film.source for film in films}
    # whoever counts videos sorts videos, and their clips go with them
    unit = {clip.id: source_of(clip) if sorting.count == "videos" else clip.id for clip in clips}
    from_where = {unit[clip.id]: sources[source_of(clip)] for clip in clips}
    found = _found(desk, clips, unit, from_where, categories)
    chosen = {one.what: one for one in choose(found, sorting, desk.recipe.seed)}
    for words in _notes(sorting, categories, tuple(chosen.values())):
        desk.store.watch.says(f"note: {words}")
    told = [chosen[unit[clip.id]].model_copy(update={"what": clip.id}) for clip in clips]
    desk.store.write(CATEGORIES, lines(told))
    kept = {one.what for one in told if one.kept}
    return tuple(clip for clip in clips if clip.id in kept), [_over(one) for one in told if not one.kept]


def source_of(clip: Clip) -> str:
    """The id of the video that a clip was cut from."""
    assert clip.excerpt is not None, "found footage says where it was cut"
    return clip.excerpt.source


def _found(
    desk: Desk,
    clips: Sequence[Clip],
    unit: Mapping[str, str],
    sources: Mapping[str, Source],
    categories: Sequence[Category],
) -> list[Sorted]:
    """The category of each clip or video: by a network that reads, else by words."""
    embedder = desk.recipe.build("embed")
    if not clips or not embedder.reads:
        desk.store.forget(_STAGE)
        return by_words(sources, categories)
    near = similarities(_vectors(desk, clips), stacked(_texts(desk, embedder, categories)))
    names = tuple(dict.fromkeys(unit[clip.id] for clip in clips))
    return by_similarity(names, _means(near, [unit[clip.id] for clip in clips], names), categories)


def _vectors(desk: Desk, clips: Sequence[Clip]) -> Vectors:
    """The clips' vectors; those that chose among the clips have made them, where anybody chose."""
    options = desk.recipe.coreset
    if not (options.near or options.orders):
        return stacked(embed(desk, clips).values())
    known = read_vectors(desk.store.folder)
    return np.stack([known[clip.id] for clip in clips])


def _means(near: NDArray[np.floating], of: Sequence[str], names: Sequence[str]) -> NDArray[np.floating]:
    """The mean over the clips of each name."""
    row = {name: number for number, name in enumerate(names)}
    rows = np.array([row[name] for name in of])
    sums = np.zeros((len(names), near.shape[1]))
    np.add.at(sums, rows, near)
    means: NDArray[np.floating] = sums / np.bincount(rows, minlength=len(names))[:, None]
    return means


def _texts(desk: Desk, embedder: Any, categories: Sequence[Category]) -> tuple[Embedded, ...]:
    """The categories' texts as vectors."""
    texts = [one.text for one in categories]

    def make(into: Path) -> tuple[Embedded, ...]:
        return tuple(Embedded.of(vector) for vector in embedder.read(texts))

    return desk.store.once(desk.step(_STAGE, embedder, "annotate"), texts, _TEXTS, make)


def _notes(sorting: Sorting, categories: Sequence[Category], chosen: Sequence[Sorted]) -> Iterator[str]:
    """What whoever wants quotas should know: how categories were found out, and which have too few."""
    if not sorting.quota or not chosen:
        return
    by = Counter(one.by for one in chosen)
    if not by["similarity"]:
        yield (
            f"without a network that reads, words of titles and labels say which category {sorting.count} belong to;"
            f" {by['none']} of {len(chosen)} have no such word (see embed.backend)"
        )
    kept = Counter(one.category for one in chosen if one.kept == "quota")
    few = [f"{one.id} {kept[one.id]}" for one in categories if kept[one.id] < sorting.quota]
    if few:
        more = f" and {len(few) - _TOLD} more" if len(few) > _TOLD else ""
        yield (
            f"{len(few)} of {len(categories)} categories have fewer than {sorting.quota} {sorting.count}:"
            f" {', '.join(few[:_TOLD])}{more}"
        )


def _over(one: Sorted) -> Reject:
    return Reject(
        what=one.what, kind="clip", stage="choose", reason="over_quota", clip=one.what,
        detail=f"{one.category}: the quota has others that fit better ({one.by} {one.score:g})",
    )  # fmt: skip
