"""LLaVA-NeXT's JSON list, as `LazySupervisedDataset` in llava/train/train.py reads it.

Its token is `<image>` for videos too, once, in the first human turn; `video` is one path below `--video_folder`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.checks import check
from dreamgen.export.conversations import messages
from dreamgen.export.media import bring, used

_ROLES = {"human": "human", "assistant": "gpt"}


class LlavaExporter(Record):
    """Writes `train.json` and `clips/`; train with `--data_path train.json --video_folder .`."""

    def export(self, pairs: Iterable[InstructionPair], clips: Sequence[Clip], media: Path, into: Path) -> Path:
        """The path of `train.json`."""
        return write_rows(pairs, clips, media, into / "train.json")


def write_rows(pairs: Iterable[InstructionPair], clips: Sequence[Clip], media: Path, target: Path) -> Path:
    """Writes all rows as one JSON list to `target`, and the clips' files beside it; returns `target`."""
    known = tuple(pairs)
    check(known, clips, media)
    videos = bring(used(known, clips), media, target.parent)
    rows = [row(pair, videos[pair.clip]) for pair in known]
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return target


def row(pair: InstructionPair, video: str) -> dict[str, Any]:
    """One pair as LLaVA's family of trainers reads it."""
    turns = [{"from": _ROLES[role], "value": text} for role, text in messages(pair)]
    turns[0]["value"] = f"<image>\n{turns[0]['value']}"
    return {"id": pair.id, "video": video, "conversations": turns}
