"""Where scores are written: a folder for each file of answers, never one for two of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from dreamgen.core.base import Record, fingerprint
from dreamgen.metrics.answered import Scores
from dreamgen.metrics.marks import Mark
from dreamgen.metrics.score_chart import chart_of
from dreamgen.metrics.score_table import markdown_of
from dreamgen.run import disk
from dreamgen.run.books import read_receipt
from dreamgen.run.journal import lines

SCORES: Final = "scores"
"""In the run's folder: a folder for each file of answers."""
TABLE, NUMBERS, MARKS = "scores.md", "scores.json", "marks.jsonl"
"""What lies in it: the table, for people and for programs, and the mark of every answer."""
CHART, DIMENSIONS = "scores.svg", "dimensions.svg"
"""Drawings: of forms and tasks, and of the dimensions of benchmarks."""
ANSWERS: Final = "answers.json"
"""Which files were scored."""
_LONGEST: Final = 80
"""Letters of a folder's name."""
_TELLING: Final = 8
"""Hex digits that tell files of one name apart."""


class Answers(Record):
    """Files that were scored together."""

    names: tuple[str, ...]
    """Of the files."""
    sha256: tuple[str, ...]
    """Of their bytes, in hex."""
    places: tuple[str, ...]
    """Fingerprints of where they lay."""


def answers_in(paths: Sequence[Path]) -> Answers:
    """What tells these files from others of the same names."""
    return Answers(
        names=tuple(path.name.encode("utf-8", "replace").decode() for path in paths),
        sha256=tuple(disk.sha256(path) for path in paths),
        places=tuple(hashlib.sha256(os.fsencode(path.resolve())).hexdigest() for path in paths),
    )


def folder_for(run: Path, answers: Answers) -> Path:
    """The folder below a run's for the scores of some files: that of their name, unless others have it.

    Files are the same where they lie at the same place, whatever is in them now. A copy elsewhere is another file: it
    may be changed later, and what the first one got is then still there.
    """
    folder = run / SCORES / _named(answers.names)
    there = read_receipt(folder / ANSWERS, Answers)
    taken = (folder / NUMBERS).is_file() if there is None else there.places != answers.places
    return folder.with_name(f"{folder.name}-{fingerprint(answers.places)[:_TELLING]}") if taken else folder


def write(folder: Path, scores: Scores, marks: Iterable[Mark], answers: Answers) -> None:
    """Writes all that there is to tell; nothing that an earlier scoring wrote there is left.

    What lies there besides, the answers of a judge or somebody's notes, stays. Numbers are there only where all is.
    """
    written = {
        ANSWERS: answers.model_dump_json(indent=1) + "\n",
        TABLE: markdown_of(scores, {"overall": CHART, "benchmark": DIMENSIONS}),
        CHART: chart_of(scores, ("overall", "form", "polarity", "task")),
        MARKS: lines(marks),
        NUMBERS: scores.model_dump_json(indent=1) + "\n",
    }
    if any(row.by == "dimension" for row in scores.rows):
        written = {DIMENSIONS: chart_of(scores, ("benchmark", "dimension")), **written}
    for name in (NUMBERS, DIMENSIONS):
        (folder / name).unlink(missing_ok=True)
    for name, text in written.items():
        disk.write_whole(folder / name, text)


def _named(names: Sequence[str]) -> str:
    """A folder for files of answers, by their names without what a path could be made of."""
    stems = "+".join(Path(name).stem for name in names)
    plain = "".join(one if one.isalnum() or one in "-_.+" else "_" for one in stems).strip(".")
    return plain[:_LONGEST] or "answers"
