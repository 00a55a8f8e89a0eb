from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.gist import gist
from dreamgen.engines.sameness import looks, same
from dreamgen.engines.video import probe
from tests.annotate.footage import film, page, scene


def test_two_pages_of_text_are_not_the_same_though_their_histograms_are(tmp_path: Path) -> None:
    one, other = page(1), page(2)
    assert float(gist([(one, one)]) @ gist([(other, other)])) > 0.995
    first, second = (looks(film(tmp_path / f"{n}.mp4", [sheet] * 20), 0.8) for n, sheet in enumerate((one, other)))
    assert same(first, first)
    assert not same(first, second)


@pytest.mark.parametrize("changed", [{"options": {"crf": "38"}}, {"rate": 12.5}])
def test_a_copy_of_a_clip_is_the_same_however_it_was_encoded(tmp_path: Path, changed: dict[str, object]) -> None:
    whole = film(tmp_path / "a.mp4", scene(1, 50, (192, 128)))
    copy = film(tmp_path / "b.mp4", [one[::2, ::2] for one in scene(1, 50, (192, 128))], **changed)  # type: ignore[arg-type]
    assert same(*(looks(path, probe(path).seconds) for path in (whole, copy)))


def test_blank_pictures_are_the_same_where_they_are_as_light(tmp_path: Path) -> None:
    dark, black, white = (
        looks(film(tmp_path / f"{level}.mp4", [np.full((64, 96, 3), level, np.uint8)] * 10), 0.4)
        for level in (20, 22, 240)
    )
    assert same(dark, black)
    assert not same(dark, white)
