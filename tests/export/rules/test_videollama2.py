from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.rules.videollama2 import look
from tests.export.rules.planting import Change, change_row, written


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    return written("videollama2", pairs, clip, media, into)


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
