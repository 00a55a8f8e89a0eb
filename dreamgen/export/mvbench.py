"""MVBench's files: `json/<task>.json` with its own names of tasks, as video_chat2/mvbench.ipynb reads them (Li et al.).

`data_list.json` is what the notebook and its followers have as a table in their code. Five tasks are read with `start`
and `end`, between which frames are taken: those of a clip are its whole length, since the seconds that an answer rests
on would give it away.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.benchmarks import choices, dimension, hold_out, items_of, key, spoken, write_about, write_scoring
from dreamgen.export.many_files import LIST, ManyFiles
from dreamgen.export.version_mark import Mark

TASKS: Final = (
    "action_sequence", "action_prediction", "action_antonym", "fine_grained_action", "unexpected_action",
    "object_existence", "object_interaction", "object_shuffle", "moving_direction", "action_localization",
    "scene_transition", "action_count", "moving_count", "moving_attribute", "state_change", "fine_grained_pose",
    "character_order", "egocentric_navigation", "episodic_reasoning", "counterfactual_inference",
)  # fmt: skip
"""All twenty, in the benchmark's order."""
BOUND: Final = frozenset(
    {"action_sequence", "action_prediction", "object_interaction", "action_localization", "episodic_reasoning"}
)
"""Those whose rows have `start` and `end`."""
MOST_OPTIONS: Final = 5
"""lmms-eval's scoring of MVBench reads A to E."""
_SPELT: Final = {"fine_grained_action": "Fine-grained Action", "fine_grained_pose": "Fine-grained Pose"}


class MvbenchExporter(Record):
    """Writes `json/` with a list for each task, data_list.json, scoring.py, README.md, version.json and `clips/`."""

    def carries(self, dataset: Dataset) -> Dataset:
        """What is asked."""
        return items_of(dataset, _against)

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder.

        Raises:
            NothingToWrite: when no pair that was held out is of a task of MVBench.
        """
        bench = hold_out(dataset, into, "mvbench", _against)
        mark = Mark()
        with ManyFiles(into / "json", LIST) as rows:
            for pair, clip, video in bench.items():
                task = task_of(pair)
                row = _row(pair, clip, video.removeprefix("clips/"), task in BOUND)
                mark.hear(task, row["video"], row["question"], row["candidates"], row["answer"])
                rows.add(f"{task}.json", json.dumps(row, ensure_ascii=False))
        counted = [(task, mark.items[task]) for task in TASKS if task in mark.items]
        table = {title(task): [f"{task}.json", "clips/", "video", task in BOUND] for task, _ in counted}
        (into / "data_list.json").write_text(json.dumps(table, indent=1) + "\n", "utf-8")
        write_scoring(into / "scoring.py")
        write_about(bench, into, mark, "mvbench.md.jinja", tasks=counted)
        return into


def task_of(pair: InstructionPair) -> str:
    """The task of MVBench that a pair asks; empty for none."""
    return dimension(pair, "MVBench", TASKS)


def title(task: str) -> str:
    """How the benchmark's table calls a task: Action Sequence."""
    return _SPELT.get(task) or task.replace("_", " ").title()


def _against(pair: InstructionPair) -> str:
    if pair.form not in ("choice", "yes_no"):
        return "not_a_choice"
    if not task_of(pair):
        return "no_dimension"
    return "too_many_options" if len(pair.options) > MOST_OPTIONS else ""


def _row(pair: InstructionPair, clip: Clip, video: str, bound: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "video": video,
        "question": spoken(pair),
        "candidates": choices(pair),
        "answer": key(pair),
    }
    if bound:
        row |= {"start": 0.0, "end": round(float(clip.seconds), 4)}
    return {**row, "id": pair.id}
