"""lmms-eval: `TaskManager` of lmms_eval/tasks/__init__.py, and `load_yaml_config` of lmms_eval/utils.py.

And `ConfigurableTask` of lmms_eval/api/task.py, which reads the questions with the JSON builder of `datasets`: the type
of a column is what its first rows have.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from dreamgen.core.pairs import LETTERS
from dreamgen.export.rules.files import Row, lined
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.held_out import choice_defects, hear, look_at_version, telling, text_defect
from dreamgen.export.rules.leaks import look_beside
from dreamgen.export.rules.videos import Videos
from dreamgen.export.version_mark import Mark

_KEY: Final = re.compile(r"^(\w+): *(\S.*)$", re.MULTILINE)
_DATA: Final = re.compile(r"^ +test: *(\S.*)$", re.MULTILINE)
_FUNCTION: Final = re.compile(r"!function (\w+)\.(\w+)")
_METRIC: Final = re.compile(r"^ +- metric: *(\S.*)$", re.MULTILINE)
_MEMBER: Final = re.compile(r"^ +- (\w+) *$", re.MULTILINE)
_NEEDED: Final = ("dataset_path", "test_split", "output_type", "doc_to_visual", "doc_to_text", "doc_to_target",
                  "process_results")  # fmt: skip


class _Task(NamedTuple):
    """What a .yaml says."""

    file: str
    """Its name."""
    name: str
    """Of the task."""
    data: str
    """The file of its questions."""
    measures: frozenset[str]
    """What is summed up."""


def look(folder: Path) -> Findings:
    """Reads every .yaml, the code that it names and the questions of each task."""
    found = Findings()
    videos, mark = Videos(folder), Mark()
    tasks = list(_tasks(folder, found))
    for task in tasks:
        path = folder / task.data
        if Path(task.data).is_absolute() or ".." in Path(task.data).parts or not path.is_file():
            found.wrong(task.file, f"reads {task.data}, which is not beside it: the folder could not be moved")
            continue
        columns: dict[str, str] = {}
        for where, row in lined(path, found):
            found.pairs[str(row.get("id"))] += 1
            for what in (*_row_defects(row, videos), *_column_defects(row, columns), *_unmeasured(row, task)):
                if what:
                    found.wrong(where, what)
            hear(mark, task.data, row.get("video"), row.get("question"), row.get("options"), row.get("answer"))
    if not found.rows:
        found.wrong(folder.name, "has no task with a question")
    look_at_version(folder, mark, found)
    look_beside(folder, found)
    return found


def _tasks(folder: Path, found: Findings) -> Iterator[_Task]:
    members: dict[str, str] = {}
    names: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_bytes().decode("utf-8", "replace")
        keys = {key: _unquoted(value) for key, value in _KEY.findall(text)}
        if "group" in keys:
            members |= dict.fromkeys(_MEMBER.findall(text), path.name)
            continue
        for key in _NEEDED:
            if key not in keys:
                found.wrong(path.name, f"does not say {key}")
        for what in _code_defects(folder, sorted(set(_FUNCTION.findall(text)))):
            found.wrong(path.name, what)
        data = _DATA.search(text)
        names.add(keys.get("task", ""))
        if data is None:
            found.wrong(path.name, "names no file of questions")
        else:
            measures = frozenset(map(_unquoted, _METRIC.findall(text)))
            yield _Task(path.name, keys.get("task", ""), _unquoted(data[1]), measures)
    for member, file in members.items():
        if member not in names:
            found.wrong(file, f"names the task {member}, which is not there")


def _code_defects(folder: Path, functions: list[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with the functions that a task calls, each with the module that has it."""
    for module in sorted({module for module, _ in functions}):
        path = folder / f"{module}.py"
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError) as error:
            yield f"calls {path.name}, which can't be read: {error}"
            continue
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        yield from (f"calls {name} of {path.name}, which does not have it" for of, name in functions
                    if of == module and name not in there)  # fmt: skip
        for node in ast.walk(tree):
            yield from _alien(node, path.name)


def _alien(node: ast.AST, file: str) -> Iterator[str]:
    """What ties code to the machine that wrote it."""
    named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    named += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
    for name in named:
        if name.partition(".")[0] not in sys.stdlib_module_names:
            yield f"calls {file}, which needs {name}: it may not be installed where models are tested"
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match(r"(/\w|[A-Z]:\\)", node.value):
        yield f"calls {file}, which has the path {node.value} of one machine"


def _row_defects(row: Row, videos: Videos) -> Iterator[str]:
    yield videos.defect(row.get("video"))
    yield telling(str(row.get("video")))
    yield text_defect(row.get("question"), "question")
    yield text_defect(row.get("answer"), "answer")
    answer = row.get("answer")
    if row.get("form") == "choice":
        options = row.get("options")
        known = dict(zip(LETTERS, options, strict=False)) if isinstance(options, list) else {}
        yield from choice_defects(options, known.get(str(answer), f"{answer}"), len(LETTERS))
    if row.get("form") == "yes_no" and answer not in ("yes", "no"):
        yield f"is answered by {answer!r}, and neither by yes nor by no"


def _column_defects(row: Row, columns: dict[str, str]) -> Iterator[str]:
    """What does not have the types of the rows before."""
    kinds = {key: _kind(value) for key, value in row.items()}
    if not columns:
        columns |= kinds
    for key in sorted(columns.keys() ^ kinds.keys()):
        yield f"has {'no' if key in columns else 'a'} column {key}, other than the rows before it"
    for key, kind in kinds.items():
        if columns.get(key, kind) != kind or kind in ("NoneType", "list of nothing"):
            yield f"has {kind} in the column {key}, whose type the reader takes from the first rows"


def _kind(value: Any) -> str:
    if isinstance(value, list):
        inner = sorted({type(one).__name__ for one in value}) or ["nothing"]
        return f"list of {' and '.join(inner)}"
    return type(value).__name__


def _unmeasured(row: Row, task: _Task) -> Iterator[str]:
    """What a row is scored by and nobody sums up."""
    form = row.get("form")
    wanted = {"open": ["exact"], "caption": ["answered"]}.get(str(form), ["acc", f"acc_{row.get('task')}", "unparsed"])
    wanted += [measure for measure, key in (("mbacc", "group"), ("contrast_acc", "contrast")) if row.get(key)]
    if form == "caption":
        wanted = ["answered"]
    for measure in wanted:
        if measure not in task.measures:
            yield f"is scored by {measure}, which {task.file} does not sum up"


def _unquoted(text: str) -> str:
    text = text.strip()
    try:
        return str(json.loads(text)) if text.startswith('"') else text
    except ValueError:
        return text
