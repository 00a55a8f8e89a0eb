"""InternVL's lines and meta files, as internvl_chat/internvl/train/internvl_chat_finetune.py reads them.

`<video>` with a line break is replaced there by a line for each frame. The meta file names the lines, the folder of the
videos and the number of rows.

That trainer opens videos through `tcs_loader` alone, which needs petrel_client and its storage: without them no row is
read. ms-swift trains InternVL on the same lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.dataset import TRAIN, Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.llava import turns
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_lines
from dreamgen.export.untrained import nothing_left

META: Final = ".meta.json"
_TITLE: Final = "# For trainers of InternVL\n\n"
_README: Final = """\
InternVL's own trainer (`internvl_chat`) takes `--meta_path train.meta.json`, started in this folder. It opens videos
through `tcs_loader` alone, which needs `petrel_client` and the storage behind it; without them every row fails.

ms-swift trains InternVL on the same rows without it. Started in this folder:

```
swift sft --model OpenGVLab/InternVL3-1B --dataset train.jsonl
```
"""


class InternvlExporter(Record):
    """Writes `train.jsonl`, `train.meta.json`, `README.md` and `clips/`; train with `--meta_path train.meta.json`."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.meta.json`; what is held out is in files of its own beside it."""
        ready = make_ready(dataset, into)
        for split in ready.splits:
            count = _Counted(_row(pair, video) for pair, _, video in ready.rows(split))
            name = "dreamgen" if split == TRAIN else f"dreamgen_{split}"
            target = write_lines(into / f"{split}.jsonl", count)
            meta = {name: _meta(target.name, count.rows)}
            (into / f"{split}{META}").write_text(json.dumps(meta, indent=1) + "\n", "utf-8")
        none = nothing_left(ready.splits)
        (into / "README.md").write_text(_TITLE + (f"{none}\n" if none else _README), "utf-8")
        return into / f"{ready.splits[0]}{META}"


class _Counted:
    """Rows that are counted while they are written."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._each = rows
        self.rows = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for one in self._each:
            self.rows += 1
            yield one


def _meta(file: str, rows: int) -> dict[str, Any]:
    # one tile a frame, and no pictures changed at random: answers speak of colours
    return {
        "root": ".", "annotation": file, "data_augment": False, "max_dynamic_patch": 1, "repeat_time": 1,
        "length": rows,
    }  # fmt: skip


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    return {"id": pair.id, "video": video, "conversations": turns(pair, "<video>\n")}
