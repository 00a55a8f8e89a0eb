"""What is in a run, in further forms: its dataset as other trainers read it, its story as DreamFrame writes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import TypeAdapter

from dreamgen.core.found import Source
from dreamgen.core.media import Keyframe, MediaRef
from dreamgen.core.receipts import Tally, tallied
from dreamgen.core.story import Story
from dreamgen.core.trusted import Trusted
from dreamgen.engines.files import refer
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run import disk, folder, teaching
from dreamgen.run.assembling import Share
from dreamgen.run.books import STORIES, Subject
from dreamgen.run.decisions import Decisions, read_decisions
from dreamgen.run.filming import Desk
from dreamgen.run.forming import Exported
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.lock import locked
from dreamgen.run.opened import Part, Run, StoryRun
from dreamgen.run.pooling import pooled
from dreamgen.run.recipe import Choice
from dreamgen.run.rereading import anew, has_pairs, pairs_of
from dreamgen.run.store import ENTRIES, Store, entries
from dreamgen.run.watch import SILENT, Watch
from dreamgen.story.dreamframe.benching import benched
from dreamgen.story.dreamframe.exporting import info_of
from dreamgen.story.dreamframe.file import written

DREAMFRAME: Final = "dreamframe"
"""The form that is a story and no dataset: it reads the plan, and needs no pairs."""

STORY_FILE: Final = "story_info_0.json"
"""Its name in DreamFrame's own folder."""

BENCH_FILE: Final = "prompt_bench/story_0.json"
"""The same story as a movie of the long-video benchmark; a folder of such files is what its scripts read."""

_KEYFRAMES = TypeAdapter(tuple[Keyframe, ...])


def export_again(run: Run, forms: Sequence[str], watch: Watch = SILENT) -> tuple[Path, ...]:
    """Writes a run in these forms, next to those that it has, which stay as they are.

    Args:
        run: whose.
        forms: names of the registry, or `DREAMFRAME`.
        watch: hears what is left out and what is mended.

    Returns:
        The folder of each form.

    Raises:
        UsageError: when the run has no pairs yet and a form needs them, or a form does not exist.
    """
    asked = tuple(dict.fromkeys(forms))
    trained = [form for form in asked if form != DREAMFRAME]
    if trained and not any(map(has_pairs, run.parts)):
        raise UsageError(f"{run.folder} has no pairs yet", UNFINISHED)
    if DREAMFRAME in asked and len(run.parts) > 1:
        raise UsageError(
            f"{run.folder} holds {len(run.parts)} stories, and a file of DreamFrame one",
            f"Name the folder of a single one: {run.folder / run.part.place.rpartition(f'/{STORIES}/')[0]}",
        )
    known = {choice.backend: choice for choice in run.recipe.export}
    recipe = run.recipe.model_copy(
        update={"export": tuple(known.get(form) or Choice(backend=form) for form in trained)}
    )
    with locked(run.folder):
        # what is half made in the dataset of many stories may be a shard that somebody else is making
        folder.sweep(run.folder, (ENTRIES,)) if folder.is_bulk(run.folder) else folder.sweep(run.folder)
        desk = Desk(Store(run.folder, watch), recipe)
        if trained:
            _export_all(desk, run)
        if DREAMFRAME in asked:
            _tell_again(desk, run.story)
    return tuple(run.folder / folder.DATASET / form.rpartition(":")[2] for form in asked)


def export_each(run: Run, forms: Iterable[str], watch: Watch = SILENT) -> Iterator[tuple[str, Path | DreamgenError]]:
    """Writes a run in every one of these forms that it can be written in.

    Returns:
        Each form, with its folder or with why it was not written.
    """
    for form in forms:
        try:
            yield form, export_again(run, [form], watch)[0]
        except DreamgenError as error:
            yield form, error


class Gathered(NamedTuple):
    """All that a run has for a dataset."""

    shares: list[Share]
    """What every story, or all videos, give to it."""
    trusted: Trusted
    """How far all of it can be trusted."""
    stories: list[Story]
    """What it is made of, without what happens in them."""
    sources: tuple[Source, ...]
    """Or the videos that were found."""
    tallies: tuple[Tally, ...]
    """The books of all of it."""


def gather(run: Run) -> Gathered:
    """All stories, or all videos, as people decided about the pairs."""
    decisions = read_decisions(run.folder)
    shares: list[Share] = []
    stories: list[Story] = []
    trusted: tuple[Trusted, ...] = ()
    tallies: tuple[Tally, ...] = ()
    for part in map(anew, run.parts):  # what is read of a story is not kept while the next one is
        shares.append(_share(part, decisions))
        stories += [_outline(part.story)] if isinstance(part, StoryRun) else []
        trusted = (pooled((*trusted, part.trusted)),)
        tallies = tallied((*tallies, *(part.receipt.tallies if part.receipt else ())))
    sources = run.found.sources if run.found else ()
    return Gathered(shares, pooled(trusted), stories, sources, tallies)


def _export_all(desk: Desk, run: Run) -> None:
    """All of it in one dataset."""
    teaching.export_joined(desk, *gather(run))


def shares_of(run: Run) -> list[Share]:
    """What every story, or all videos, give to the dataset, as people decided about the pairs."""
    decisions = read_decisions(run.folder)
    return [_share(part, decisions) for part in map(anew, run.parts)]


def _share(part: Part, decisions: Decisions) -> Share:
    plot = part.story.plot if isinstance(part, StoryRun) else ""
    subject = Subject(id=part.name, place=part.place, inputs=(), plot=plot)
    return Share(subject, pairs_of(part, decisions), tuple(part.clips.values()))


def _outline(story: Story) -> Story:
    """A story without what happens in it: who wrote it and who is in it."""
    return story.model_copy(update={"acts": ()})


def _tell_again(desk: Desk, found: StoryRun) -> None:
    """The story in DreamFrame's shape, and 1.png, 2.png ... beside it where shots have been drawn."""
    pictures = {shot: found.folder / ref.path for shot, ref in _pictures(found).items()}
    make = partial(_told, found.story, pictures)
    step = desk.step(f"export-{DREAMFRAME}", room="story")
    shape = TypeAdapter(Exported)
    desk.store.once(step, [found.story, *_pictures(found).values()], shape, make)


def _told(story: Story, pictures: dict[str, Path], into: Path) -> Exported:
    target = into / folder.DATASET / DREAMFRAME
    disk.write_whole(target / STORY_FILE, written(info_of(story)))
    disk.write_whole(target / BENCH_FILE, benched(story))
    for number, shot in enumerate(story.shots, start=1):
        if shot.id in pictures:
            disk.place(pictures[shot.id], target / f"{number}.png")
    return Exported(files=tuple(refer(path, into) for path in sorted(target.rglob("*")) if path.is_file()))


def _pictures(found: StoryRun) -> dict[str, MediaRef]:
    """The first keyframe of every shot that has been drawn."""
    frames = [frame for entry in entries(found.folder, "render") for frame in _KEYFRAMES.validate_python(entry.value)]
    first: dict[str, MediaRef] = {}
    for frame in frames:
        if (found.folder / frame.image.path).is_file():
            first.setdefault(frame.shot, frame.image)
    return first
