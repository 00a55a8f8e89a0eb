from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.llava import LlavaExporter
from dreamgen.export.rules.llava import look
from tests.datasets import dataset

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    LlavaExporter().export(dataset(pairs, [clip], media), into)
    return into


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and found.pairs == {"p1": 1, "p2": 1, "p3": 1, "p4": 1}


def to_video_tag(row: dict[str, Any]) -> None:
    row["conversations"][0]["value"] = "<video>\nWhat is she doing?"


def to_two_tags(row: dict[str, Any]) -> None:
    row["conversations"][1]["value"] += " <image>"


def to_assistant(row: dict[str, Any]) -> None:
    row["conversations"][1]["from"] = "assistant"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (to_video_tag, "does not begin with '<image>"),
        (to_two_tags, "turn 2 has <image> in its text"),
        (to_assistant, "turn 2 is by 'assistant' and not by gpt"),
        (lambda row: row.update(video=["clips/scene-01.mp4"]), "names no clip but"),
        (lambda row: row.update(video="../scene-01.mp4"), "is not below the folder"),
        (lambda row: row.update(video="clips/scene-02.mp4"), "is not there"),
        (lambda row: row["conversations"].pop(), "ends with a question"),
    ],
)
def test_every_trap_is_found(folder: Path, change: Change, what: str) -> None:
    rows = json.loads((folder / "train.json").read_text("utf-8"))
    change(rows[1])
    (folder / "train.json").write_text(json.dumps(rows), "utf-8")
    (defect,) = look(folder).defects
    assert defect.where == "train.json:2" and what in defect.what


def test_lines_are_no_list(folder: Path) -> None:
    rows = json.loads((folder / "train.json").read_text("utf-8"))
    (folder / "train.json").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert "is no JSON" in look(folder).defects[0].what
