from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.export.rules.videollama3 import look
from tests.export.rules.planting import Change, change_row


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    return copied("videollama3")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.update(video=row["video"][0]), "names no clip but ['clips/scene-01.mp4']"),
        (lambda row: row.update(video=row["video"] * 2), "names no clip but [['clips/scene-01.mp4', 'clips"),
        (lambda row: row.update(stream=True), "has stream, and would be read"),
        (
            lambda row: row["conversations"].insert(0, {"from": "system", "value": "You are kind."}),
            "such a turn is trained as an answer",
        ),
        (
            lambda row: row["conversations"][0].update(value="<image>\nWhat is she doing?"),
            "turn 1 does not begin with '<video>",
        ),
    ],
)
def test_every_trap_is_found(folder: Path, change: Change, what: str) -> None:
    assert look(folder).defects == []
    change_row(folder / "train.jsonl", change)
    (defect,) = look(folder).defects
    assert defect.where == "train.jsonl:1" and what in defect.what
