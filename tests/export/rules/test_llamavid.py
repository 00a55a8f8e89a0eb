from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.video import write_video
from dreamgen.export.rules.llamavid import look
from tests.export.rules.planting import Change, change_row


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    into = copied("llamavid")
    (into / "clips" / "features.pkl").write_bytes(b"")
    frames = (np.full((64, 64, 3), 20 * number, np.uint8) for number in range(8))
    write_video(frames, into / "clips" / "slow.mp4", 0.5, (64, 64))
    return into


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.update(video="clips/slow.mp4"), "0.5 frames a second"),
        (lambda row: row.update(video="clips/features.pkl"), "unpickle"),
        (
            lambda row: row["conversations"][0].update(value="<video>\nWhat is she doing?"),
            "turn 1 does not begin with '<image>",
        ),
        (
            lambda row: row["conversations"][0].update(value="<image>\nWho says ASSISTANT: walk?"),
            "turn 1 has 'ASSISTANT: ' in its text",
        ),
    ],
)
def test_every_trap_is_found(folder: Path, change: Change, what: str) -> None:
    assert look(folder).defects == []
    change_row(folder / "train.json", change)
    (defect,) = look(folder).defects
    assert defect.where == "train.json:1" and what in defect.what
