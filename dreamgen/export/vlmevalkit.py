"""VLMEvalKit's table of a video benchmark of choices, as vlmeval/dataset/mvbench.py::MVBench_MP4 reads one.

The kit reads it with pandas, which takes the texts "None", "NA" or "nan" for nothing and a column of digits for
numbers, and then no option is the answer any more; so such options are written in other words. `candidates` is a list
as Python writes it, since the kit evaluates it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.benchmarks import Bench, choices, hold_out, items_of, says_yes, spoken, write_about, write_scoring
from dreamgen.export.version_mark import Mark

COLUMNS: Final = ("index", "video", "prefix", "question", "candidates", "answer", "task_type", "start", "end", "id")
TABLE: Final = "Dreamgen.tsv"
PREFIX: Final = "clips"
_NUMBER: Final = re.compile(r"[+-]?(\d[\d.,_]*|\.\d+|inf|infinity)(e[+-]?\d+)?|0x[0-9a-f]+", re.I)
_NOTHING: Final = frozenset(
    {"", "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>", "n/a", "na", "nan",
     "none", "null", "true", "false"}
)  # fmt: skip
"""What pandas takes for nothing, or for a truth value, in small letters."""


class VlmevalkitExporter(Record):
    """Writes Dreamgen.tsv, dreamgen_dataset.py that registers it, README.md, version.json and `clips/`."""

    def carries(self, dataset: Dataset) -> Dataset:
        """What is asked."""
        return items_of(dataset, _against)

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of the table.

        Raises:
            NothingToWrite: when no pair that was held out is a choice.
        """
        bench = hold_out(dataset, into, "vlmevalkit", _against)
        mark = Mark()
        with (into / TABLE).open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
            table.writeheader()
            table.writerows(_rows(bench, mark))
        kit = files("dreamgen.export").joinpath("vlmevalkit_dataset.txt").read_bytes()
        (into / "dreamgen_dataset.py").write_bytes(kit)
        write_scoring(into / "scoring.py")
        write_about(bench, into, mark, "vlmevalkit.md.jinja")
        return into / TABLE


def _against(pair: InstructionPair) -> str:
    return "" if pair.form in ("choice", "yes_no") else "not_a_choice"


def _rows(bench: Bench, mark: Mark) -> Iterator[dict[str, Any]]:
    for number, (pair, clip, video) in enumerate(bench.items()):
        row = _row(number, pair, clip, video.removeprefix(f"{PREFIX}/"))
        mark.hear(TABLE, row["video"], row["question"], row["candidates"], row["answer"])
        yield {**row, "candidates": repr(row["candidates"])}


def _row(number: int, pair: InstructionPair, clip: Clip, video: str) -> dict[str, Any]:
    options = [as_text(one) for one in choices(pair)]
    right = pair.answer_index if pair.answer_index is not None else int(not says_yes(pair))
    return {
        "index": number,
        "video": video,
        "prefix": PREFIX,
        "question": as_text(spoken(pair)),
        "candidates": options,
        "answer": options[right],
        "task_type": as_text(pair.task),
        "start": 0.0,
        "end": round(float(clip.seconds), 4),
        "id": pair.id,
    }


def as_text(words: str) -> str:
    """The same in one line, and so that pandas takes it for a text: what is none by itself stands in quotes."""
    line = " ".join(words.split())
    return f"“{line}”" if line.lower() in _NOTHING or _NUMBER.fullmatch(line) else line
