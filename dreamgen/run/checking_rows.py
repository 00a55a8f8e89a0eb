"""Whether the rows of a dataset are the pairs that were kept: none lost, none made up."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dreamgen.engines.parquet import read_table
from dreamgen.export.rules.known import rules_of
from dreamgen.run.auditing import named
from dreamgen.run.checking_forms import held_against, wanted_by
from dreamgen.run.decisions import read_decisions
from dreamgen.run.flaws import Ledger
from dreamgen.run.folder import DATASET
from dreamgen.run.opened import Part, Run
from dreamgen.run.reviewed import reviewed
from dreamgen.run.store import ENTRIES


def samples(path: Path) -> Iterator[dict[str, Any]]:
    """What a tar file of samples tells of each: its `.json`."""
    with tarfile.open(path, "r|") as tar:
        for member in tar:
            if member.name.endswith(".json"):
                taken = tar.extractfile(member)
                yield json.loads(taken.read() if taken else b"")


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table of a shard."""
    return read_table(path) if path.suffix == ".parquet" else _lines(path)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def check_forms(run: Run, part: Part, ledger: Ledger) -> None:
    """Holds every form of a run's dataset against its trainer's rules, and its rows against the run's pairs.

    What people decided since the run was made may be in a form that was written later, or not be in it yet.
    """
    every = named(part.name, part.pairs)
    later = named(part.name, reviewed(part, read_decisions(run.folder)).pairs)
    for folder in sorted((run.folder / DATASET).glob("*/")):
        form, name = folder.name, f"{DATASET}/{folder.name}"
        rules = rules_of(form)
        if rules is None:
            ledger.note(f"the rows of {name} were not looked into, only its bytes")
            continue
        stage = f"export-{form}"
        away = (f"{ENTRIES}/{stage}/{stage}.json",)
        found = rules(folder)
        ledger.looked("forms", found.pairs.total() or found.rows)
        for defect in found.defects:
            ledger.wrong("forms", f"{name}/{defect.where}", defect.what, away)
        unlike = [held_against(found, wanted_by(run, form, folder, some), form)[1] for some in (later, every)]
        if all(unlike):
            ledger.wrong("forms", name, min(unlike, key=len), away)
