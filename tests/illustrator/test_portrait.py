from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dreamgen.core.colours import COLOURS
from dreamgen.errors import UsageError
from dreamgen.illustrator import portrait


@pytest.mark.parametrize("painter", ["watercolor", "flat", "cutout", "noir"])
@pytest.mark.parametrize("who", ["mara", "rex"])
def test_a_portrait_is_a_whole_body_on_grey(hand: Any, painter: str, who: str) -> None:
    story, _ = hand.stage()
    image = portrait(story, who, hand.style(painter))
    assert image.shape == (256, 192, 3) and image.dtype == np.uint8
    body = (image != 0x8F).any(2)
    assert not body[0].any() and not body[-1].any() and not body[:, 0].any() and not body[:, -1].any()
    assert 0.06 < float(body.mean()) < 0.7


def test_a_red_coat_is_red_in_the_portrait(hand: Any) -> None:
    story, _ = hand.stage()
    image = portrait(story, "mara", hand.style("flat")).astype(int)
    red = np.array(COLOURS["red"][::-1])
    assert float((np.abs(image - red).max(2) < 45).mean()) > 0.05


def test_who_is_not_in_the_cast_has_no_portrait(hand: Any) -> None:
    story, _ = hand.stage()
    with pytest.raises(UsageError, match="mara"):
        portrait(story, "marra", hand.style())
