"""VideoLLaMA2's JSON list, as `LazySupervisedDataset` in videollama2/train.py reads it.

Its token is `<video>`, once, in the first human turn; `video` is one path below `--data_folder`. Lines are not read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.llava import turns, write_rows


class Videollama2Exporter(Record):
    """Writes `train.json` and `clips/`; train with `--data_path train.json --data_folder .`."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.json`; what is held out is in a file of its own beside it."""
        return write_rows(dataset, into, _row)[0]


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    return {"id": pair.id, "video": video, "conversations": turns(pair, "<video>\n")}
