"""TRL's messages, as trl/trainer/sft_trainer.py and trl/data_utils.py read them.

TRL has no column for videos. It trains on pictures when there is a column `images`, here an empty list, and the video
is a block of the first question that the model's processor opens itself. A text is a block as well: a column that has
texts in some rows and lists in others is no table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset, Split
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.conversations import messages
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_lines
from dreamgen.export.untrained import nothing_left

_ROLES: Final = {"human": "user", "assistant": "assistant"}

_READ_ME: Final = """\
# {title}

Start in this folder: the paths of the clips begin here.

```python
from datasets import load_dataset
{imports}from trl.trainer.utils import remove_none_values

rows = load_dataset("json", data_files={files})
rows = rows.with_transform(remove_none_values)  # older datasets give every block the keys of all blocks, empty
{trainer}```

{training}The processor opens the videos with torchcodec, which needs FFmpeg's libraries.
Where each row comes from is told in provenance.jsonl, by its `id`.
"""
_TO_TRAIN: Final = {
    "title": "Training on these clips with TRL",
    "imports": "from trl import SFTConfig, SFTTrainer\n",
    "trainer": """\
trainer = SFTTrainer(model="...", args=SFTConfig(max_length=None), train_dataset=rows["train"])
""",
    "training": """\
With a `max_length`, what is cut off may be part of a video, and training stops.
The questions are trained on as well; `assistant_only_loss=True` leaves the answers alone, with transformers 5.18 or
newer and a model whose chat template marks them.
""",
}


class TrlExporter(Record):
    """Writes `train.jsonl`, `README.md`, which says how to load it, and `clips/`."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.jsonl`; what is held out is in a file of its own beside it."""
        ready = make_ready(dataset, into)
        made = [
            write_lines(into / f"{split}.jsonl", (_row(pair, video) for pair, _, video in ready.rows(split)))
            for split in ready.splits
        ]
        (into / "README.md").write_text(_read_me(ready.splits), "utf-8")
        return made[0]


def _read_me(splits: tuple[Split, ...]) -> str:
    told = _TO_TRAIN
    if none := nothing_left(splits):
        told = {"title": "Reading these clips for TRL", "imports": "", "trainer": "", "training": f"{none}\n"}
    return _READ_ME.format(files=_files(splits), **told)


def _files(splits: tuple[Split, ...]) -> str:
    """The splits and their files as Python writes a dict."""
    return "{" + ", ".join(f'"{split}": "{split}.jsonl"' for split in splits) + "}"


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    turns = [{"role": _ROLES[role], "content": [_text(text)]} for role, text in messages(pair)]
    turns[0]["content"] = [{"type": "video", "video": video}, *turns[0]["content"]]
    return {"id": pair.id, "images": [], "messages": turns}


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}
