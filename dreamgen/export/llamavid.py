"""LLaMA-VID's JSON list, which DreamFrame trained on, as `LazySupervisedDataset` in llamavid/train/train.py reads it.

It is LLaVA's row: `video` is one path below `--video_folder`, read by decord at `--video_fps`; the token in the first
human turn is `<image>`. It must be a JSON list. A row that can't be read is replaced by another at random.
"""

from __future__ import annotations

from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.export.llava import row, write_rows


class LlamavidExporter(Record):
    """Writes `train.json` and `clips/`; train with `--data_path train.json --video_folder .`."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.json`; what is held out is in a file of its own beside it."""
        return write_rows(dataset, into, row)[0]
