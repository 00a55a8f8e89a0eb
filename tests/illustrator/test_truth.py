"""The maps bear out the pixels: whoever is hidden leaves exactly the pixels that the map gave it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.style.book import read_style


@pytest.fixture
def truth(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The benchmark that measures hundreds of these."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    return import_module("truth")


def measured(truth: Any, painter: str, count: int) -> list[Any]:
    def all_of_them() -> Iterator[Any]:
        for number in range(count):
            yield from truth.measured_scene(read_style(painter), (512, 288), 2, number)

    return [one for one, _ in zip(all_of_them(), range(count), strict=False)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("painter", "overlap", "pixels"),
    # the halo of water and the shadow of paper reach past the shape
    [("flat", 0.98, 2), ("noir", 0.98, 2), ("watercolor", 0.96, 3), ("cutout", 0.88, 5)],
)
def test_a_mask_is_what_changes_when_the_body_goes(truth: Any, painter: str, overlap: float, pixels: int) -> None:
    found = measured(truth, painter, 40)

    assert len(found) == 40
    assert np.mean([one.overlap for one in found]) >= overlap
    assert np.mean([one.box_error for one in found]) <= pixels
    assert all(one.exact for one in found), "masks in files are those of the entity map"
