import numpy as np

from dreamgen.verify.sight.cuts import find_cuts


def shots(*lengths: int, drift: float = 0.0) -> np.ndarray:
    """Thumbnails of shots of random patches that slide by `drift` pixels a frame."""
    lot = np.random.default_rng(0)
    frames = []
    for length in lengths:
        wide = np.kron(lot.integers(0, 255, (9, 40, 3)), np.ones((4, 4, 1)))
        frames += [wide[:, round(i * drift) : round(i * drift) + 64] for i in range(length)]
    return np.array(frames, np.uint8)


def test_a_cut_is_the_first_frame_of_the_new_shot() -> None:
    assert find_cuts(shots(12, 9, 20)) == (12, 21)


def test_one_shot_has_no_cut() -> None:
    assert find_cuts(shots(30)) == ()
    assert find_cuts(shots(1)) == ()


def test_a_pan_is_no_cut_and_hides_none() -> None:
    assert find_cuts(shots(20, 20, drift=1.0)) == (20,)


def test_a_caption_that_appears_is_no_cut() -> None:
    thumbs = shots(20)
    thumbs[8:, 31:] = 10
    assert find_cuts(thumbs) == ()
