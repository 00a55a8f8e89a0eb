from pathlib import Path

import numpy as np
import pytest

import dreamgen.verify
from dreamgen.engines.sight import cut_out, open_network, resized, with_change
from dreamgen.errors import DreamgenError

DATA = Path(dreamgen.verify.__file__).parent / "data"


def frames(count: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 255, (count, 4, 192, 320), np.uint8)


def test_the_same_picture_gives_the_same_bytes() -> None:
    network = open_network(DATA / "sight-frames.onnx")
    one, again = (network.run({"frame": frames(1)}) for _ in range(2))
    assert {name: value.tobytes() for name, value in one.items()} == {n: v.tobytes() for n, v in again.items()}


def test_company_changes_nothing_in_what_is_seen() -> None:
    network, pictures = open_network(DATA / "sight-frames.onnx"), frames(3)
    together = network.run({"frame": pictures})
    alone = network.run({"frame": pictures[2:]})
    for name, value in alone.items():
        assert np.allclose(together[name][2:], value, atol=1e-3), name


def test_a_missing_or_spoilt_network_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "spoilt.onnx").write_bytes(b"no network")
    for name in ("missing.onnx", "spoilt.onnx"):
        with pytest.raises(DreamgenError, match=name):
            open_network(tmp_path / name)


def test_what_changes_is_the_fourth_channel_and_grows_by_a_pixel() -> None:
    before = np.zeros((20, 30, 3), np.uint8)
    after = before.copy()
    after[10, 15] = 200
    frame = with_change(before, after)
    assert frame.shape == (20, 30, 4)
    assert not frame[..., :3].any()
    assert np.argwhere(frame[..., 3]).tolist() == [[y, x] for y in (9, 10, 11) for x in (14, 15, 16)]


def test_a_square_over_the_edge_goes_on_with_the_edge() -> None:
    image = np.zeros((40, 40, 3), np.uint8)
    image[:, :20] = 90
    square = cut_out(image, (0.0, 20.0), 10.0, 20)
    assert square.shape == (20, 20, 3)
    assert (square == 90).all()


def test_a_smaller_picture_has_the_means_of_its_squares() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    image[:2, :2] = 100
    assert resized(image, 2, 2)[..., 0].tolist() == [[100, 0], [0, 0]]
