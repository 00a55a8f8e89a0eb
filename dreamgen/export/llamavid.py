"""LLaMA-VID's JSON list, which DreamFrame trained on, as `LazySupervisedDataset` in llamavid/train/train.py reads it.

It is LLaVA's row: `video` is one path below `--video_folder`, read by decord at `--video_fps`; the token in the first
human turn is `<image>`. It must be a JSON list. A row that can't be read is replaced by another at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.llava import write_rows


class LlamavidExporter(Record):
    """Writes `llamavid.json` and `clips/`; train with `--data_path llamavid.json --video_folder .`."""

    def export(self, pairs: Iterable[InstructionPair], clips: Sequence[Clip], media: Path, into: Path) -> Path:
        """The path of `llamavid.json`."""
        return write_rows(pairs, clips, media, into / "llamavid.json")
