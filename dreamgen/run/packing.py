"""A run as a small file: what nobody could make again is kept, of all else only what it came to.

Kept are the recipe with its seed, the story as it was written, claims, pairs, what people decided, and what models
answered that later stages would ask again. Pictures, films and datasets follow from these; of them the pack has the
sha256, by which `dreamgen unpack` tells whether they came out the same.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

import dreamgen
from dreamgen.annotate.remembering import HASHES
from dreamgen.core.story import Story
from dreamgen.engines.canvas import rasteriser
from dreamgen.engines.crashing import SUSPECTS
from dreamgen.engines.gpu_use import gpus
from dreamgen.engines.resembling import kept_of
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.metrics.shortcuts.audit import Audit
from dreamgen.run import disk, keys, registry
from dreamgen.run.auditing import SHORTCUTS
from dreamgen.run.books import CALIBRATION, RECEIPT, read_receipt
from dreamgen.run.cores import core_of
from dreamgen.run.decisions import DECISIONS, read_decisions
from dreamgen.run.filming import ANSWERS
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.opened import CLIPS, SOURCES, Part, Run, StoryRun, open_run
from dreamgen.run.packed import END, HEADER, KEPT, End, FileLine, Header, Kind, Packer, Role, Unit, name_of, writing
from dreamgen.run.pruned import PRUNED
from dreamgen.run.quotas import CATEGORIES
from dreamgen.run.recipe import Recipe
from dreamgen.run.retaking import RETAKES
from dreamgen.run.reviewed import reviewed
from dreamgen.run.store import ENTRIES, Entry, entries
from dreamgen.run.twinned import TWINS

STAGE: Final = "pack"
WRITTEN: Final = f"{ENTRIES}/story/story.json"
"""The entry of a story that was written here."""
TO_READ: Final = ("claims.jsonl", "pairs.jsonl", "rejects.jsonl")
"""Kept so that a pack says by itself what was taught; a run writes them anew."""
_OF_A_PART: Final = (
    "story.json", "style.json", "claims.jsonl", "verdicts.jsonl", "twins.jsonl", CALIBRATION, "answered.jsonl",
    "pairs.jsonl", "rejects.jsonl", RECEIPT, RETAKES, SOURCES, CLIPS, CATEGORIES,
)  # fmt: skip
_OF_A_RUN: Final = ("recipe.toml", RECEIPT, SHORTCUTS)
_LEARNED: Final = (".safetensors", ".pt", ".bin", ".ckpt")


class Packed(NamedTuple):
    """What a pack came to."""

    path: Path
    stories: int
    """Or 1 for videos."""
    files: int
    size: int
    """Bytes of all files."""
    kept: int
    """Bytes of the pack."""
    answers: int
    """Bytes of what models answered, in the pack or left out of it."""
    learned: tuple[str, ...]
    """Files that take long to learn again."""


class Leaf(NamedTuple):
    """One run, ready to be packed."""

    folder: Path
    unit: Unit
    files: tuple[FileLine, ...]
    kept: tuple[str, ...]
    """Paths below the folder that the pack holds."""


def pack(folder: Path, out: Path, *, answers: bool = True) -> Packed:
    """Packs the run of a story or of videos.

    Args:
        folder: of the run.
        out: the file to write.
        answers: whether to keep what models answered; without it they are asked again.

    Raises:
        UsageError: when the run is not whole.
        DreamgenError: when one of its files is not as it was made.
    """
    run = open_run(folder)
    leaf = leaf_of(folder, "", answers=answers)
    kind: Kind = "videos" if run.found else "story"
    return pack_all(header(kind, code_of(run), run.recipe), (leaf,), out)


def pack_all(header: Header, leaves: Iterable[Leaf], out: Path) -> Packed:
    """Writes a pack, one run after the other."""
    stories = files = size = answers = units = 0
    learned: list[str] = []
    with writing(out) as packer:
        packer.add(HEADER, told(header))
        for leaf in leaves:
            add_leaf(packer, leaf)
            units, stories = units + 1, stories + (leaf.unit.kind != "bulk" and not leaf.unit.aside)
            files, size = files + len(leaf.files), size + sum(line.size for line in leaf.files)
            answers += sum(line.size for line in leaf.files if is_answer(line.path))
            learned += [line.path for line in leaf.files if line.role == "learned"]
        packer.add(END, told(End(units=units, files=files, size=size)))
    return Packed(out, stories, files, size, out.stat().st_size, answers, tuple(learned))


def is_answer(path: str) -> bool:
    """Whether a file of a run is what a model answered."""
    return path.startswith(f"{ANSWERS}/")


def header(kind: Kind, code: str, recipe: Recipe) -> Header:
    """What is known of this machine.

    Args:
        kind: of the runs.
        code: the fingerprint of the package that made them.
        recipe: theirs; where a model draws, it matters on which GPU.
    """
    libraries = keys.versions((*keys.LIBRARIES, *keys.LEARNED, "pyarrow"))
    drawing = "diffusion" in getattr(registry.find("render", recipe.render.backend), "model_fields", {})
    names = sorted({gpu.name for gpu in gpus()}) if drawing else []
    machine = " ".join(filter(None, (platform.system(), platform.machine(), rasteriser(), *names)))
    return Header(kind=kind, version=dreamgen.__version__, code=code, libraries=libraries, machine=machine)


def code_of(run: Run) -> str:
    """The fingerprint of the package that made a run; empty where no receipt says."""
    receipt = run.parts[0].receipt
    return dict(receipt.inputs).get("code", "") if receipt else ""


def told(record: Any) -> bytes:
    """A record as a member."""
    text: str = record.model_dump_json(exclude_defaults=True, exclude={"form"})
    return f'{{"form":{record.form},{text[1:]}\n'.encode() if isinstance(record, Header) else f"{text}\n".encode()


def add_leaf(packer: Packer, leaf: Leaf) -> None:
    """Writes a run's lines and what is kept of it."""
    place = leaf.unit.place
    packer.add(name_of(place), b"".join(map(told, (leaf.unit, *leaf.files))))
    for name in leaf.kept:
        packer.add(f"{KEPT}{place}/{name}" if place else f"{KEPT}{name}", (leaf.folder / name).read_bytes())


