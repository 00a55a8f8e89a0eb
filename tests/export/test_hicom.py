from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import DreamgenError
from dreamgen.export.hicom import HicomExporter
from dreamgen.export.mixing import load_mix
from tests.datasets import dataset

Pairs = tuple[InstructionPair, ...]


def exported(pairs: Pairs, clip: Clip, media: Path, into: Path, **options: Any) -> list[dict[str, Any]]:
    target = HicomExporter(**{"tasks": (), **options}).export(dataset(pairs, [clip], media), into)
    rows: list[dict[str, Any]] = json.loads((into / "train.json").read_text("utf-8"))
    assert target == into / "train.yaml"
    return rows


def as_the_loader_checks(row: dict[str, Any]) -> None:
    # hicom/train.py: an even number of turns, human and gpt in turn, <video> once and first
    turns = row["conversations"]
    assert [turn["from"] for turn in turns] == ["human", "gpt"] * (len(turns) // 2)
    assert turns[0]["value"].startswith("<video>\n")
    assert sum(turn["value"].count("<video>") for turn in turns) == 1
    assert not any("<image>" in turn["value"] for turn in turns)


def test_H7_a_clip_is_one_record_with_all_its_pairs_as_turns(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    (row,) = exported(pairs, clip, media, into)
    as_the_loader_checks(row)
    assert len(row["conversations"]) == sum(len(pair.turns) for pair in pairs)
    assert (into / row["video"]).is_file() and row["id"] == "scene-01"
    assert row["conversations"][2:4] == [
        {"from": "human", "value": "What is she doing?"}, {"from": "gpt", "value": "She is walking."}
    ]  # fmt: skip


def test_H7_expanded_every_turn_is_a_record_with_those_before_it(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    some = pairs[:3]
    rows = exported(some, clip, media, into, expand=True)
    assert len(rows) == len(some) and len({row["id"] for row in rows}) == len(some)
    for number, row in enumerate(rows, start=1):
        as_the_loader_checks(row)
        assert row["conversations"] == rows[-1]["conversations"][: 2 * number]


def test_descriptions_alone_are_written_unless_other_tasks_are_named(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    one = pairs[1].model_copy(update={"task": "object_description"})
    HicomExporter().export(dataset((pairs[0], one), [clip], media), into)
    (row,) = json.loads((into / "train.json").read_text("utf-8"))
    assert [turn["value"] for turn in row["conversations"]] == ["<video>\nWhat is she doing?", "She is walking."]


def test_a_dataset_without_descriptions_is_refused(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    with pytest.raises(DreamgenError, match="none of 4 pairs"):
        HicomExporter().export(dataset(pairs, [clip], media), into)


def test_H8_the_yaml_names_the_file_the_folder_and_the_strategy(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    exported(pairs, clip, media, into, expand=True, sampling="first:50%")
    assert (into / "train.yaml").read_text("utf-8") == (
        "datasets:\n- json_path: train.json\n  data_root: .\n  sampling_strategy: first:50%\n"
    )
    rows = load_mix(into / "train.yaml")
    assert len(rows) == 3 and all((into / row["video"]).is_file() for row in rows)


def test_a_strategy_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValidationError, match="first:N"):
        HicomExporter(sampling="middle:3")
