"""PLM's published sets: the task files of lmms-eval's plm_videobench, and the cards of the sets on the hub.

lmms-eval stops at an answer that is no option, at a subject without boxes, and at a clip with a marked subject of fewer
frames than it samples; it groups the rows of a question by qa_uid.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from dreamgen.core.question_types import QUESTION_TYPES
from dreamgen.engines.parquet import table_types
from dreamgen.export.rules.boxes import Clips
from dreamgen.export.rules.files import Row, lined
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.leaks import Splits, leaks, look_beside
from dreamgen.export.rules.marked import Marked
from dreamgen.export.rules.published import PUBLISHED, field_defects, fields_of
from dreamgen.export.rules.tables import tabled
from dreamgen.export.rules.videos import Videos

SPLITS: Final = ("train", "val", "test")
_OF_SUBJECTS: Final = ("rcap", "rtloc", "rdcap")


def look(folder: Path) -> Findings:
    """Reads TASK/plm_TASK_SPLIT.jsonl and .parquet, metadata/ and the masks beside the clips."""
    found = Findings()
    there = [(task, split) for task in PUBLISHED for split in SPLITS if _path(folder, task, split).is_file()]
    if not there:
        found.wrong(folder.name, "has no plm_TASK_SPLIT.jsonl in a folder called like its task")
    _configured(folder, there, found)
    checker = _Checker(folder, found)
    for task, split in there:
        checker.look(task, split)
    checker.name_pairs()
    found.defects += leaks(folder)
    look_beside(folder, found)
    return found


def _path(folder: Path, task: str, split: str) -> Path:
    return folder / task / f"plm_{task}_{split}.jsonl"


def _configured(folder: Path, there: list[tuple[str, str]], found: Findings) -> None:
    """Whether the head of README.md names every table: the hub's library takes tasks from there.

    It refuses tables with other columns in one configuration, so that what fgqa trains on has its own.
    """
    try:
        head = (folder / "README.md").read_bytes().decode().split("---\n")[1]
        named = {
            (config["config_name"], part["split"], part["path"])
            for config in yaml.safe_load(head)["configs"]
            for part in config["data_files"]
        }
    except (OSError, ValueError, KeyError, IndexError, TypeError, yaml.YAMLError) as error:
        found.wrong("README.md", f"names no tables in its head: {type(error).__name__}")
        return
    for task, split in there:
        path = f"{task}/plm_{task}_{split}.parquet"
        name = f"{task}_{split}" if fields_of(task, split) is not PUBLISHED[task] else task
        if (name, split, path) not in named:
            found.wrong("README.md", f"does not name {path} in a configuration {name}")


class _Checker:
    """All tasks, one after the other."""

    def __init__(self, folder: Path, found: Findings) -> None:
        self._folder, self._found = folder, found
        self._videos, self._homes = Videos(folder), Splits("clip")
        self._marked = Marked(folder, Clips(folder / "clips"), found)
        self._read: set[str] = set()
        self._uids: set[tuple[str, str, Any]] = set()
        """Task, split and number or name of each row; of fgqa, of its question."""

    def look(self, task: str, split: str) -> None:
        """Every row of a task, and whether the table has the same."""
        if split not in self._read:
            self._read.add(split)
            self._marked.read(split)
        path = _path(self._folder, task, split)
        table = path.with_suffix(".parquet")
        if not table.is_file():
            self._found.wrong(path.name, f"has no {table.name} beside it")
        else:
            self._compare(path, table, task, split)
        questions, uids = _Questions(), set[Any]()
        for where, row in lined(path, self._found):
            told = list(field_defects(row, fields_of(task, split)))
            if not told:
                uid = row.get("uid", row.get("qa_id"))
                told = [f"is another row called {uid}"] if uid in uids else []
                uids.add(uid)
                self._uids.add((task, split, row.get("qa_uid", uid)))
                told += self._row_defects(row, task, split, questions)
            for what in told:
                self._found.wrong(where, what)

    def name_pairs(self) -> None:
        """Which pairs the rows are: metadata/pairs.jsonl says so."""
        path = self._folder / "metadata" / "pairs.jsonl"
        if not path.is_file():
            self._found.wrong("metadata", "has no pairs.jsonl: nothing leads from a row to its pair")
            return
        apart, named = Findings(), set[tuple[Any, Any, Any]]()
        for where, line in lined(path, apart):
            row = line.get("task"), line.get("split"), line.get("uid")
            if any(isinstance(part, list | dict) for part in row) or row not in self._uids:
                apart.wrong(where, f"names a row that there is not: {row}")
                continue
            named.add(row)
            self._found.pairs[str(line.get("id"))] += 1
        self._found.defects += apart.defects
        lost = sorted(map(str, self._uids - named))
        if lost:
            self._found.wrong(
                "metadata/pairs.jsonl", f"does not say of {len(lost)} rows which pair they are: {lost[0]}"
            )

    def _compare(self, path: Path, table: Path, task: str, split: str) -> None:
        apart = Findings()
        try:
            types, fields = table_types(table), fields_of(task, split)
        except (OSError, ValueError, ImportError) as error:
            self._found.wrong(table.name, f"is no table: {error}")
            return
        if types != fields or list(types) != list(fields):
            strange = next((name for name in fields if types.get(name) != fields[name]), "their order")
            self._found.wrong(table.name, f"has other columns or types than the published set: {strange}")
        for one, other in zip_longest(lined(path, Findings()), tabled(table, apart)):
            if one is None or other is None or not _same(one[1], other[1]):
                where = (other or one or (table.name, {}))[0]
                self._found.wrong(where, f"is not the same in {path.name}")
                break
        self._found.defects += apart.defects

    def _row_defects(self, row: Row, task: str, split: str, questions: _Questions) -> Iterator[str]:
        video = row.get("video", f"{row.get('segment_id')}.mp4")
        if PurePosixPath(video).name != video:
            yield f"names {video}, and no file without a folder"
            return
        yield from filter(None, [self._videos.defect(f"clips/{video}")])
        yield from self._homes.defects(video, split)
        if task in _OF_SUBJECTS:
            yield from self._marked.defects(row, task, split)
            return
        yield from (f"has an empty {name}" for name in ("question", "answer") if not row[name].strip())
        if "options" in row:
            yield from questions.defects(row)
        kind = row.get("metadata", {}).get("question_type", row.get("metadata", {}).get("q_type", QUESTION_TYPES[0]))
        if kind not in QUESTION_TYPES:
            yield f"is of the type {kind!r}, which is none of PLM's"


class _Questions:
    """The rows of fgqa that share a question."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str, str]] = {}
        self._wrong: dict[str, set[str]] = {}

    def defects(self, row: Row) -> Iterator[str]:
        """What is wrong with the options of a row, and how it differs from others of its question."""
        options = [row["options"]["option_0"], row["options"]["option_1"]]
        right = row["answer_index"]
        if options[0] == options[1]:
            yield f"has the option {options[0]!r} twice"
        elif row["answer"] not in options:
            yield f"is answered {row['answer']!r}, which is no option: lmms-eval stops"
        elif right not in (0, 1) or options[right] != row["answer"]:
            yield f"has the answer_index {right}, which is not that of {row['answer']!r}"
        else:
            name, wrong = row["qa_uid"], options[1 - right]
            told = row["video"], row["question"], row["answer"]
            if self._known.setdefault(name, told) != told:
                yield f"is of the question {name}, whose other rows have another clip, question or answer"
            if wrong in self._wrong.setdefault(name, set()):
                yield f"asks {name} a second time with {wrong!r}"
            self._wrong[name].add(wrong)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same; numbers of 32 bits are a little less exact."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-6 * max(1.0, abs(one))
    return bool(one == other)
