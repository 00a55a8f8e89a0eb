"""ms-swift's messages, as swift/dataset/loader.py and swift/dataset/preprocessor/core.py read them.

`<video>` stands once for each of `videos`, at the head of the first question. A row that ms-swift can't use is deleted
with a line in its log.

Paths lead down from the folder, so that it can be moved: start `swift sft` inside it. The variable ROOT_IMAGE_DIR does
the same for templates that open videos themselves (InternVL's, LLaVA's), but not for Qwen's, which hand the path on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.conversations import messages
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_lines

_ROLES: Final = {"human": "user", "assistant": "assistant"}


class SwiftExporter(Record):
    """Writes `train.jsonl` and `clips/`; train inside the folder with `--dataset train.jsonl`."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.jsonl`; what is held out is in a file of its own, for `--val_dataset`."""
        ready = make_ready(dataset, into)
        made = [
            write_lines(into / f"{split}.jsonl", (_row(pair, video) for pair, _, video in ready.rows(split)))
            for split in ready.splits
        ]
        return made[0]


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    turns = [{"role": _ROLES[role], "content": text} for role, text in messages(pair)]
    turns[0]["content"] = f"<video>{turns[0]['content']}"
    return {"id": pair.id, "messages": turns, "videos": [video]}
