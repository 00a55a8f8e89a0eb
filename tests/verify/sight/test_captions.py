import numpy as np
import pytest

from dreamgen.engines.imaging import resized
from dreamgen.engines.watching import Reel
from dreamgen.illustrator import caption
from dreamgen.verify.sight.captions import has_strip, read

SIZE = (1024, 576)


def shown(words: str, light: int = 255) -> Reel:
    """A film of one frame with a caption."""
    lot = np.random.default_rng(1)
    image = resized(lot.integers(0, max(light, 1), (18, 32, 3), np.uint8), *SIZE).astype(float)
    if words:
        strip = caption(words, *SIZE)
        share = strip[..., 3:] / 255
        image = image * (1 - share) + strip[..., :3] * share
    small = resized(image.astype(np.uint8), 512, 288)
    plane = np.vstack([small.mean(2).astype(np.uint8), np.full((144, 512), 128, np.uint8)])
    return Reel(24, 1, 512, 288, SIZE, 1, (plane,), np.zeros((1, 36, 64, 3), np.uint8))


@pytest.mark.parametrize("words", ["No", "I will light the lamp", "A long speech that goes on and on, " * 3])
@pytest.mark.parametrize("light", [255, 20])
def test_the_words_in_the_picture_are_recognised(words: str, light: int) -> None:
    reading = read(shown(words, light), 0, words)
    assert reading.same
    assert reading.whole > 0.9


@pytest.mark.parametrize("claimed", ["I will light the tent", "I will fight the lamp", "Run!"])
def test_other_words_are_not(claimed: str) -> None:
    assert not read(shown("I will light the lamp"), 0, claimed).same


@pytest.mark.parametrize("light", [255, 90, 20])
def test_a_strip_is_seen_in_any_light(light: int) -> None:
    assert not has_strip(shown("", light).grey(0))
    assert all(has_strip(shown("word " * n, light).grey(0)) for n in (4, 22))
