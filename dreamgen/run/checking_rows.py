"""Whether the rows of a dataset are the pairs that were kept: none lost, none made up."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.parquet import read_table
from dreamgen.errors import DreamgenError
from dreamgen.run import registry
from dreamgen.run.auditing import named
from dreamgen.run.decisions import read_decisions
from dreamgen.run.flaws import Ledger
from dreamgen.run.folder import DATASET
from dreamgen.run.opened import Part, Run
from dreamgen.run.recipe import Choice
from dreamgen.run.reviewed import reviewed
from dreamgen.run.store import ENTRIES


def _array(path: Path) -> Iterator[dict[str, Any]]:
    yield from json.loads(path.read_bytes())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def samples(path: Path) -> Iterator[dict[str, Any]]:
    """What a tar file of samples tells of each: its `.json`."""
    with tarfile.open(path, "r|") as tar:
        for member in tar:
            if member.name.endswith(".json"):
                taken = tar.extractfile(member)
                yield json.loads(taken.read() if taken else b"")


def _asked(path: Path) -> Iterator[dict[str, Any]]:
    for sample in samples(path):
        yield from sample["pairs"]


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table of a shard."""
    return read_table(path) if path.suffix == ".parquet" else _lines(path)


_ROWS: Final[Mapping[str, tuple[str, Callable[[Path], Iterator[dict[str, Any]]]]]] = {
    "llava": ("*.json", _array),
    "llamavid": ("*.json", _array),
    "llamafactory": ("[tv]*.jsonl", _lines),
    "qwenvl": ("[tv]*.json", _array),
    "internvl": ("[tv]*.jsonl", _lines),
    "videollama2": ("[tv]*.json", _array),
    "videollama3": ("[tv]*.jsonl", _lines),
    "huggingface": ("*/metadata.jsonl", _lines),
    "parquet": ("*.parquet", read_table),
    "captions": ("[tv]*.jsonl", _lines),
    "swift": ("[tv]*.jsonl", _lines),
    "trl": ("[tv]*.jsonl", _lines),
    "webdataset": ("*.tar", _asked),
}
"""Form to its files and how one is read; a row's `id` is that of its pair."""
_SOME: Final = frozenset({"captions"})
"""Forms that leave pairs out by their options."""


def check_forms(run: Run, part: Part, ledger: Ledger) -> None:
    """Holds every form of a run's dataset against its pairs.

    What people decided since the run was made may be in a form that was written later, or not be in it yet.
    """
    every = named(part.name, part.pairs)
    later = named(part.name, reviewed(part, read_decisions(run.folder)).pairs)
    for folder in sorted((run.folder / DATASET).glob("*/")):
        if folder.name not in _ROWS:
            ledger.note(f"the rows of {DATASET}/{folder.name} were not looked into, only its bytes")
            continue
        file, read = _ROWS[folder.name]
        name = f"{DATASET}/{folder.name}/{file}"
        stage = f"export-{folder.name}"
        away = (f"{ENTRIES}/{stage}/{stage}.json",)
        try:
            rows = Counter(str(row["id"]) for path in sorted(folder.glob(file)) for row in read(path))
        except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
            ledger.wrong("forms", name, f"can't be read: {error}", away)
            continue
        ledger.looked("forms", rows.total())
        wanted = [_held(run, folder.name, some) for some in (later, every)]
        why = min((_unlike(rows, some, folder.name) for some in wanted), key=len)
        if why:
            ledger.wrong("forms", name, why, away)


def _held(run: Run, form: str, pairs: tuple[InstructionPair, ...]) -> frozenset[str]:
    """The ids of the pairs that a form can hold."""
    choice = next((one for one in run.recipe.export if one.backend == form), Choice(backend=form))
    try:
        exporter = registry.build("export", choice.backend, dict(choice.options))
    except (DreamgenError, ValidationError):
        exporter = None
    marked = getattr(exporter, "marks_subjects", False)
    return frozenset(pair.id for pair in pairs if marked or not pair.form.startswith("region_"))


def _unlike(rows: Counter[str], wanted: Collection[str], form: str) -> str:
    """What is wrong with the rows; empty where nothing is."""
    strange = sorted(rows.keys() - wanted)
    if strange:
        return f"{len(strange)} rows are of no pair that was kept, such as {strange[0]}"
    twice = [name for name, count in rows.items() if count > 1]
    if twice:
        return f"{len(twice)} pairs are in it twice, such as {twice[0]}"
    lost = sorted(set(wanted) - rows.keys())
    return f"{len(lost)} pairs are missing, such as {lost[0]}" if lost and form not in _SOME else ""
