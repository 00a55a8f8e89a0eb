from __future__ import annotations

import numpy as np
import pytest

from dreamgen.engines.codes import areas, empty_code, tight_box
from dreamgen.engines.masks import pixels_of, region_of

SIZE = (40, 24)


def code_of(rows: slice, columns: slice) -> str:
    mask = np.zeros(SIZE[::-1], np.bool_)
    mask[rows, columns] = True
    region = region_of(mask)
    assert region is not None
    return region.rle


def test_areas_are_counted_without_drawing_the_masks() -> None:
    codes = [code_of(slice(0, 2), slice(0, width)) for width in (1, 3, 40)]
    assert areas([*codes, empty_code(SIZE)], SIZE) == [2, 6, 80, 0]
    assert areas(codes[:1] * 300, SIZE) == [2] * 300


@pytest.mark.parametrize(
    ("rows", "columns", "box"),
    [
        (slice(0, 24), slice(0, 40), (0, 0, 39, 23)),
        (slice(5, 6), slice(7, 8), (7, 5, 7, 5)),
        (slice(3, 24), slice(30, 40), (30, 3, 39, 23)),
    ],
)
def test_a_box_has_its_last_pixel_within_it(rows: slice, columns: slice, box: tuple[int, int, int, int]) -> None:
    assert tight_box(code_of(rows, columns), SIZE) == box


def test_nothing_has_a_code_and_no_box() -> None:
    assert not pixels_of(empty_code(SIZE), SIZE).any()
    assert tight_box(empty_code(SIZE), SIZE) is None
