import pytest

from dreamgen.render.sizes import BUCKETS, bucket, reshaped


@pytest.mark.parametrize(
    ("size", "drawn"),
    [((1024, 576), (1344, 768)), ((512, 512), (1024, 1024)), ((576, 1024), (768, 1344)), ((4, 3), (1152, 896))],
)
def test_the_trained_size_nearest_in_shape(size: tuple[int, int], drawn: tuple[int, int]) -> None:
    assert bucket(size) == drawn


def test_another_shape_has_as_many_pixels() -> None:
    assert reshaped((1344, 768), 7 / 9) == (896, 1152)
    width, height = reshaped((256, 144), 7 / 9)
    assert width % 32 == height % 32 == 0
    assert width * height == pytest.approx(256 * 144, rel=0.2)


def test_every_trained_size_has_about_a_megapixel() -> None:
    assert all(width * height == pytest.approx(1024**2, rel=0.07) for width, height in BUCKETS)
