from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.rules.videollama3 import look
from tests.export.rules.planting import Change, change_row, written


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    return written("videollama3", pairs, clip, media, into)


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
