from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.segmenting import Reel, open_reel
from dreamgen.engines.video import write_video
from dreamgen.errors import DreamgenError


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty frames at 24 a second, each of another grey."""
    path = tmp_path_factory.mktemp("film") / "greys.mp4"
    write_video((np.full((32, 32, 3), 4 * n + 20, np.uint8) for n in range(50)), path, 24, (32, 32))
    return path


def _grey(picture: np.ndarray) -> int:
    return round((float(picture.mean()) - 20) / 4)


def test_every_fourth_frame_of_24_is_annotated_at_6_a_second(video: Path) -> None:
    reel = open_reel(video, 6)

    assert (reel.step, reel.count, reel.frames) == (4, 13, 50)
    shown = list(reel.forwards())
    assert [place for place, _ in shown] == list(range(13))
    assert [_grey(picture) for _, picture in shown] == [4 * place for place in range(13)]
    assert [place for place, _ in reel.forwards(10)] == [10, 11, 12]


def test_backwards_is_forwards_turned_round(video: Path) -> None:
    reel = open_reel(video, 12)
    forwards = {place: picture for place, picture in reel.forwards()}

    back = list(reel.backwards(20))

    assert [place for place, _ in back] == list(range(20, -1, -1))
    assert all(np.array_equal(picture, forwards[place]) for place, picture in back)
    assert list(reel.backwards(-1)) == []


@pytest.mark.parametrize(("rate", "step"), [(0, 1), (24, 1), (100, 1), (6, 4), (1, 24), (0.1, 240)])
def test_the_rate_decides_which_frames_are_annotated(video: Path, rate: float, step: int) -> None:
    reel = open_reel(video, rate)
    assert reel.step == step
    assert reel.count == -(-50 // step)


def test_a_frame_of_the_clip_has_the_nearest_annotated_one(video: Path) -> None:
    reel = open_reel(video, 6)
    assert [reel.place(frame) for frame in (0, 1, 3, 4, 49, 500)] == [0, 0, 1, 1, 12, 12]
    assert _grey(reel.at(12)) == 48


def test_a_film_that_is_shorter_than_it_says_is_an_error(video: Path) -> None:
    short = Reel(video, 24, (32, 32), 200, 4)
    with pytest.raises(DreamgenError, match="no frame 160"):
        short.at(40)
