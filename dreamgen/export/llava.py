"""LLaVA-NeXT's JSON list, as `LazySupervisedDataset` in llava/train/train.py reads it.

Its token is `<image>` for videos too, once, in the first human turn; `video` is one path below `--video_folder`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.conversations import messages
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_list

_ROLES = {"human": "human", "assistant": "gpt"}


class LlavaExporter(Record):
    """Writes `train.json` and `clips/`; train with `--data_path train.json --video_folder .`."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.json`; what is held out is in a file of its own beside it."""
        return write_rows(dataset, into)


def write_rows(dataset: Dataset, into: Path) -> Path:
    """Writes the rows of every split as one JSON list, and the clips' files beside it; the path of the first."""
    ready = make_ready(dataset, into)
    made = [
        write_list(into / f"{split}.json", (row(pair, video) for pair, _, video in ready.rows(split)))
        for split in ready.splits
    ]
    return made[0]


def row(pair: InstructionPair, video: str) -> dict[str, Any]:
    """One pair as LLaVA's family of trainers reads it."""
    turns = [{"from": _ROLES[role], "value": text} for role, text in messages(pair)]
    turns[0]["value"] = f"<image>\n{turns[0]['value']}"
    return {"id": pair.id, "video": video, "conversations": turns}
