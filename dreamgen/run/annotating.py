"""Videos become a dataset: the whole run on one page. From the claims on it is the run of a story."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter

from dreamgen.annotate.ingest import Film, read_videos
from dreamgen.annotate.remembering import HASHES
from dreamgen.clip.truth import write_masklets
from dreamgen.core.base import Record, fingerprint
from dreamgen.core.claims import Claim
from dreamgen.core.contracts import Annotator
from dreamgen.core.found import Notes, Source, notes_of
from dreamgen.core.media import Clip, Footage, Masklet, MediaRef
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.flight import in_order
from dreamgen.engines.files import refer
from dreamgen.engines.processes import map_processes
from dreamgen.errors import DreamgenError
from dreamgen.qa.domains import with_domains
from dreamgen.run import answering, auditing, choosing, disk, folder, quotas, teaching, verifying
from dreamgen.run.books import STORIES, VIDEOS, Books, Stopwatch, Subject
from dreamgen.run.calibrating import refuse_early
from dreamgen.run.filming import Desk
from dreamgen.run.found_clips import cut_all
from dreamgen.run.journal import ClaimLine, lines
from dreamgen.run.lock import locked
from dreamgen.run.opened import CLIPS, SOURCES
from dreamgen.run.recipe import Recipe
from dreamgen.run.store import Store
from dreamgen.run.verifying import Claims
from dreamgen.run.watch import SILENT, Watch

Until = Literal["ingest", "cut", "claims", "verify", "qa", "all"]
"""The last stage to run."""

Ingested = tuple[tuple[Film, ...], tuple[Reject, ...]]
"""The videos that can be used, and a line for each that can't."""


class Annotated(Record):
    """What one annotator said of a clip."""

    claims: tuple[Claim, ...]
    """What it measured or saw."""
    masklets: MediaRef | None = None
    """Whom it followed."""
    rejects: tuple[Reject, ...] = ()
    """What it could not use."""


Told = list[Claim | Masklet | Reject]
"""What an annotator says of one clip."""


class Job(NamedTuple):
    """One clip, put to one annotator."""

    footage: Footage
    notes: Notes
    known: tuple[Claim, ...]


def annotate(
    videos: Sequence[Path], recipe: Recipe, out: Path, until: Until = "all", watch: Watch = SILENT,
    about: Sequence[Path] = (),
) -> None:  # fmt: skip
    """Makes the dataset of videos that nobody here made, or what of it is still missing.

    Args:
        videos: files, folders with videos in them, and lists of files; see `read_videos`.
        recipe: how everything is made.
        out: the run's folder. What is there from an earlier run stays where nothing that shaped it has changed.
        until: the last stage to run.
        watch: hears how it goes.
        about: tables (.csv, .jsonl) that say more of the videos: licence, title, labels, subtitles.

    Raises:
        DreamgenError: for a video, recipe or folder that does not work.
    """

    def read(kept: Path) -> Ingested:
        return read_videos(videos, about, kept, recipe.cut.workers)

    annotate_films(read, recipe, out, until, watch)


def annotate_films(
    read: Callable[[Path], Ingested], recipe: Recipe, out: Path, until: Until = "all", watch: Watch = SILENT
) -> None:
    """The same, of videos that somebody else has found.

    Args:
        read: says which there are, and what could not be used; it gets the file in which hashes are remembered.
        recipe: see `annotate`.
        out: see `annotate`.
        until: see `annotate`.
        watch: see `annotate`.
    """
    recipe.check()
    recipe.cut.ready()
    recipe.categories.ready()
    for words in (*recipe.warnings(), refuse_early(recipe) if until in ("verify", "qa", "all") else ""):
        if words:
            watch.says(words)
    folder.check_ours(out, STORIES)
    out.mkdir(parents=True, exist_ok=True)
    try:
        with locked(out, says=watch.says):
            folder.sweep(out)
            for stage in _stages(read, recipe, out, Stopwatch(watch)):
                if stage == until:
                    break
    finally:
        disk.drop_if_empty(out)


