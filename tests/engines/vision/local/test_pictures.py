from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.vision.local.pictures import CLIP, HALF, LANCZOS, read_looks
from dreamgen.errors import ModelError


def test_the_numbers_of_the_folder_count_and_the_familys_where_it_is_silent(tmp_path: Path) -> None:
    assert read_looks(tmp_path, CLIP).mean == CLIP[0]
    said = {"image_mean": [0.1, 0.2, 0.3], "resample": 1}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(said), "utf-8")
    looks = read_looks(tmp_path, HALF)
    assert looks.mean == (0.1, 0.2, 0.3)
    assert looks.spread == HALF[1]
    assert looks.filter == LANCZOS


def test_newer_folders_say_it_in_another_file(tmp_path: Path) -> None:
    said = {"image_processor": {"image_std": [0.3, 0.3, 0.3]}, "image_seq_len": 4}
    (tmp_path / "processor_config.json").write_text(json.dumps(said), "utf-8")
    assert read_looks(tmp_path, HALF).spread == (0.3, 0.3, 0.3)


@pytest.mark.parametrize("text", ["{", "[1]", '{"image_mean": ["red"]}'])
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "preprocessor_config.json").write_text(text, "utf-8")
    with pytest.raises(ModelError):
        read_looks(tmp_path, HALF)


def test_white_is_one_and_black_minus_one_in_red_green_and_blue(tmp_path: Path) -> None:
    pixels = np.zeros((2, 4, 6, 3), np.uint8)
    pixels[1, :, :, 0] = 255
    planes = read_looks(tmp_path, HALF).planes(pixels, (8, 8))
    assert planes.shape == (2, 3, 8, 8)
    assert np.allclose(planes[0], -1)
    assert np.allclose(planes[1, 0], 1)
    assert np.allclose(planes[1, 1:], -1)
