from __future__ import annotations

import json
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.video import probe
from dreamgen.export.llava import LlavaExporter
from tests.datasets import dataset


def test_every_pair_becomes_a_row_in_a_json_list(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    rows = json.loads(LlavaExporter().export(dataset(pairs, [clip], media), into).read_text("utf-8"))
    assert [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]


def test_rows_keep_the_rules_of_the_loader(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    # llava/train/train.py: roles human and gpt in turn, <image> once and in the first turn, video a string
    for row in json.loads(LlavaExporter().export(dataset(pairs, [clip], media), into).read_text("utf-8")):
        turns = row["conversations"]
        assert [turn["from"] for turn in turns] == ["human", "gpt"] * (len(turns) // 2)
        assert turns[0]["value"].startswith("<image>\n")
        assert sum(turn["value"].count("<image>") for turn in turns) == 1
        assert not any("<video>" in turn["value"] for turn in turns)
        assert isinstance(row["video"], str) and probe(into / row["video"]).frames == clip.frames


def test_a_choice_lists_its_options_and_is_answered_by_a_letter(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    row = json.loads(LlavaExporter().export(dataset(pairs[:1], [clip], media), into).read_text("utf-8"))[0]
    assert row["conversations"] == [
        {
            "from": "human",
            "value": "<image>\nWhat colour is the coat?\nA. Blue\nB. Red\nC. Grey\nD. Green\n"
            "Answer with the option's letter.",
        },
        {"from": "gpt", "value": "B"},
    ]
