from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.export.rules.swift import look
from tests.export.rules.planting import Change, change_row


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    return copied("swift")


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and found.pairs == {"p1": 1, "p2": 1, "p3": 1, "p4": 1}


def to_unknown_role(row: dict[str, Any]) -> None:
    row["messages"][1]["role"] = "narrator"


def to_answer_first(row: dict[str, Any]) -> None:
    row["messages"].reverse()


def to_image_tag(row: dict[str, Any]) -> None:
    row["messages"][0]["content"] = "<image>What is she doing?"


def to_second_tag(row: dict[str, Any]) -> None:
    row["messages"][1]["content"] += " <video>"


def to_no_content(row: dict[str, Any]) -> None:
    row["messages"][1]["content"] = None


def to_further_key(row: dict[str, Any]) -> None:
    row["messages"][1]["weight"] = 0.5


def to_box_without_object(row: dict[str, Any]) -> None:
    row["messages"][0]["content"] += " <ref-object><bbox>"
    row["objects"] = {"ref": ["her"], "bbox": []}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (to_unknown_role, "turn 2 is by 'narrator'"),
        (to_answer_first, "turn 1 is by 'assistant' and not by user"),
        (to_image_tag, "does not begin with '<video>'"),
        (to_second_tag, "turn 2 has <video> in its text"),
        (to_no_content, "turn 2 has no text"),
        (to_further_key, "message 2 has weight, which ms-swift throws away"),
        (to_box_without_object, "has <bbox> 1 times in its texts, and 0 in objects.bbox"),
        (lambda row: row.update(objects={"ref": ["her"], "bbox": []}), "has <ref-object> 0 times"),
        (lambda row: row.update(videos=[]), "names no clip but [[]]"),
        (lambda row: row.update(videos=row["videos"] * 2), "names no clip but [['clips"),
        (lambda row: row.update(videos=[["1.png", "2.png"]]), "names no clip but ['1.png', '2.png']"),
        (lambda row: row.update(videos=["/elsewhere/scene-01.mp4"]), "is not below the folder"),
        (lambda row: row.update(videos=["clips/scene-02.mp4"]), "is not there"),
        (lambda row: row.update(query=row.pop("messages")), "has no messages among id, videos, query"),
        (lambda row: row.update(messages=[]), "has no turns"),
        (lambda row: row["messages"].pop(), "ends with a question"),
    ],
)
def test_every_trap_is_found(folder: Path, change: Change, what: str) -> None:
    change_row(folder / "train.jsonl", change)
    found = look(folder).defects
    assert {defect.where for defect in found} == {"train.jsonl:1"}
    assert any(what in defect.what for defect in found)


def test_what_a_model_is_told_to_be_may_come_first(folder: Path) -> None:
    change_row(
        folder / "train.jsonl", lambda row: row["messages"].insert(0, {"role": "system", "content": "You watch films."})
    )
    assert look(folder).defects == []


def test_a_list_is_not_lines(folder: Path) -> None:
    (folder / "train.jsonl").rename(folder / "train.json")
    (defect,) = look(folder).defects
    assert defect.what == "has no train.jsonl"
