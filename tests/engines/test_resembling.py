"""What counts as the same picture: noise and compression do, another shot or somebody in another place does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dreamgen.engines.pictures import write_png
from dreamgen.engines.resembling import apart, kept_of
from dreamgen.engines.video import write_video
from dreamgen.errors import DreamgenError

Picture = NDArray[np.uint8]
SIZE = (512, 288)


def scene(at: float = 0.3, sky: tuple[int, int, int] = (200, 150, 90)) -> Picture:
    """A sky over a meadow, and somebody in red who stands `at` so much of its width."""
    picture = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
    picture[:] = sky
    picture[180:] = (60, 130, 70)
    left = round(at * SIZE[0])
    picture[110:250, left : left + 40] = (40, 40, 200)
    return picture


def noisy(picture: Picture, levels: float) -> Picture:
    lots = np.random.default_rng(7).normal(0, levels, picture.shape)
    return np.asarray(np.clip(picture + lots, 0, 255), np.uint8)


def kept(picture: Picture, folder: Path) -> str:
    write_png(picture, folder / "picture.png")
    return kept_of(folder / "picture.png")


@pytest.mark.parametrize("levels", [2, 8, 24])
def test_noise_leaves_a_picture_alike(levels: int, tmp_path: Path) -> None:
    assert apart(kept(scene(), tmp_path), kept(noisy(scene(), levels), tmp_path)).alike


@pytest.mark.parametrize("quality", [20, 60])
def test_a_recompressed_picture_is_alike(quality: int, tmp_path: Path) -> None:
    Image.fromarray(scene()[..., ::-1]).save(tmp_path / "small.jpg", quality=quality)
    assert apart(kept(scene(), tmp_path), kept_of(tmp_path / "small.jpg")).alike


@pytest.mark.parametrize(
    "other", [scene(at=0.4), scene(sky=(120, 60, 60)), scene()[:, ::-1], noisy(np.full_like(scene(), 128), 30)]
)
def test_another_picture_is_different(other: Picture, tmp_path: Path) -> None:
    assert not apart(kept(scene(), tmp_path), kept(other, tmp_path)).alike


def test_colour_counts_where_the_lightness_is_the_same(tmp_path: Path) -> None:
    grey = np.repeat(np.asarray(Image.fromarray(scene()[..., ::-1]).convert("L"))[..., None], 3, axis=2)
    assert not apart(kept(scene(), tmp_path), kept(grey, tmp_path)).alike


def test_a_film_that_was_encoded_otherwise_is_alike_and_one_that_goes_elsewhere_is_not(tmp_path: Path) -> None:
    walk = [scene(0.2 + 0.02 * step) for step in range(24)]
    films = {"one": walk, "worse": [noisy(one, 6) for one in walk], "back": walk[::-1]}
    for name, frames in films.items():
        write_video(frames, tmp_path / f"{name}.mp4", 8, SIZE)
    looks = {name: kept_of(tmp_path / f"{name}.mp4") for name in films}
    assert apart(looks["one"], looks["worse"]).alike
    assert not apart(looks["one"], looks["back"]).alike


def test_little_is_kept_and_nothing_of_other_files(tmp_path: Path) -> None:
    assert len(kept(scene(), tmp_path)) < 300
    (tmp_path / "notes.txt").write_text("words")
    assert not kept_of(tmp_path / "notes.txt")


@pytest.mark.parametrize("text", ["", "AAAA", "no base64!"])
def test_what_was_kept_and_is_damaged_is_told(text: str, tmp_path: Path) -> None:
    with pytest.raises(DreamgenError, match="damaged"):
        apart(kept(scene(), tmp_path), text)