def _stages(read: Callable[[Path], Ingested], recipe: Recipe, out: Path, watch: Stopwatch) -> Iterator[Until]:
    """The verbs in order; pauses after every stage that somebody may want to look at."""
    run = Desk(Store(out, watch), recipe)
    films, unusable = read(out / VIDEOS / HASHES)
    books = Books(run, subject_of(films, unusable), watch)
    desk = books.desk
    desk.store.write(SOURCES, lines(film.source for film in films))
    books.count("videos", len(films) + sum(reject.kind == "video" for reject in unusable))
    books.tell_rejects()
    yield "ingest"

    clips, left_out = cut_all(desk, films)
    books.reject(left_out)
    books.count("clips", len(clips) + sum(reject.kind == "clip" for reject in left_out))
    books.filmed(clips)
    books.tell_rejects()
    yield "cut"

    clips, like_others = choosing.choose_clips(desk, clips)
    books.reject(like_others)
    clips, over_quota = quotas.sort(desk, films, clips)
    books.reject(over_quota)
    clips, claims, unused = state(desk, films, clips)
    books.reject(unused)
    desk.store.write(CLIPS, lines(clips))
    yield "claims"

    if not clips:
        books.tell_rejects()
        raise DreamgenError(
            f"no clip is left to look at ({_why(books)})",
            f"{desk.store.folder / 'rejects.jsonl'} names each and says why. What is unreadable can often be mended by "
            "encoding it anew (ffmpeg -i OLD NEW.mp4); what is too short is kept with --set cut.shortest=SECONDS.",
        )
    judged, checked = verifying.verify(desk, clips, claims)
    standing = teaching.rule(desk, clips, claims, judged, books)
    yield "verify"

    asked = teaching.ask_pairs(desk, clips, standing, judged, checked, books)
    asked = with_domains(asked, clips, {film.source.id: film.source for film in films}, standing)
    answered = answering.answer(desk, asked, clips, claims, books)
    pairs = teaching.screen(desk, answered, clips, claims, books)
    yield "qa"

    trusted = teaching.sum_up(desk, pairs, claims, judged, checked, books)
    auditing.audit_pairs(run, "", pairs)
    teaching.export(run, books, pairs, clips, trusted)
    teaching.drop_others(run, "export")
    teaching.drop_others(desk, "annotate", "verify", "qa", "screen")
    books.close()
    yield "all"


def subject_of(films: Sequence[Film], unusable: Sequence[Reject]) -> Subject:
    """Videos as what a dataset is made from."""
    return Subject(
        id="", place=VIDEOS, inputs=(("videos", fingerprint([film.source for film in films])),), notes=tuple(unusable),
        videos=tuple(film.source.id for film in films),
    )  # fmt: skip


def _why(books: Books) -> str:
    """Why videos and clips were dropped, the commonest reason first."""
    return ", ".join(f"{number} {reason}" for kind in ("video", "clip") for reason, number in books.reasons(kind))


def state(
    desk: Desk, films: Sequence[Film], clips: Sequence[Clip]
) -> tuple[tuple[Clip, ...], Claims, tuple[Reject, ...]]:
    """What annotators say of every clip; the clips come back with the masks of whom they followed."""
    sources = {film.source.id: film.source for film in films}
    claims: Claims = {clip.id: () for clip in clips}
    rejects: list[Reject] = []
    for name, annotator in desk.recipe.build_all("annotate"):
        made = _said(desk, name, annotator, clips, sources, claims)
        clips = tuple(_with(clip, made[clip.id].masklets) for clip in clips)
        for clip in clips:
            new = {claim.id: claim for claim in (*claims[clip.id], *made[clip.id].claims)}
            claims[clip.id] = tuple(sorted(new.values(), key=lambda one: (one.start, one.end, one.kind, one.id)))
            rejects += made[clip.id].rejects
    told = (ClaimLine(clip=clip, claim=claim) for clip, known in claims.items() for claim in known)
    desk.store.write("claims.jsonl", lines(told))
    return tuple(clips), claims, tuple(rejects)


