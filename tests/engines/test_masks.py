import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from pycocotools import mask as coco

from dreamgen.engines.masks import pixels_of, regions


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
