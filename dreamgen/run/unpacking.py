"""A pack becomes a run again: everything is rendered anew by the ordinary pipeline, and held against the pack."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from dreamgen.annotate.ingest import SUFFIXES, Film
from dreamgen.core.found import Source
from dreamgen.core.receipts import Reject
from dreamgen.core.story import Story
from dreamgen.errors import DreamgenError, UsageError, first_line
from dreamgen.run import disk, folder, keys, packing
from dreamgen.run.annotating import annotate_films
from dreamgen.run.auditing import SHORTCUTS
from dreamgen.run.books import STORIES, VIDEOS
from dreamgen.run.comparing import Compared, compare, reasons, same_pairs, together
from dreamgen.run.decisions import DECISIONS
from dreamgen.run.exporting import export_again
from dreamgen.run.filming import ANSWERS
from dreamgen.run.journal import read_lines
from dreamgen.run.opened import SOURCES, open_run
from dreamgen.run.packed import (
    END,
    FILES,
    KEPT,
    End,
    FileLine,
    Header,
    Member,
    Unit,
    header_of,
    read_members,
    unit_of,
)
from dreamgen.run.packing import TO_READ, WRITTEN
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Recipe, read_recipe
from dreamgen.run.retaking import RETAKES
from dreamgen.run.store import ENTRIES, Entry
from dreamgen.run.trusting import doubts
from dreamgen.run.watch import SILENT, Watch

STAGE: Final = "compare"
"""What it is called while every file is held against the pack."""


class Placed(NamedTuple):
    """One run of a pack, whose kept files are in place."""

    unit: Unit
    files: tuple[FileLine, ...]
    rejects: tuple[Reject, ...]
    """What the packed run dropped."""
    pairs: tuple[bytes, ...]
    """Lines of its pairs."""
    later: bytes = b""
    """What people decided since these were written: it is put in its place when they are there again."""


def unpack(
    pack: Path, out: Path, videos: Sequence[Path] = (), watch: Watch = SILENT, *, trusted: bool = False
) -> Compared:
    """Renders the run of a story or of videos again.

    Args:
        pack: the file.
        out: the folder; new, or one in which the same pack was begun.
        videos: for a run of videos: files, and folders in which they lie somewhere.
        watch: hears how it goes.
        trusted: whether its recipe may name any code and any server.

    Raises:
        UsageError: when the folder holds something else, or videos are missing, or the recipe wants to be trusted.
        DreamgenError: for a file that is no pack.
    """
    header = check_all(pack, trusted=trusted)
    folder.check_ours(out, STORIES if header.kind == "videos" else VIDEOS)
    placed = place(pack, out)
    if placed.later and (out / DECISIONS).is_file() and (out / DECISIONS).read_bytes() == placed.later:
        (out / DECISIONS).unlink()  # put there by an unpacking that was to its end before
    rebuild(out, placed, videos, watch)
    if placed.later:
        put(out, DECISIONS, placed.later)
    now = packing.header(header.kind, keys.package_version(), read_recipe(str(out / "recipe.toml")))
    watch.begins(STAGE, len(placed.files), 0)
    found = together([compare(out, "", placed.files), *same_pairs(out.glob("*/**/pairs.jsonl"), placed.pairs)])
    watch.ends(STAGE)
    return found.model_copy(update={"reasons": tuple(reasons(header, now))})


def check_all(pack: Path, *, trusted: bool = False) -> Header:
    """Reads a pack to its end before anything is written.

    Args:
        pack: the file.
        trusted: whether its recipe may name any code and any server.

    Raises:
        UsageError: when its recipe names some, and is not trusted.
        DreamgenError: when it can't be used.
    """
    units = files = size = 0
    header, end = None, None
    for member in read_members(pack):
        if header is None:
            header = header_of(pack, member)
        elif member.name.startswith(FILES):
            _, found = unit_of(pack, member)
            units, files, size = units + 1, files + len(found), size + sum(line.size for line in found)
        elif member.name == f"{KEPT}recipe.toml" and not trusted:
            _check_recipe(pack, member.data)
        elif member.name == END:
            end = member.data
    if header is None or end != packing.told(End(units=units, files=files, size=size)):
        raise DreamgenError(f"{pack} is not whole: its end does not fit the rest", "Fetch it again.")
    return header


def _check_recipe(pack: Path, data: bytes) -> None:
    try:
        recipe = Recipe.model_validate(tomllib.loads(data.decode()))
    except (ValueError, RecursionError) as error:  # pydantic's, TOML's and Unicode's errors are of the first sort
        raise DreamgenError(
            f"the recipe in {pack} is none that this dreamgen can read: {first_line(error)}",
            "Unpack it with the dreamgen that packed it.",
        ) from None
    found = doubts(recipe)
    if found:
        raise UsageError(
            f"the recipe in {pack} wants to be trusted: {'; '.join(found)}",
            "Add --trusted if you know who packed it.",
        )


def place(pack: Path, out: Path) -> Placed:
    """Puts what a pack keeps of a single run in its place.

    Raises:
        DreamgenError: for a pack of no run, or of several.
    """
    units: list[Placed] = []
    rejects: tuple[Reject, ...] = ()
    pairs: tuple[bytes, ...] = ()
    later = b""
    for member in read_members(pack):
        if member.name.startswith(FILES):
            units.append(Placed(*unit_of(pack, member), (), ()))
        elif member.name == f"{KEPT}{VIDEOS}/rejects.jsonl":
            rejects = tuple(_rejects(pack, member))
        elif member.name.endswith("/pairs.jsonl"):
            pairs = tuple(member.data.splitlines())
        elif member.name == f"{KEPT}{DECISIONS}" and units[0].unit.pending:
            later = member.data
        elif member.name.startswith(KEPT):
            put(out, member.name.removeprefix(KEPT), member.data)
    if len(units) != 1 or units[0].unit.place:
        raise DreamgenError(f"{pack} has {len(units)} runs where one was to be", "Pack the run again.")
    return units[0]._replace(rejects=rejects, pairs=pairs, later=later)


def _rejects(pack: Path, member: Member) -> Iterator[Reject]:
    try:
        yield from (Reject.model_validate_json(line) for line in member.data.split(b"\n") if line)
    except ValidationError as error:
        why = error.errors(include_url=False)[0]["msg"]
        raise DreamgenError(f"{member.name} in {pack} can't be read: {why}", "Fetch it again.") from None


def put(out: Path, name: str, data: bytes) -> None:
    """Puts a file that was kept in its place, unless a run is to make it.

    Raises:
        UsageError: when something else is there.
    """
    if name.rpartition("/")[2] in TO_READ:
        return
    target = out / name
    if not target.parent.resolve().is_relative_to(out.resolve()):
        raise UsageError(f"{target.parent} leads out of {out}", "Name a new folder with --out.")
    if target.is_file() and _goes_on(name):
        return
    if target.exists() and target.read_bytes() != data:
        raise UsageError(
            f"{out} holds another run: {name} is not that of the pack",
            "Name a new folder with --out; what is in this file was left as it is.",
        )
    disk.write_whole(target, data)


def _goes_on(name: str) -> bool:
    """Whether a run that was begun may have changed what a pack put there."""
    first, last = name.split("/")[0], name.rpartition("/")[2]
    return f"{ANSWERS}/" in name or first == "settled" or last in ("recipe.toml", SHORTCUTS, RETAKES)


def rebuild(out: Path, placed: Placed, videos: Sequence[Path] = (), watch: Watch = SILENT) -> None:
    """Runs the ordinary pipeline on what was kept; no story is written again.

    Raises:
        UsageError: when videos are missing.
        DreamgenError: when the plan can't be read, or the pipeline fails.
    """
    recipe = read_recipe(str(out / "recipe.toml"))
    if placed.unit.kind == "videos":
        films = find_videos(read_lines(out / VIDEOS / SOURCES, Source), videos)
        unusable = tuple(one for one in placed.rejects if one.stage == "ingest")
        annotate_films(lambda _: (films, unusable), recipe, out, watch=watch)
    else:
        plan_of(out)
        dream(None, recipe, out, watch=watch)
    further = forms(placed.files) - {choice.backend for choice in recipe.export}
    if further:
        export_again(open_run(out), sorted(further))


def plan_of(out: Path) -> Story:
    """The story as it was written, which is what will be filmed, whatever this dreamgen would write.

    Raises:
        DreamgenError: when it can't be read.
    """
    entry = out / WRITTEN
    if not entry.is_file():
        return open_run(out).story.story
    try:
        story = Story.model_validate(Entry.model_validate_json(entry.read_bytes()).value, strict=False)
    except ValidationError as error:
        raise DreamgenError(
            f"the story in {entry} is none that this dreamgen can film: {error.errors(include_url=False)[0]['msg']}",
            "Unpack it with the dreamgen that packed it.",
        ) from None
    disk.write_whole(out / STORIES / story.id / "story.json", story.model_dump_json(indent=1))
    return story


def forms(files: Iterable[FileLine]) -> set[str]:
    """The forms of dataset that a packed run had."""
    found = (
        line.path.removeprefix(f"{ENTRIES}/export-") for line in files if line.path.startswith(f"{ENTRIES}/export-")
    )
    return {name.partition("/")[0] for name in found}


def find_videos(sources: Sequence[Source], places: Sequence[Path]) -> tuple[Film, ...]:
    """The videos that were packed by name and hash, wherever they lie below these places.

    Raises:
        UsageError: when one is not there; it says which.
    """
    wanted = {source.sha256: source for source in sources}
    names = {source.name.rpartition("/")[2] for source in sources}
    # those of the right name first: then nothing else has to be read
    files = sorted(set(_files(places)), key=lambda path: (path.name not in names, path))
    found: dict[str, Path] = {}
    for path in files:
        if len(found) == len(wanted):
            break
        digest = disk.sha256(path)
        if digest in wanted:
            found.setdefault(digest, path)
    missing = [source for source in sources if source.sha256 not in found]
    if missing:
        some = ", ".join(f"{source.name} (sha256 {source.sha256[:12]}…)" for source in missing[:5])
        raise UsageError(
            f"{len(missing)} of {len(sources)} videos are missing: {some}",
            "Name the folder in which they lie with --videos; they may have other names there.",
        )
    return tuple(Film(source, found[source.sha256]) for source in sources)


def _files(places: Sequence[Path]) -> Iterator[Path]:
    for where in places:
        if where.is_dir():
            yield from (path for path in where.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
        elif where.is_file():
            yield where
