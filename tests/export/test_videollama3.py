from __future__ import annotations

import json
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.videollama3 import Videollama3Exporter
from tests.datasets import dataset


def test_rows_keep_the_rules_of_the_loader(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    # videollama3/train.py: lines; `video` is a list of one path below --data_folder
    target = Videollama3Exporter().export(dataset(pairs, [clip], media), into)
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert target == into / "train.jsonl" and [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    for row in rows:
        (video,) = row["video"]
        assert (into / video).is_file()
        assert row["conversations"][0]["value"].startswith("<video>\n")
