from __future__ import annotations

import json
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.video import probe
from dreamgen.export.llamavid import LlamavidExporter
from tests.datasets import dataset


def test_rows_keep_the_rules_of_the_loader(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    # llamavid/train/train.py: a JSON list; `video` below --video_folder; <image> once, in the first human turn
    written = LlamavidExporter().export(dataset(pairs, [clip], media), into)
    rows = json.loads(written.read_text("utf-8"))
    assert written.name == "train.json" and [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    for row in rows:
        assert [turn["from"] for turn in row["conversations"]] == ["human", "gpt"] * (len(row["conversations"]) // 2)
        assert row["conversations"][0]["value"].startswith("<image>\n")
        assert sum(turn["value"].count("<image>") for turn in row["conversations"]) == 1
        assert probe(into / row["video"]).frames == clip.frames
