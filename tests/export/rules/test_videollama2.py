from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.export.rules.videollama2 import look
from tests.export.rules.planting import Change, change_row


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    return copied("videollama2")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.update(video=[row["video"]]), "names no clip but ['clips/scene-01.mp4']"),
        (
            lambda row: row["conversations"][0].update(value="<image>\nWhat is she doing?"),
            "turn 1 does not begin with '<video>",
        ),
        (lambda row: row["conversations"][1].update({"from": "assistant"}), "such a turn ends the training"),
        (lambda row: row["conversations"].pop(), "ends with a question"),
    ],
)
def test_every_trap_is_found(folder: Path, change: Change, what: str) -> None:
    assert look(folder).defects == []
    change_row(folder / "train.json", change)
    (defect,) = look(folder).defects
    assert defect.where == "train.json:1" and what in defect.what
