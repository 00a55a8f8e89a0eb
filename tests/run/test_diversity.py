from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.histograms import ColourEyes
from dreamgen.engines.video import write_video
from dreamgen.errors import DreamgenError
from dreamgen.metrics.diversity import Diversity
from dreamgen.run.diversity import DIVERSITY, measure_diversity
from dreamgen.run.opened import open_run
from tests.decided import PAIRS, clip_of, write_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Pairs about one clip, which is a real one."""
    folder = write_run(tmp_path / "run", PAIRS, clip_of())
    write_video(
        (np.full((48, 64, 3), 5 * n, np.uint8) for n in range(40)), folder / "videos/clips/park.mp4", 10, (64, 48)
    )
    return folder


def test_H8_a_run_s_diversity_is_measured_and_written_down(run: Path) -> None:
    found = measure_diversity(open_run(run), (ColourEyes(),))
    assert Diversity.model_validate_json((run / DIVERSITY).read_text("utf-8")) == found
    questions, answers = found.texts
    assert (questions.what, questions.texts, answers.what, answers.texts) == ("questions", 5, "answers", 5)
    (pictures,) = found.pictures
    # one clip is one picture, which differs from nothing
    assert (pictures.by, pictures.things, pictures.of, pictures.vendi, pictures.distance) == (
        "colours",
        1,
        1,
        1.0,
        None,
    )


def test_a_clip_that_is_gone_is_told(run: Path) -> None:
    (run / "videos/clips/park.mp4").unlink()
    with pytest.raises(DreamgenError, match=r"park\.mp4"):
        measure_diversity(open_run(run), (ColourEyes(),))
