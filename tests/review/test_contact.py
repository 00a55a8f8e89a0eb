from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from dreamgen.review.frames import shot_frames
from dreamgen.run.opened import open_run


@pytest.mark.slow
def test_the_contact_sheet_shows_the_middle_of_every_shot(finished: Path) -> None:
    story = open_run(finished).story
    frames = list(shot_frames(story))
    assert [frame.name for frame in frames] == [shot.id for shot in story.story.shots]
    sheet = Image.open(io.BytesIO((story.folder / "contact.jpg").read_bytes()))
    width, height = frames[0].picture.size
    assert sheet.size[0] >= min(4, len(frames)) * width
    second = sheet.crop((width + 6, 0, 2 * width + 6, height)).resize((8, 8))
    expected = frames[1].picture.resize((8, 8))
    differences = [abs(a - b) for a, b in zip(second.tobytes(), expected.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 4
