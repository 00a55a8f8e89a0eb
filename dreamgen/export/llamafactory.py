"""LLaMA-Factory's ShareGPT form with its dataset_info.json, as src/llamafactory/data/ reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.dataset import TRAIN, Dataset, Split
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.conversations import messages
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_lines

_ROLES = {"human": "human", "assistant": "gpt"}


class LlamafactoryExporter(Record):
    """Writes `train.jsonl`, `dataset_info.json` and `clips/`; `dataset_dir` and `media_dir` are the folder."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder; what is held out is a dataset of its own, dreamgen_validation or dreamgen_test."""
        ready = make_ready(dataset, into)
        for split in ready.splits:
            write_lines(into / f"{split}.jsonl", (_row(pair, video) for pair, _, video in ready.rows(split)))
        info = {_name(split): _info(split) for split in ready.splits}
        (into / "dataset_info.json").write_text(json.dumps(info, indent=1) + "\n", "utf-8")
        return into


def _name(split: Split) -> str:
    return "dreamgen" if split == TRAIN else f"dreamgen_{split}"


def _info(split: Split) -> dict[str, Any]:
    return {
        "file_name": f"{split}.jsonl",
        "formatting": "sharegpt",
        # every column must be named: those that are not are read as empty
        "columns": {"messages": "conversations", "videos": "videos", "system": "system"},
        "tags": {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"},
    }


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    turns = [{"from": _ROLES[role], "value": text} for role, text in messages(pair)]
    turns[0]["value"] = f"<video>\n{turns[0]['value']}"
    return {"id": pair.id, "conversations": turns, "videos": [video], "system": ""}
