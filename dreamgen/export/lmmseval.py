"""Tasks for lmms-eval: a folder that `--include_path` takes, with its own questions, clips and scoring.

As lmms_eval/tasks/__init__.py finds them (every .yaml below the folder) and lmms_eval/api/task.py reads them. The
questions of each task are a file of their own: where some rows have options and some have none, the JSON reader takes
the column's type from those that it meets first.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, StrictUndefined

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.benchmarks import choices, hold_out, items_of, key, letter, spoken, write_about, write_scoring
from dreamgen.export.conversations import ASK_FOR_LETTER
from dreamgen.export.many_files import LINES, ManyFiles
from dreamgen.export.version_mark import Mark

Row = dict[str, Any]

GROUP: Final = "dreamgen"
"""Names all tasks at once."""


class _Task(NamedTuple):
    """A kind of question and how it is asked."""

    form: str
    """Of the pairs; the task is called after it."""
    name: str
    """Of the task and its files."""
    ask: str
    """Stands behind every question."""
    tokens: int
    """How long an answer may get."""


TASKS: Final = (
    _Task("choice", "dreamgen_mcq", f"\n{ASK_FOR_LETTER}", 16),
    _Task("yes_no", "dreamgen_yes_no", "\nAnswer with yes or no.", 16),
    _Task("open", "dreamgen_open", "", 64),
    _Task("caption", "dreamgen_caption", "", 512),
)


class LmmsevalExporter(Record):
    """Writes a .yaml and a .jsonl for each task, utils.py, README.md, version.json and `clips/`.

    `python -m lmms_eval --model M --tasks dreamgen --include_path FOLDER` runs all of it.
    """

    def carries(self, dataset: Dataset) -> Dataset:
        """What is asked."""
        return items_of(dataset, _against)

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder.

        Raises:
            NothingToWrite: when no pair that was held out can be asked.
        """
        bench = hold_out(dataset, into, "lmmseval", _against)
        tallies, mark = {task.form: _Tally() for task in TASKS}, Mark()
        names = {task.form: task.name for task in TASKS}
        with ManyFiles(into, LINES) as rows:
            for pair, _, video in bench.items():
                row = _row(pair, video, bench.contrast(pair))
                tallies[pair.form].hear(row)
                name = f"{names[pair.form]}.jsonl"
                mark.hear(name, row["video"], row["question"], row.get("options", ()), row["answer"])
                rows.add(name, json.dumps(row, ensure_ascii=False))
        tasks = [task for task in TASKS if tallies[task.form].rows]
        for task in tasks:
            measures = tallies[task.form].measures(task.form)
            _write(into / f"{task.name}.yaml", "lmmseval_task.yaml.jinja", task=task, measures=measures,
                   version=mark.fingerprint)  # fmt: skip
        if tasks:
            _write(into / f"{GROUP}.yaml", "lmmseval_group.yaml.jinja", group=GROUP, tasks=tasks)
            write_scoring(into / "utils.py")
        counted = [(task.name, tallies[task.form].rows, tallies[task.form].measures(task.form)) for task in tasks]
        scored = {measure for _, _, measures in counted for measure, _, _ in measures}
        write_about(bench, into, mark, "lmmseval.md.jinja", tasks=counted, group=GROUP, scored=scored)
        return into


class _Tally:
    """What the rows of a task are scored by, gathered while they are written."""

    def __init__(self) -> None:
        self.rows = 0
        self._tasks: set[str] = set()
        self._groups = self._contrasts = False

    def hear(self, row: Row) -> None:
        """Counts one."""
        self.rows += 1
        self._tasks.add(row["task"])
        self._groups |= bool(row["group"])
        self._contrasts |= bool(row["contrast"])

    def measures(self, form: str) -> list[tuple[str, str, bool]]:
        """Each measure, the function of utils.py that sums it up, and whether more is better."""
        if form == "caption":
            return [("answered", "mean_score", True)]
        by_rule = form != "open"
        found = [("acc", "mean_score", True)] if by_rule else [("exact", "mean_score", True)]
        found += [(f"acc_{task}", "mean_score", True) for task in sorted(self._tasks) if by_rule]
        found += [("mbacc", "multi_binary", True)] if self._groups else []
        found += [("contrast_acc", "right_everywhere", True)] if self._contrasts else []
        return found + ([("unparsed", "mean_score", False)] if by_rule else [])


def _against(pair: InstructionPair) -> str:
    if pair.form == "dialogue":
        return "several_turns"
    return "marked_subject" if pair.form.startswith("region_") else ""


def _row(pair: InstructionPair, video: str, contrast: str) -> Row:
    row: Row = {"id": pair.id, "video": video, "form": pair.form, "task": pair.task, "question": spoken(pair)}
    if pair.form == "choice":
        row["options"] = choices(pair)
    answer = letter(pair) if pair.form == "choice" else key(pair).lower() if pair.form == "yes_no" else key(pair)
    return {**row, "answer": answer, "group": pair.question, "contrast": contrast}


def _write(path: Path, template: str, **facts: Any) -> None:
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    text = files("dreamgen.export").joinpath(template).read_text("utf-8")
    path.write_text(environment.from_string(text).render(**facts), "utf-8")
