from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.clip.edits import Card, Cut, Reels, SceneReel
from dreamgen.engines.video import write_video
from dreamgen.errors import DreamgenError

Pixels = NDArray[np.uint8]

SIZE = (64, 48)


def plain(level: int) -> Pixels:
    return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """Twelve frames, each 20 levels lighter than the one before."""
    write_video([plain(20 * n) for n in range(12)], tmp_path / "scene.mp4", 8, SIZE)
    return tmp_path / "scene.mp4"


def level(picture: Pixels) -> int:
    return round(float(picture.mean()))


def test_frames_of_a_scene_come_in_any_order(scene: Path) -> None:
    reel = SceneReel(scene, 12)
    assert [level(reel.at(n)) for n in (0, 1, 5, 2, 11, 0)] == pytest.approx([0, 20, 100, 40, 220, 0], abs=3)
    reel.close()
    assert level(reel.at(3)) == pytest.approx(60, abs=3)


def test_a_faster_scene_is_shorter_and_skips_frames(scene: Path) -> None:
    reel = SceneReel(scene, 12, speed=2.0)
    assert reel.frames == 6
    assert [level(reel.at(n)) for n in range(6)] == pytest.approx([0, 40, 80, 120, 160, 200], abs=3)


def test_a_slower_scene_shows_every_frame_twice(scene: Path) -> None:
    reel = SceneReel(scene, 12, speed=0.5)
    assert reel.frames == 24
    assert [level(reel.at(n)) for n in (0, 1, 2, 23)] == pytest.approx([0, 0, 20, 220], abs=3)


def test_a_scene_that_lost_its_end_is_told(scene: Path) -> None:
    with pytest.raises(DreamgenError, match="shorter than it should be"):
        SceneReel(scene, 20).at(15)


def test_parts_overlap_while_one_gives_way_to_the_next() -> None:
    reels = Reels([Card(plain(0), 12), Card(plain(200), 12)], Cut(transition="crossfade", seconds=0.375), 8)
    levels = [level(reels.at(n)) for n in range(reels.frames)]
    assert reels.frames == 21
    assert levels == [0] * 9 + [50, 100, 150] + [200] * 9


def test_a_cut_takes_no_time() -> None:
    reels = Reels([Card(plain(0), 3), Card(plain(200), 3)], Cut(transition="cut", seconds=0.5), 8)
    assert [level(reels.at(n)) for n in range(reels.frames)] == [0, 0, 0, 200, 200, 200]


def test_a_transition_never_eats_more_than_a_third_of_a_part() -> None:
    reels = Reels([Card(plain(0), 30), Card(plain(100), 6), Card(plain(200), 30)], Cut(seconds=5.0), 8)
    assert reels.overlaps == (2, 2)
    assert reels.frames == 62
    assert level(reels.at(30)) == 100


def test_moments_are_found_again_in_the_new_film(scene: Path) -> None:
    cut = Cut(transition="crossfade", seconds=0.25, speed=2.0)
    reels = Reels([Card(plain(0), 16), SceneReel(scene, 12, 2.0), SceneReel(scene, 12, 2.0)], cut, 8)
    assert reels.starts == [0, 14, 18]
    assert reels.moment(1, 0.5) == pytest.approx(14 / 8 + 0.25)
    assert reels.moment(2, 0.0) == pytest.approx(18 / 8)
