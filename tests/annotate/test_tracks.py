import numpy as np
import pytest

from dreamgen.annotate.tracks import Sight, State, Stretch, Track
from dreamgen.engines.masks import pixels_of, region_of

SIZE = (16, 12)


def _track(states: str, frames: int, step: int) -> Track:
    """One letter an annotated frame: s(een), g(one), ? (unknown)."""
    names: dict[str, State] = {"s": "seen", "g": "gone", "?": "unknown"}
    mask = np.zeros((12, 16), np.bool_)
    mask[2:8, 3:9] = True
    sights = tuple(
        Sight(place * step, names[letter], region_of(mask) if letter == "s" else None)
        for place, letter in enumerate(states)
    )
    return Track("dog-1", "dog", "animal", SIZE, frames, step, sights)


@pytest.mark.parametrize(
    ("states", "frames", "told"),
    [
        ("sss", 12, [(0, 12, "seen")]),
        ("ssgg", 16, [(0, 6, "seen"), (6, 16, "gone")]),
        ("gsg", 12, [(0, 2, "gone"), (2, 6, "seen"), (6, 12, "gone")]),
        # of what is unknown nothing is taken away: seen reaches up to the last frame in which it was seen
        ("s?ss", 16, [(0, 1, "seen"), (1, 8, "unknown"), (8, 16, "seen")]),
        ("g?", 8, [(0, 1, "gone"), (1, 8, "unknown")]),
        ("", 8, [(0, 8, "unknown")]),
    ],
)
def test_stretches_tile_the_clip(states: str, frames: int, told: list[tuple[int, int, State]]) -> None:
    assert _track(states, frames, 4).stretches() == tuple(Stretch(*one) for one in told)


def test_a_single_frame_that_misses_it_is_a_blink_of_the_network() -> None:
    assert [s.state for s in _track("sgs?sgggs", 36, 4).bridged().sights] == ["seen"] * 3 + ["gone"] * 3 + ["seen"]
    assert len(_track("gsg", 12, 4).bridged().sights) == 3


def test_P5_a_masklet_holds_every_seen_frame_as_coco_code_and_its_box() -> None:
    track = _track("sg?s", 16, 4)

    masklet = track.masklet()

    assert [mask.frame for mask in masklet.frames] == [0, 12]
    assert (masklet.entity, masklet.step, masklet.size) == ("dog-1", 4, SIZE)
    for mask in masklet.frames:
        rows, columns = np.nonzero(pixels_of(mask.rle, SIZE))
        assert (mask.box.x0, mask.box.x1) == (columns.min() / 16, (columns.max() + 1) / 16)
        assert (mask.box.y0, mask.box.y1) == (rows.min() / 12, (rows.max() + 1) / 12)
