"""Whether the store of a run still holds what it says: every entry is read, and every file that one names is hashed."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from dreamgen.core.base import Record
from dreamgen.core.media import MediaRef
from dreamgen.run import disk
from dreamgen.run.flaws import Ledger
from dreamgen.run.store import ENTRIES, Entry


class Stored(Record):
    """One entry of the store, and where it lies."""

    path: str
    """Of the entry, below the run's folder."""
    base: str
    """Of the folder that its files are in, with a slash; empty for the run's own."""
    entry: Entry
    """What it says."""


def check_store(folder: Path, ledger: Ledger, *, deep: bool = True) -> tuple[Stored, ...]:
    """Reads every entry of the store and every file that one names; says which entries can be read.

    Args:
        folder: of the run.
        ledger: takes down what is wrong.
        deep: whether the stores of folders in it are read too: those of its story, videos and twins.
    """
    found = []
    look = folder.rglob if deep else folder.glob
    for path in sorted(look(f"{ENTRIES}/*/*.json")):
        name = path.relative_to(folder).as_posix()
        base = name[: name.index(f"{ENTRIES}/")]
        ledger.looked("entries")
        try:
            stored = Stored(path=name, base=base, entry=Entry.model_validate_json(path.read_bytes()))
        except (ValidationError, OSError) as error:
            ledger.wrong("entries", name, f"can't be read: {_first(error)}", (name,))
            continue
        found.append(stored)
        for ref in stored.entry.made.outputs:
            _check_file(folder, stored, ref, ledger)
    return tuple(found)


def _check_file(folder: Path, stored: Stored, ref: MediaRef, ledger: Ledger) -> None:
    name = stored.base + ref.path
    ledger.looked("files")
    try:
        right = disk.sha256(folder / name) == ref.sha256
        why = "" if right else "its bytes are not those with which it was made"
    except FileNotFoundError:
        why = "missing"
    except OSError as error:
        why = f"can't be read: {error.strerror}"
    if why:
        ledger.wrong("files", name, why, (name, stored.path))


def _first(error: Exception) -> str:
    return error.errors(include_url=False)[0]["msg"] if isinstance(error, ValidationError) else str(error)
