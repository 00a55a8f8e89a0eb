import numpy as np
import pytest

from dreamgen.core.vocabulary import CameraMotion
from dreamgen.engines.imaging import resized
from dreamgen.engines.watching import Reel
from dreamgen.verify.sight.camera import follow_camera

WIDE = resized(np.random.default_rng(4).integers(0, 255, (60, 100), np.uint8), 1000, 600)


def filmed(across: float = 0.0, zoom: float = 1.0, frames: int = 25) -> Reel:
    """A camera that goes `across` frame widths to the right and zooms in by `zoom`."""
    planes = []
    for i in range(frames):
        u = i / (frames - 1)
        width = 512 / zoom**u
        x, y = 244 + 512 * across * u + (512 - width) / 2, 150 + (288 - width * 9 / 16) / 2
        window = WIDE[round(y) : round(y + width * 9 / 16), round(x) : round(x + width)]
        planes.append(np.vstack([resized(window, 512, 288), np.full((144, 512), 128, np.uint8)]))
    return Reel(12, frames, 512, 288, (512, 288), 1, tuple(planes), np.zeros((frames, 36, 64, 3), np.uint8))


@pytest.mark.parametrize(
    ("across", "zoom", "move"),
    [
        (0.0, 1.0, "static"), (0.13, 1.0, "pan_right"), (-0.13, 1.0, "pan_left"),
        (0.0, 1.17, "zoom_in"), (0.0, 1 / 1.17, "zoom_out"),
    ],
)  # fmt: skip
def test_the_smallest_moves_that_are_claimed_are_told_apart(across: float, zoom: float, move: CameraMotion) -> None:
    path = follow_camera(filmed(across, zoom), 0, 25)
    assert path.move == move
    assert path.whole.scale == pytest.approx(zoom, abs=0.02)


def test_a_move_between_static_and_pan_is_left_open() -> None:
    assert follow_camera(filmed(0.022), 0, 25).move is None
