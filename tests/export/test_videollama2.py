from __future__ import annotations

import json
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.videollama2 import Videollama2Exporter
from tests.datasets import dataset


def test_rows_keep_the_rules_of_the_loader(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    # videollama2/train.py: a list; `video` is one path below --data_folder; <video> in the first human turn
    target = Videollama2Exporter().export(dataset(pairs, [clip], media), into)
    rows = json.loads(target.read_text("utf-8"))
    assert target == into / "train.json" and [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    for row in rows:
        assert [turn["from"] for turn in row["conversations"]] == ["human", "gpt"] * (len(row["conversations"]) // 2)
        assert row["conversations"][0]["value"].startswith("<video>\n")
        assert isinstance(row["video"], str) and (into / row["video"]).is_file()
