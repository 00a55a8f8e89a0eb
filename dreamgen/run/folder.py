"""The folder of a run: whether it is ours to work in, and which of its places are."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from dreamgen.annotate.remembering import HASHES
from dreamgen.engines.chat.ledger import LEDGER
from dreamgen.engines.crashing import SUSPECTS
from dreamgen.errors import UsageError
from dreamgen.run.books import RECEIPT, STORIES, VIDEOS
from dreamgen.run.filming import ANSWERS
from dreamgen.run.opened import JOINED
from dreamgen.run.store import ENTRIES

DATASET = "dataset"
"""The folder of the dataset, one folder a form."""


def check_ours(folder: Path, other: str = "") -> None:
    """Makes sure that a run may write to `folder`: it is new, empty, or a run's.

    Args:
        folder: where to.
        other: the part that a run of the other sort has: videos/ for one that tells stories, stories/ for one of
            videos. They share the place of the dataset.

    Raises:
        UsageError: when it holds something else, which a run could overwrite.
    """
    if other and (folder / other).is_dir() and _is_run(folder):
        raise UsageError(
            f"{folder} is the folder of a run of {other}",
            "Name a new folder with --out; nothing was changed in this one.",
        )
    if is_bulk(folder):
        raise UsageError(
            f"{folder} is the folder of a bulk run",
            "Name a new folder with --out; nothing was changed in this one. `dreamgen bulk` goes on with it.",
        )
    if not folder.is_dir() or _is_run(folder):
        return
    strange = [path.name for path in folder.iterdir() if not _left_behind(path)]
    if strange:
        raise UsageError(
            f"{folder} is not empty and not a run's folder: it holds {min(strange)}",
            "Name a new folder with --out; nothing was changed in this one.",
        )


def is_bulk(folder: Path) -> bool:
    """Whether many stories lie in it, each in a folder of its own."""
    return (folder / JOINED).is_file() or (folder / "plan.jsonl").is_file()


def sweep(folder: Path, places: Sequence[str] = (ENTRIES, DATASET, STORIES, VIDEOS)) -> None:
    """Clears what a killed run left half done in its own places: temporary folders and half-written files.

    Args:
        folder: the run's.
        places: what below it is looked through, too.
    """
    left = [path for path in folder.iterdir() if _left_behind(path)]
    for place in places:
        left += [*(folder / place).rglob(".making-*"), *(folder / place).rglob(".*.part")]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != ".lock":
            path.unlink(missing_ok=True)


def _is_run(folder: Path) -> bool:
    begun = (
        folder / ENTRIES / "story", folder / VIDEOS / ENTRIES, folder / VIDEOS / HASHES, folder / VIDEOS / SUSPECTS,
        folder / ANSWERS / LEDGER,
    )  # fmt: skip
    if any(path.exists() for path in begun):
        return True
    made = (folder / RECEIPT, folder / STORIES, folder / VIDEOS)
    return (folder / "recipe.toml").is_file() and any(path.exists() for path in made)


def _left_behind(path: Path) -> bool:
    """What a run that was killed early leaves: its lock, and files that it was about to put in place."""
    return path.name == ".lock" or path.name.startswith(".making-") or _half_written(path.name)


def _half_written(name: str) -> bool:
    ours = tuple(f".{whole}." for whole in ("recipe.toml", RECEIPT, "report.html"))
    return name.startswith(ours) and name.endswith(".part")
