"""VLMEvalKit: `load` of vlmeval/smp/file.py, which is pandas, and `MVBench_MP4` of vlmeval/dataset/mvbench.py."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.held_out import choice_defects, hear, look_at_version, telling, text_defect
from dreamgen.export.rules.leaks import look_beside
from dreamgen.export.rules.videos import Videos
from dreamgen.export.version_mark import Mark

NEEDED: Final = ("index", "video", "prefix", "question", "candidates", "answer", "task_type")
MOST_OPTIONS: Final = 26
_TEXTS: Final = ("video", "prefix", "question", "answer", "task_type")
_NOTHING: Final = frozenset(
    {" ", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
     "NULL", "NaN", "None", "n/a", "nan", "null"}
)  # fmt: skip
"""What pandas takes for nothing (pandas._libs.parsers.STR_NA_VALUES)."""
_TRUTHS: Final = frozenset({"True", "TRUE", "true", "False", "FALSE", "false"})


def look(folder: Path) -> Findings:
    """Reads each .tsv: one choice a row, whose answer is the words of one candidate after pandas has read both."""
    found = Findings()
    videos, mark = Videos(folder), Mark()
    for path in sorted(folder.glob("*.tsv")):
        seen: set[str] = set()
        for where, row in _rows(path, found):
            found.pairs[str(row.get("id"))] += 1
            options = _candidates(row)
            for what in _row_defects(row, options, videos):
                if what:
                    found.wrong(where, what)
            if row["index"] in seen or not row["index"].isdecimal():
                found.wrong(where, f"has the index {row['index']!r}, which is none of its own: answers are kept by it")
            seen.add(row["index"])
            hear(mark, path.name, row["video"], row["question"], options, row["answer"])
    if not found.rows:
        found.wrong(folder.name, "has no table with a row")
    look_at_version(folder, mark, found)
    look_beside(folder, found)
    return found


def _rows(path: Path, found: Findings) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file, delimiter="\t", strict=True)
            lacking = [name for name in NEEDED if name not in (table.fieldnames or ())]
            if lacking:
                found.wrong(path.name, f"has no column {', '.join(lacking)}")
                return
            for row in table:
                found.rows += 1
                where = f"{path.name}:{table.line_num}"
                if None in row or None in row.values():
                    found.wrong(where, f"does not have {len(table.fieldnames or ())} cells")
                else:
                    yield where, row
    except (OSError, ValueError, csv.Error) as error:
        found.wrong(path.name, f"can't be read: {error}")


def _candidates(row: dict[str, str]) -> Any:
    """What the kit makes of the candidates; it evaluates them, and here they are only read."""
    try:
        return ast.literal_eval(row["candidates"])
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _row_defects(row: dict[str, str], options: Any, videos: Videos) -> Iterator[str]:
    yield videos.defect(f"{row['prefix'].removeprefix('./').rstrip('/')}/{row['video']}")
    yield telling(row["video"])
    yield text_defect(row["question"], "question")
    if options is None:
        yield "has candidates that are no list as Python writes one: the kit would stop, or run them as code"
    else:
        yield from choice_defects(options, row["answer"], MOST_OPTIONS)
    for name in _TEXTS:
        if row[name] in _NOTHING or row[name] == "":
            yield f"has {row[name]!r} as {name}, which pandas takes for nothing"
        elif row[name] in _TRUTHS or _is_number(row[name]):
            yield f"has {row[name]!r} as {name}, which pandas may take for a number, and then no text is like it"
    if "start" in row and not (_is_number(row["start"]) and _is_number(row.get("end", ""))):
        yield "has no number as start or end"


def _is_number(text: str) -> bool:
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return True
    try:
        float(text.replace(",", "") if "_" not in text else "no")
    except ValueError:
        return False
    return True
