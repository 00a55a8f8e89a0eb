import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.clip.animators.kenburns import pan, prepare
from dreamgen.core.layout import Box, Camera

WHOLE = Box(x0=0, y0=0, x1=1, y1=1)


def centroid(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """Where the bright spot is, in pixels; the middle of the first pixel is 0.5."""
    light = picture[..., 0].astype(float)
    rows, columns = np.mgrid[0 : light.shape[0], 0 : light.shape[1]] + 0.5
    return float((light * columns).sum() / light.sum()), float((light * rows).sum() / light.sum())


def spot(width: int, height: int, x: float, y: float, radius: float) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * radius**2)) * 255
    return np.repeat(light.round().astype(np.uint8)[..., None], 3, axis=2)


def test_a_slow_zoom_does_not_tremble() -> None:
    still = spot(672, 384, 500, 110, 12)
    camera = Camera(move="zoom_in", start=WHOLE, end=Box(x0=0.03, y0=0.03, x1=0.97, y1=0.97))
    ready = prepare(still, 1.0, (512, 292))
    seen, expected = [], []
    for frame in range(96):
        window = camera.over_still(frame / 96)
        seen.append(centroid(pan(ready, window, (512, 292))))
        scale = 512 / (window.width * ready.shape[1])
        top = (384 - ready.shape[0]) // 2
        expected.append(((500 - window.x0 * 672) * scale, (110 - top - window.y0 * ready.shape[0]) * scale))
    error = np.array(seen) - np.array(expected)

    # The still itself is rounded to 256 levels: a constant offset is no trembling.
    trembling = error - error.mean(axis=0)
    assert np.sqrt((trembling**2).sum(axis=1).mean()) <= 0.015
    assert np.abs(np.diff(error, axis=0)).max() <= 0.06
    assert np.abs(error.mean(axis=0)).max() <= 0.05, "and it is where it should be"


@pytest.mark.parametrize(
    ("move", "start", "end"),
    [
        ("pan_right", Box(x0=0.0, y0=0.1, x1=0.8, y1=0.9), Box(x0=0.2, y0=0.1, x1=1.0, y1=0.9)),
        ("pan_left", Box(x0=0.3, y0=0.2, x1=0.7, y1=0.6), Box(x0=0.1, y0=0.2, x1=0.5, y1=0.6)),
        ("zoom_in", WHOLE, Box(x0=0.2, y0=0.2, x1=0.8, y1=0.8)),
        ("zoom_out", Box(x0=0.4, y0=0.3, x1=0.9, y1=0.8), Box(x0=0.3, y0=0.2, x1=1.0, y1=0.9)),
        ("static", Box(x0=0.4, y0=0.3, x1=0.9, y1=0.8), Box(x0=0.4, y0=0.3, x1=0.9, y1=0.8)),
    ],
)
def test_the_move_over_the_still_is_the_cameras_own(move: str, start: Box, end: Box) -> None:
    camera = Camera.model_validate({"move": move, "start": start, "end": end})

    first, last = camera.over_still(0.0), camera.over_still(1.0)

    for window in (first, camera.over_still(0.4), last):
        assert -1e-9 <= window.x0 < window.x1 <= 1 + 1e-9
        assert -1e-9 <= window.y0 < window.y1 <= 1 + 1e-9
        assert window.width == pytest.approx(window.height), "nothing is stretched"
    assert last.width / first.width == pytest.approx(end.width / start.width)
    travel = (last.centre[0] - first.centre[0]) / first.width
    assert travel == pytest.approx((end.centre[0] - start.centre[0]) / start.width)


def test_a_still_of_another_shape_is_cut_not_stretched() -> None:
    ready = prepare(spot(400, 400, 200, 200, 10), 1.0, (320, 180))

    assert ready.shape == (225, 400, 3)
    assert centroid(pan(ready, WHOLE, (320, 180))) == pytest.approx((160, 90), abs=0.5)


def test_a_large_still_is_averaged_and_does_not_glitter() -> None:
    board = (np.indices((576, 1024)).sum(axis=0) % 2 * 255).astype(np.uint8)
    still = np.repeat(board[..., None], 3, axis=2)

    frame = pan(prepare(still, 1.0, (256, 144)), WHOLE, (256, 144))

    assert frame.std() < 4, "a fine chequer pattern is grey from afar"
