from __future__ import annotations

import pytest

from dreamgen.errors import UsageError
from dreamgen.illustrator.painters import painter_of

RED = (0.8, 0.2, 0.2)


def test_ink_is_grey_but_for_the_bodies() -> None:
    ink = painter_of("noir")
    r, g, b = ink.graded(lambda colour: colour)(RED)
    assert max(r, g, b) - min(r, g, b) < 0.06
    r, g, b = ink.graded(lambda colour: colour, spot=True)(RED)
    assert r - b > 0.4


def test_water_colours_are_lighter_than_flat_ones() -> None:
    light, plain = (sum(painter_of(name).graded(lambda colour: colour)(RED)) for name in ("watercolor", "flat"))
    assert light > plain


def test_an_unknown_painter_is_refused() -> None:
    with pytest.raises(UsageError, match="noir"):
        painter_of("nuar")
