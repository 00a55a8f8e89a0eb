from __future__ import annotations

import json
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.internvl import InternvlExporter
from tests.datasets import dataset

Pairs = tuple[InstructionPair, ...]


def test_rows_keep_the_rules_of_the_loader(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    # internvl_chat_finetune.py: lines; "<video>\n", which is replaced by a line for each frame
    InternvlExporter().export(dataset(pairs, [clip], media), into)
    rows = [json.loads(line) for line in (into / "train.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    for row in rows:
        assert row["conversations"][0]["value"].startswith("<video>\n")
        assert sum(turn["value"].count("<video>") for turn in row["conversations"]) == 1
        assert isinstance(row["video"], str) and (into / row["video"]).is_file()


def test_each_split_has_a_meta_file_that_counts_its_rows(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    held = clip.model_copy(update={"id": "scene-02"})
    every = (*pairs, pairs[1].model_copy(update={"id": "p5", "clip": "scene-02"}))
    target = InternvlExporter().export(dataset(every, [clip, held], media, splits={"scene-02": "test"}), into)
    assert target == into / "train.meta.json"
    assert json.loads(target.read_text("utf-8")) == {
        "dreamgen": {
            "root": ".", "annotation": "train.jsonl", "data_augment": False, "max_dynamic_patch": 1,
            "repeat_time": 1, "length": 4,
        }
    }  # fmt: skip
    held_out = json.loads((into / "test.meta.json").read_text("utf-8"))["dreamgen_test"]
    assert (held_out["annotation"], held_out["length"]) == ("test.jsonl", 1)


def test_people_are_told_that_its_own_trainer_needs_petrel(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    InternvlExporter().export(dataset(pairs, [clip], media), into)
    text = (into / "README.md").read_text("utf-8")
    assert "tcs_loader" in text and "swift sft" in text