def _with(clip: Clip, masklets: MediaRef | None) -> Clip:
    return clip.model_copy(update={"masklets": masklets}) if masklets else clip


def _said(
    desk: Desk, name: str, annotator: Annotator, clips: Sequence[Clip], sources: Mapping[str, Source], known: Claims
) -> dict[str, Annotated]:
    """What one annotator says of every clip."""
    by_id = {clip.id: clip for clip in clips}

    def job(clip: Clip, into: Path) -> Job:
        assert clip.excerpt is not None, "found footage says where it was cut"
        signals, masklets = (into / ref.path if ref else None for ref in (clip.signals, clip.masklets))
        cuts = tuple(span.first / clip.fps for span in clip.spans[1:])
        notes = notes_of(sources[clip.excerpt.source], clip.excerpt, signals, masklets, cuts)
        return Job(clip.footage(into), notes, known[clip.id])

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Annotated]]:
        workers = getattr(annotator, "workers", 1)
        jobs = [job(by_id[item], into) for item in items]
        place = [choice.backend for choice in desk.recipe.annotate].index(name)
        # in this process the same one looks at all of them: what it has loaded stays
        here = annotator if workers == 1 else None
        work = partial(_ask, desk.recipe, place, desk.kept, here)
        with closing(_at_work(work, jobs, workers, getattr(annotator, "together", 1))) as found:
            for item, told in zip(items, found, strict=True):
                yield item, _kept(name, item, told, into)

    inputs = {clip.id: _inputs(clip, sources, known[clip.id]) for clip in clips}
    given = [ref for clip in clips for ref in (clip.video, clip.signals, clip.masklets) if ref]
    return desk.store.each(
        desk.step(f"annotate-{name}", annotator, "annotate"), inputs, TypeAdapter(Annotated), make, given
    )


def _at_work(work: Callable[[Job], Told], jobs: Sequence[Job], workers: int, together: int) -> Generator[Told]:
    """What is said of each clip, in order; who waits for servers has several clips at work in this process."""
    if together > 1:
        yield from in_order(lambda job, stop: work(job), jobs, together)
        return
    with closing(map_processes(work, jobs, workers, lambda one: one.footage.clip)) as found:
        yield from found


def _inputs(clip: Clip, sources: Mapping[str, Source], known: Sequence[Claim]) -> list[Any]:
    assert clip.excerpt is not None, "found footage says where it was cut"
    source = sources[clip.excerpt.source]
    notes = notes_of(source, clip.excerpt)
    return [clip, notes.title, notes.labels, notes.tags, notes.speech, notes.read, tuple(known)]


def _ask(recipe: Recipe, place: int, kept: Path, here: Annotator | None, job: Job) -> list[Claim | Masklet | Reject]:
    """What is said of one clip; a worker makes an annotator of its own."""
    annotator: Annotator = here or recipe.build_all("annotate")[place][1]
    return list(annotator.annotate(job.footage, job.notes, job.known, kept))


def _kept(by: str, clip: str, told: Sequence[Claim | Masklet | Reject], into: Path) -> Annotated:
    """What was said, with masks in a file of their own."""
    masklets = [one for one in told if isinstance(one, Masklet)]
    rejects = tuple(one for one in told if isinstance(one, Reject))
    claims = tuple(one for one in told if not isinstance(one, Masklet | Reject))
    if not masklets:
        return Annotated(claims=claims, rejects=rejects)
    path = into / "masklets" / by.rpartition(":")[2] / f"{clip}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_masklets(masklets, path)
    return Annotated(claims=claims, masklets=refer(path, into), rejects=rejects)
