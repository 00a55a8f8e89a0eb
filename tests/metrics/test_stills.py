from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.layout import Box, Layout
from dreamgen.core.media import Alignment, EntityMap, Keyframe
from dreamgen.engines.files import refer
from dreamgen.engines.pictures import write_png
from dreamgen.errors import DreamgenError
from dreamgen.metrics.stills import read_stills


@pytest.fixture
def keyframe(tmp_path: Path) -> Keyframe:
    """A grey picture with a red body on the left and a speck on the right."""
    picture, plane = np.full((60, 100, 3), 128, np.uint8), np.zeros((60, 100), np.uint8)
    picture[10:50, 5:35], plane[10:50, 5:35] = (0, 0, 255), 1
    picture[20:25, 80:85], plane[20:25, 80:85] = (255, 0, 0), 2
    write_png(picture, tmp_path / "keyframes/shot-01.png")
    write_png(plane, tmp_path / "maps/shot-01.png")
    image, truth = (refer(tmp_path / folder / "shot-01.png", tmp_path) for folder in ("keyframes", "maps"))
    everybody = EntityMap(image=truth, numbers=(("mara", 1), ("dog", 2), ("lantern", 3)))
    return Keyframe(shot="shot-01", t=1.0, image=image, layout=Layout(), made_by="test", map=everybody)


def test_everybody_is_cut_out_where_the_map_has_them(keyframe: Keyframe, tmp_path: Path) -> None:
    (still,) = read_stills([keyframe], ["mara", "dog"], tmp_path)
    assert list(still.cutouts) == ["mara"]
    assert still.cutouts["mara"].shape == (40, 30, 3)
    assert (still.cutouts["mara"] == (0, 0, 255)).all()
    assert still.skipped == 1  # the dog is a speck


def test_only_the_cast_counts(keyframe: Keyframe, tmp_path: Path) -> None:
    (still,) = read_stills([keyframe], ["somebody"], tmp_path)
    assert (still.cutouts, still.skipped) == ({}, 0)


def test_where_a_check_found_somebody_goes_before_the_plan(keyframe: Keyframe, tmp_path: Path) -> None:
    found = Alignment(entity="mara", found=Box(x0=0.5, y0=0.0, x1=1.2, y1=0.5), iou=0.0, by="detector")
    moved = keyframe.model_copy(update={"alignments": (found, Alignment(entity="dog", found=None))})
    (still,) = read_stills([moved], ["mara"], tmp_path)
    assert still.cutouts["mara"].shape == (30, 50, 3)


def test_a_keyframe_without_a_map_is_still_a_picture(keyframe: Keyframe, tmp_path: Path) -> None:
    (still,) = read_stills([keyframe.model_copy(update={"map": None})], ["mara"], tmp_path)
    assert still.cutouts == {}
    assert still.picture.shape == (60, 100, 3)


def test_a_missing_picture_is_told(keyframe: Keyframe, tmp_path: Path) -> None:
    (tmp_path / "keyframes/shot-01.png").unlink()
    with pytest.raises(DreamgenError, match="can't be read"):
        list(read_stills([keyframe], [], tmp_path))
