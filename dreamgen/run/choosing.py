"""Which clips are annotated: near-duplicates go, and core-sets are written where the recipe asks for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache, partial
from pathlib import Path

from pydantic import TypeAdapter

from dreamgen.annotate.coreset import Items, choose
from dreamgen.annotate.embedding import Embedded, Embedder, stacked, write_vectors
from dreamgen.annotate.subsets import write_subsets
from dreamgen.core.base import Record
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.receipts import Reject
from dreamgen.engines.clustering import resolved
from dreamgen.engines.files import refer
from dreamgen.engines.picking import pick, small_jpeg
from dreamgen.engines.processes import map_processes
from dreamgen.engines.sameness import Looks, looks, same
from dreamgen.errors import DreamgenError
from dreamgen.run.filming import Desk
from dreamgen.run.recipe import Recipe

CORESETS = "coresets"
"""The folder of core-sets, beside the clips."""
_FEW = 8
"""Clips for which it is not worth starting other processes."""
_WIDE = 192
"""Pixels of the width of pictures on the page of clusters."""

Job = tuple[str, Path, tuple[float, ...]]
"""A clip's id, its video, and when something new is to be seen in it."""


class Chosen(Record):
    """What came of choosing."""

    kept: tuple[str, ...]
    """The ids of the clips that stay."""
    rejects: tuple[Reject, ...]
    alike: tuple[tuple[str, str], ...] = ()
    """Videos of which a clip was left out because it is nearly the same as one of another: the ids of both."""
    files: tuple[MediaRef, ...] = ()
    """Under `CORESETS`; none where no core-set was asked for."""


def choose_clips(desk: Desk, clips: Sequence[Clip]) -> tuple[tuple[Clip, ...], tuple[Reject, ...]]:
    """The clips worth annotating, in their order, and why the others are not.

    Of near-duplicates the one with the larger picture stays, of those the longer, of those the first by id.
    """
    options = desk.recipe.coreset
    if not clips or not (options.near or options.orders):
        desk.store.forget("choose")
        return tuple(clips), ()
    vectors = embed(desk, clips)
    seed, coarse = desk.recipe.seed, bool(options.near) and desk.recipe.build("embed").coarse

    def make(into: Path) -> Chosen:
        items = _items(clips, vectors)
        found = choose(items, options, seed, same=_same(clips, into) if coarse else None)
        kept, rejects = found.order, found.rejects
        files: tuple[MediaRef, ...] = ()
        if options.orders:
            _, names = write_subsets(items, found, options, seed, into / CORESETS, partial(_picture, clips, into))
            files = tuple(refer(into / CORESETS / name, into) for name in names)
        if options.only:
            kept = found.order[: options.only]
            rejects += tuple(_outside(name, options.only) for name in found.order[options.only :])
        return Chosen(kept=tuple(sorted(kept)), rejects=rejects, alike=_films(clips, found.alike), files=files)

    tool = resolved(options.tool) if options.orders else ""
    inputs = [options, tool, coarse, [(clip.id, clip.size, clip.seconds, _hash(vectors[clip.id])) for clip in clips]]
    videos = [clip.video for clip in clips] if options.orders or coarse else []
    chosen = desk.store.once(desk.step("choose", room="annotate"), inputs, TypeAdapter(Chosen), make, videos)
    kept = set(chosen.kept)
    return tuple(clip for clip in clips if clip.id in kept), chosen.rejects


def _films(clips: Sequence[Clip], alike: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The videos that clips were cut from, where they are not the same; each two once, in order."""
    source = {clip.id: clip.excerpt.source for clip in clips if clip.excerpt}
    both = {(source[one], source[other]) for one, other in alike if one in source and other in source}
    return tuple(sorted((one, other) for one, other in both if one != other))


def embed(desk: Desk, clips: Sequence[Clip]) -> dict[str, Embedded]:
    """The vector of every clip by its id; all of them are written beside the clips too (see `read_vectors`)."""
    embedder: Embedder = desk.recipe.build("embed")
    by_id = {clip.id: clip for clip in clips}

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Embedded]]:
        jobs: list[Job] = [(item, into / by_id[item].video.path, _moments(by_id[item])) for item in items]
        workers = getattr(embedder, "workers", 1) if len(jobs) > _FEW else 1
        # in this process the same one looks at all of them: what it has loaded stays
        work = partial(_embedded, desk.recipe, embedder if workers == 1 else None)
        with closing(map_processes(work, jobs, workers, lambda job: job[0])) as found:
            yield from zip(items, found, strict=True)

    inputs = {clip.id: [clip.video.sha256, _moments(clip)] for clip in clips}
    step, videos = desk.step("embed", embedder, "annotate"), [clip.video for clip in clips]
    vectors = desk.store.each(step, inputs, TypeAdapter(Embedded), make, videos)
    write_vectors(vectors, desk.store.folder)
    return vectors


def _embedded(recipe: Recipe, here: Embedder | None, job: Job) -> Embedded:
    """One clip's vector, empty where it can't be looked at; a worker makes an embedder of its own."""
    embedder: Embedder = here or recipe.build("embed")
    _, video, moments = job
    try:
        return Embedded.of(embedder.embed(video, moments))
    except DreamgenError as error:
        if type(error) is not DreamgenError:  # a model that fails does so for every clip
            raise
        return Embedded(halves="")


def _moments(clip: Clip) -> tuple[float, ...]:
    return clip.excerpt.keyframes if clip.excerpt else ()


def _items(clips: Sequence[Clip], vectors: Mapping[str, Embedded]) -> Items:
    pixels = [clip.size[0] * clip.size[1] for clip in clips]
    longest = max(clip.seconds for clip in clips) + 1
    return Items(
        names=[clip.id for clip in clips], vectors=stacked(vectors.values()),
        worth=[many + clip.seconds / longest for many, clip in zip(pixels, clips, strict=True)],
        seconds=[clip.seconds for clip in clips],
    )  # fmt: skip


def _same(clips: Sequence[Clip], folder: Path) -> Callable[[int, int], bool]:
    """Looks at two clips, spot by spot; who stays for many others is looked at once."""

    @lru_cache(maxsize=4096)
    def seen(row: int) -> Looks:
        return looks(folder / clips[row].video.path, clips[row].seconds)

    return lambda one, other: same(seen(one), seen(other))


def _picture(clips: Sequence[Clip], folder: Path, row: int) -> bytes:
    """A clip's first keyframe as a small JPEG; nothing where it can't be decoded."""
    clip = clips[row]
    try:
        return small_jpeg(pick(folder / clip.video.path, (_moments(clip) or (clip.seconds / 2,))[:1])[0], _WIDE)
    except DreamgenError:
        return b""


def _outside(name: str, size: int) -> Reject:
    return Reject(
        what=name, kind="clip", stage="choose", reason="outside_coreset", clip=name,
        detail=f"not among the {size} that stand for all",
    )  # fmt: skip


def _hash(vector: Embedded) -> str:
    return hashlib.blake2b(vector.halves.encode("ascii"), digest_size=16).hexdigest()
