"""LLaMA-Factory's ShareGPT form with its dataset_info.json, as src/llamafactory/data/ reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.checks import check
from dreamgen.export.conversations import messages
from dreamgen.export.media import bring, used

_ROLES = {"human": "human", "assistant": "gpt"}

INFO: Final = {
    "dreamgen": {
        "file_name": "train.jsonl",
        "formatting": "sharegpt",
        # every column must be named: those that are not are read as empty
        "columns": {"messages": "conversations", "videos": "videos", "system": "system"},
        "tags": {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"},
    }
}
"""The content of dataset_info.json."""


class LlamafactoryExporter(Record):
    """Writes `train.jsonl`, `dataset_info.json` and `clips/`; `dataset_dir` and `media_dir` are the folder."""

    def export(self, pairs: Iterable[InstructionPair], clips: Sequence[Clip], media: Path, into: Path) -> Path:
        """The folder."""
        known = tuple(pairs)
        check(known, clips, media)
        videos = bring(used(known, clips), media, into)
        lines = [json.dumps(_row(pair, videos[pair.clip]), ensure_ascii=False) + "\n" for pair in known]
        (into / "train.jsonl").write_text("".join(lines), "utf-8")
        (into / "dataset_info.json").write_text(json.dumps(INFO, indent=1) + "\n", "utf-8")
        return into


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    turns = [{"from": _ROLES[role], "value": text} for role, text in messages(pair)]
    turns[0]["value"] = f"<video>\n{turns[0]['value']}"
    return {"id": pair.id, "conversations": turns, "videos": [video], "system": ""}
