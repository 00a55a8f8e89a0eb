from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.qwenvl import QwenvlExporter
from tests.datasets import dataset

Pairs = tuple[InstructionPair, ...]


def test_rows_keep_the_rules_of_both_loaders(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    # qwenvl/data/data_processor.py and 2U1's src/dataset/sft_dataset.py: a list; as many tags in questions as videos
    target = QwenvlExporter().export(dataset(pairs, [clip], media), into)
    rows = json.loads(target.read_text("utf-8"))
    assert target == into / "train.json" and [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    for row in rows:
        turns = row["conversations"]
        assert [turn["from"] for turn in turns] == ["human", "gpt"] * (len(turns) // 2)
        assert turns[0]["value"].startswith("<video>\n")
        assert sum(turn["value"].count("<video>") for turn in turns) == 1
        assert isinstance(row["video"], str) and (into / row["video"]).is_file()


def test_what_the_readme_says_registers_every_split(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    held = clip.model_copy(update={"id": "scene-02"})
    every = (*pairs, pairs[1].model_copy(update={"id": "p5", "clip": "scene-02"}))
    QwenvlExporter().export(dataset(every, [clip, held], media, splits={"scene-02": "validation"}), into)
    (code,) = re.findall(r"```python\n(.*?)```", (into / "README.md").read_text("utf-8"), re.DOTALL)
    known: dict[str, Any] = {}
    exec(code.replace("PATH OF THIS FOLDER", str(into)), {"data_dict": known})
    assert set(known) == {"dreamgen", "dreamgen_validation"}
    for one in known.values():  # as LazySupervisedDataset opens them
        for row in json.loads(Path(one["annotation_path"]).read_text("utf-8")):
            assert (Path(one["data_path"]) / row["video"]).is_file()
