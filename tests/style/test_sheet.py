from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dreamgen.style.sheet import beside, write_sheet


def plain(level: int) -> NDArray[np.uint8]:
    """A picture of one blue (BGR)."""
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[..., 0] = level
    return picture


def test_day_stands_left_of_night() -> None:
    both = beside(plain(200), plain(20))

    assert both.shape == (90, 328, 3)
    assert both[45, 10, 0] == 200 and both[45, -10, 0] == 20


def test_a_sheet_has_a_tile_for_every_style_half_day_half_night(tmp_path: Path) -> None:
    four = {name: (plain(220), plain(40)) for name in ("one", "two", "three", "four")}
    write_sheet(four, tmp_path / "styles.jpg")
    write_sheet(four, tmp_path / "again.jpg")

    with Image.open(tmp_path / "styles.jpg") as image:
        sheet = np.asarray(image.convert("RGB")).astype(int)
    assert sheet.shape[1] > sheet.shape[0], "three tiles a row, two rows"
    blue = sheet[100, :, 2] - sheet[100, :, 0]
    assert (blue > 180).any() and ((blue > 20) & (blue < 60)).any()
    assert (tmp_path / "again.jpg").read_bytes() == (tmp_path / "styles.jpg").read_bytes()


def test_a_single_style_makes_a_small_sheet(tmp_path: Path) -> None:
    write_sheet({"one": (plain(220), plain(40))}, tmp_path / "styles.jpg")

    with Image.open(tmp_path / "styles.jpg") as image:
        assert image.width < 500
