from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.rules.trl import look
from tests.export.rules.planting import Change, change_row, written


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    return written("trl", pairs, clip, media, into)


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and found.pairs == {"p1": 1, "p2": 1, "p3": 1, "p4": 1}


def question(row: dict[str, Any]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = row["messages"][0]["content"]
    return blocks


def to_videos_column(row: dict[str, Any]) -> None:
    row["videos"] = ["clips/scene-01.mp4"]


def to_text_alone(row: dict[str, Any]) -> None:
    row["messages"][1]["content"] = "She is walking."


def to_empty_keys(row: dict[str, Any]) -> None:
    question(row)[1]["video"] = None


def to_image_block(row: dict[str, Any]) -> None:
    question(row)[0] = {"type": "image"}


def to_path_of_another_key(row: dict[str, Any]) -> None:
    question(row)[0]["path"] = question(row)[0].pop("video")


def to_missing_clip(row: dict[str, Any]) -> None:
    question(row)[0]["video"] = "clips/scene-02.mp4"


def to_video_in_answer(row: dict[str, Any]) -> None:
    row["messages"][1]["content"].append(question(row).pop(0))


def to_tag(row: dict[str, Any]) -> None:
    question(row)[1]["text"] = "<video>\nWhat is she doing?"


def to_human(row: dict[str, Any]) -> None:
    row["messages"][0]["role"] = "human"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.pop("images"), "has None for images"),
        (lambda row: row.update(images=["1.png"]), "has ['1.png'] for images"),
        (to_videos_column, "has a column videos, which is no place"),
        (to_text_alone, "message 2 is a text"),
        (to_empty_keys, "message 1 has a text block with video"),
        (to_image_block, "has a block of type 'image'"),
        (to_path_of_another_key, "message 1 has a video block with path"),
        (lambda row: row.update(image="1.png"), "has a column image, which is no place"),
        (to_missing_clip, "is not there"),
        (lambda row: question(row).pop(0), "has 0 video blocks"),
        (lambda row: question(row).insert(0, question(row)[0]), "has 2 video blocks"),
        (to_video_in_answer, "has 1 video blocks, and not one in the first message"),
        (to_tag, "turn 1 has <video> in its text"),
        (to_human, "turn 1 is by 'human' and not by user"),
        (lambda row: row["messages"].pop(), "ends with a question"),
    ],
)
def test_every_trap_is_found(folder: Path, change: Change, what: str) -> None:
    change_row(folder / "train.jsonl", change)
    found = look(folder).defects
    assert {defect.where for defect in found} == {"train.jsonl:1"}
    assert any(what in defect.what for defect in found)
