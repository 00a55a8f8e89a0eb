"""Small plots become stories."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.story.writers.rules import RulesWriter

Write = Callable[..., Story]


@pytest.fixture
def write() -> Write:
    """Writes the story of a text, from seed 7 unless another is given."""

    def written(text: str, seed: int = 7) -> Story:
        return RulesWriter().write(Brief(text=text), seed, Path())

    return written
