"""Each form with four pairs about one clip, written once; a test gets a copy to plant something in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.media import Clip, Span
from dreamgen.engines.files import refer
from dreamgen.engines.video import write_video
from tests.export.conftest import make_pair
from tests.export.rules.planting import written

PAIRS = (
    make_pair("p1", "choice", "What colour is the coat?", "Red", options=("Blue", "Red", "Grey", "Green")),
    make_pair("p2", "open", "What is she doing?", "She is walking."),
    make_pair("p3", "yes_no", "Is there a dog?", "No."),
    make_pair("p4", "dialogue", "Where is this?", "In a forest.", "And who is there?", "The boy."),
)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a form, by its name."""
    media = tmp_path_factory.mktemp("media")
    (media / "clips").mkdir()
    path = media / "clips" / "scene-01.mp4"
    write_video((np.full((64, 96, 3), 8 * number, np.uint8) for number in range(24)), path, 12, (96, 64))
    spans = (Span(shot="s", first=0, stop=24),)
    clip = Clip(id="scene-01", video=refer(path, media), fps=12, size=(96, 64), frames=24, spans=spans)

    @cache
    def form(name: str) -> Path:
        return written(name, PAIRS, clip, media, tmp_path_factory.mktemp(name))

    return form


@pytest.fixture
def copied(templates: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """A copy of it, in a folder that is called like the form."""
    return lambda form: shutil.copytree(templates(form), tmp_path / form)
