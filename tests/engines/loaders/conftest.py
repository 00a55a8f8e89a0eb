"""The tiny dataset of the exporters' tests, with a clip of each split."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from tests.datasets import dataset
from tests.export.conftest import clip as clip
from tests.export.conftest import into as into
from tests.export.conftest import media as media
from tests.export.conftest import pairs as pairs


@pytest.fixture
def split(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> Dataset:
    """Five pairs about a clip that is trained on, and one about a clip that is held out."""
    other = clip.model_copy(update={"id": "scene-02"})
    extra = pairs[1].model_copy(update={"id": "p5"})
    held = pairs[2].model_copy(update={"id": "p6", "clip": "scene-02"})
    return dataset([*pairs, extra, held], [clip, other], media, splits={"scene-02": "test"})
