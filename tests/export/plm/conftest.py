from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from tests.export.plm.marked import marked_clip


@pytest.fixture
def media(tmp_path: Path) -> Path:
    return tmp_path / "story"


@pytest.fixture
def clip(media: Path) -> Clip:
    """Four seconds in which a woman walks and goes."""
    return marked_clip(media)
