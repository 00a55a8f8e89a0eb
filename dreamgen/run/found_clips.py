"""Found videos are cut into clips, several at once where that is worth it; one that can't be costs nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from dreamgen.annotate.cutting import Cutout, Cutting, cut, libraries
from dreamgen.annotate.ingest import CRASHES, Film
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.receipts import Reject
from dreamgen.engines.crashing import SUSPECTS, map_surviving
from dreamgen.errors import DreamgenError
from dreamgen.run.filming import Desk

WORTH_A_CREW = 120.0
"""Seconds of video from which on several processes cut it."""


class Share(NamedTuple):
    """One video, to be cut."""

    film: Film
    into: Path
    threads: int


def cut_all(desk: Desk, films: Sequence[Film]) -> tuple[tuple[Clip, ...], list[Reject]]:
    """The clips of all videos, and what was left out."""
    known, options = {film.source.id: film for film in films}, desk.recipe.cut

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Cutout]]:
        crew = _crew([known[item] for item in items], options)
        shares = [Share(known[item], into, 0 if crew == 1 else 1) for item in items]
        note = desk.store.folder / SUSPECTS
        with closing(map_surviving(partial(_cut, options), shares, crew, _name, _crashed, note)) as made:
            yield from zip(items, made, strict=True)

    inputs = {film.source.id: [film.source.sha256, film.source.name, options, libraries(options)] for film in films}
    made = desk.store.each(desk.step("cut", room="annotate"), inputs, TypeAdapter(Cutout), make, lasting=_lasting)
    every = tuple(clip for one in made.values() for clip in one.clips)
    return every, [reject for one in made.values() for reject in one.rejects]


def _crew(films: Sequence[Film], options: Cutting) -> int:
    """How many processes cut; short films are done before another process would have begun."""
    return 1 if sum(film.source.seconds for film in films) < WORTH_A_CREW else options.workers


def _cut(options: Cutting, share: Share) -> Cutout:
    film = share.film
    try:
        return cut(film.path, film.source, options, share.into, share.threads)
    except DreamgenError as error:
        if isinstance(error.__cause__, OSError) or not film.path.is_file():
            raise  # a full disk, or a file that went away, is no fault of the video: the next run tries again
        return Cutout(clips=(), rejects=(_broken(film.source, error),))


def _name(share: Share) -> str:
    return share.film.source.name


def _lasting(made: Cutout) -> bool:
    """A crash is no last word on a video: memory may have been short, so the next run tries again."""
    return not any(reject.reason == CRASHES for reject in made.rejects)


def _crashed(share: Share, why: str) -> Cutout:
    reject = Reject(what=_name(share), kind="video", stage="cut", reason=CRASHES, detail=why)
    return Cutout(clips=(), rejects=(reject,))


def _broken(source: Source, error: DreamgenError) -> Reject:
    reason = getattr(error, "reason", "broken")
    return Reject(what=source.name, kind="video", stage="cut", reason=reason, detail=error.message)
