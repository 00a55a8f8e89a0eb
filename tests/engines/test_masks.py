from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from pycocotools import mask as coco

from dreamgen.core.layout import Box
from dreamgen.core.media import MaskFrame, Masklet
from dreamgen.engines.masks import (
    box_map,
    masklet_lines,
    overlap,
    pixels_of,
    read_masklets,
    region_of,
    regions,
    without_specks,
    write_masklets,
)


@given(arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.sampled_from([0, 1, 2, 255])))
def test_regions_are_those_that_coco_would_encode(numbers: NDArray[np.uint8]) -> None:
    found = regions(numbers)

    assert set(found) == set(np.unique(numbers)) - {0, 255}
    height, width = numbers.shape
    for number, region in found.items():
        own = numbers == number
        assert np.array_equal(pixels_of(region.rle, (width, height)), own)
        assert region.rle == coco.encode(np.asfortranarray(own))["counts"].decode()
        assert region.area == own.sum()
        rows, columns = np.nonzero(own)
        assert region.box == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


@pytest.mark.parametrize("value", [0, 255])
def test_a_map_without_entities_has_no_regions(value: int) -> None:
    assert regions(np.full((4, 5), value, np.uint8)) == {}


def _masklet(boxes: dict[int, tuple[int, int, int, int]], step: int) -> Masklet:
    """Rectangles in a picture of 40x30, by frame."""
    frames = []
    for frame, (x0, y0, x1, y1) in boxes.items():
        mask = np.zeros((30, 40), np.bool_)
        mask[y0:y1, x0:x1] = True
        region = region_of(mask)
        assert region is not None
        box = Box(x0=x0 / 40, y0=y0 / 30, x1=x1 / 40, y1=y1 / 30)
        frames.append(MaskFrame(frame=frame, rle=region.rle, box=box, visible=1))
    return Masklet(entity="dog", size=(40, 30), step=step, frames=tuple(frames))


def test_P5_the_box_map_has_the_box_of_the_decoded_mask_or_nothing() -> None:
    masklet = _masklet({0: (1, 2, 9, 11), 1: (2, 2, 10, 12), 4: (30, 20, 40, 30)}, step=1)

    boxes = box_map(masklet, 6)

    assert boxes == ((1, 2, 9, 11), (2, 2, 10, 12), None, None, (30, 20, 40, 30), None)
    for mask in masklet.frames:
        rows, columns = np.nonzero(pixels_of(mask.rle, masklet.size))
        assert boxes[mask.frame] == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def test_P5_between_annotated_frames_a_box_moves_evenly_where_it_can_have_been_nowhere_else() -> None:
    near = box_map(_masklet({0: (0, 0, 20, 20), 4: (4, 0, 24, 20)}, step=4), 8)
    far = box_map(_masklet({0: (0, 0, 10, 10), 4: (25, 0, 35, 10)}, step=4), 8)
    apart = box_map(_masklet({0: (0, 0, 20, 20), 8: (0, 0, 20, 20)}, step=4), 9)

    assert near[:5] == tuple((n, 0, 20 + n, 20) for n in range(5))
    assert near[5:] == (None, None, None)
    assert [box is not None for box in far] == [True, False, False, False, True, False, False, False]
    # a frame in which it is not seen lies between them
    assert [frame for frame, box in enumerate(apart) if box] == [0, 8]


def test_specks_do_not_blow_a_mask_up() -> None:
    mask = np.zeros((30, 40), np.bool_)
    mask[5:15, 5:15] = True
    mask[20:26, 20:25] = True
    mask[29, 39] = True

    cleaned = without_specks(mask)

    assert not cleaned[29, 39]
    assert cleaned.sum() == mask.sum() - 1
    assert without_specks(np.zeros((4, 4), np.bool_)).sum() == 0
    assert region_of(np.zeros((4, 4), np.bool_)) is None


def test_overlap_of_codes_is_that_of_their_pixels() -> None:
    one, other = (_masklet({0: box}, 1).frames[0].rle for box in ((0, 0, 10, 10), (5, 0, 15, 10)))
    assert overlap(one, other, (40, 30)) == pytest.approx(1 / 3)
    assert overlap(one, one, (40, 30)) == 1


def test_the_masks_of_one_are_read_without_those_of_others(tmp_path: Path) -> None:
    both = [_masklet({0: (0, 0, 10, 10)}, 1).model_copy(update={"entity": name}) for name in ("bär", 'a "dog"')]
    write_masklets(both, tmp_path / "clip.gz")

    lines = masklet_lines(tmp_path / "clip.gz")
    assert list(lines) == ["bär", 'a "dog"']
    assert (
        [Masklet.model_validate_json(line) for line in lines.values()]
        == both
        == list(read_masklets(tmp_path / "clip.gz"))
    )
