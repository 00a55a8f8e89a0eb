from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.video import probe
from dreamgen.export.llava import LlavaExporter
from dreamgen.export.mixing import load_mix
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


def test_the_yaml_names_the_rows_and_how_many_are_taken(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    LlavaExporter(sampling="first:50%").export(dataset(pairs, [clip], media), into)
    assert [row["id"] for row in load_mix(into / "train.yaml")] == ["p1", "p2"]


def test_what_is_held_out_has_a_yaml_of_its_own(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    held = clip.model_copy(update={"id": "scene-02"})
    every = (*pairs, pairs[1].model_copy(update={"id": "p5", "clip": "scene-02"}))
    LlavaExporter().export(dataset(every, [clip, held], media, splits={"scene-02": "test"}), into)
    assert [row["id"] for row in load_mix(into / "train.yaml")] == ["p1", "p2", "p3", "p4"]
    assert [row["id"] for row in load_mix(into / "test.yaml")] == ["p5"]


def test_a_strategy_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValidationError, match="random:N%"):
        LlavaExporter(sampling="middle:3")