def leaf_of(folder: Path, place: str, *, answers: bool) -> Leaf:
    """What a pack says of one run.

    Args:
        folder: of the run.
        place: where it lies among many; empty for one alone.
        answers: whether to keep what models answered.

    Raises:
        UsageError: when it is not whole.
        DreamgenError: when one of its files is not as it was made.
    """
    run = open_run(folder)
    part = run.part
    if run.receipt is None or part.receipt is None:
        raise UsageError(f"the run in {folder} is not whole", UNFINISHED)
    made = made_by(folder, part)
    paths = sorted(files_of(folder))
    looks: dict[str, str] = {}
    found = [file_line(folder, path, made, looks) for path in paths]
    outcomes = Counter(verdict.outcome for verdict in part.verdicts.values())
    unit = Unit(
        place=place, kind="videos" if run.found else "story", title=part.title, pairs=len(part.pairs),
        verdicts=tuple(sorted(outcomes.items())), pending=reviewed(part, read_decisions(folder)).pairs != part.pairs,
    )  # fmt: skip
    kept = kept_files(run, part, paths, answers=answers)
    # of many stories all have one recipe, but for what the plan says
    return Leaf(folder, unit, tuple(found), tuple(name for name in kept if not place or name != "recipe.toml"))


def files_of(folder: Path, *, deep: bool = True) -> Iterator[str]:
    """Every file of a run, but for what a killed one left half done, locks, and what only saves time.

    Args:
        folder: of the run.
        deep: whether the files of folders in it are among them.
    """
    for path in folder.rglob("*") if deep else folder.iterdir():
        name = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not any(map(_passing, name.parts)):
            yield name.as_posix()


def _passing(name: str) -> bool:
    """Whether a file or folder is gone when nobody works in the run, or may be."""
    return name in (".lock", ".decisions.lock", HASHES, SUSPECTS) or name.startswith(".making-") or _half_written(name)


def _half_written(name: str) -> bool:
    return name.startswith(".") and name.endswith(".part")


def made_by(folder: Path, part: Part) -> dict[str, str]:
    """The files that a run makes, with their sha256 where the store knows it."""
    found = dict.fromkeys(made_of(part.place), "")
    bases = [folder, part.folder, *sorted((part.folder / TWINS).glob("*/"))]
    for base in bases:
        where = "" if base == folder else f"{base.relative_to(folder).as_posix()}/"
        for entry in entries(base):
            found[f"{where}{ENTRIES}/{entry.made.stage}/{entry.made.item}.json"] = ""
            found |= {f"{where}{ref.path}": ref.sha256 for ref in entry.made.outputs}
    return found


def made_of(place: str) -> set[str]:
    """The files that every run writes besides those of the store.

    Args:
        place: of its story or videos.
    """
    return {*_OF_A_RUN, *(f"{place}/{name}" for name in _OF_A_PART)}


def kept_files(run: Run, part: Part, paths: list[str], *, answers: bool) -> Iterator[str]:
    """What of a run's files nobody could make again."""
    there, place = set(paths), part.place
    wanted = ["recipe.toml", DECISIONS, *(f"{place}/{name}" for name in (*TO_READ, RETAKES, PRUNED, SOURCES))]
    if isinstance(part, StoryRun):
        wanted += [WRITTEN] if tells(run.folder / WRITTEN, part.story) else [f"{place}/story.json"]
    audit = read_receipt(run.folder / SHORTCUTS, Audit)
    wanted += [SHORTCUTS] if audit and audit.model else []
    yield from (name for name in wanted if name in there)
    if answers:
        yield from (path for path in paths if is_answer(path))


def tells(path: Path, story: Story) -> bool:
    """Whether an entry of the store is of this story."""
    try:
        return Story.model_validate(Entry.model_validate_json(path.read_bytes()).value, strict=False) == story
    except (OSError, ValidationError):
        return False


def file_line(folder: Path, name: str, made: Mapping[str, str], looks: dict[str, str]) -> FileLine:
    """What a pack says of one file.

    Args:
        folder: of the run.
        name: of the file, below it.
        made: see `made_by`.
        looks: what is kept of pictures and films that came before, by their sha256; this one is added.

    Raises:
        DreamgenError: when it is not as it was made.
    """
    path = folder / name
    digest = disk.sha256(path)
    if made.get(name) and made[name] != digest:
        raise DreamgenError(
            f"{path} is not as it was made", "`dreamgen verify-run` says what else is not, and how to mend it."
        )
    role: Role = "made" if name in made else "beside"
    if role == "made" and path.suffix in _LEARNED:
        role = "learned"
    look = ""
    if role == "made" and looked_at(name) and digest not in looks:
        look = looks[digest] = kept_of(path)
    return FileLine(path=name, size=path.stat().st_size, sha256=digest, core=core_of(path), role=role, look=look)


def looked_at(name: str) -> bool:
    """Whether a file of a run is a picture or film to look at; maps say who is where, and are no pictures."""
    return "/maps/" not in name and not name.startswith("dataset/")
