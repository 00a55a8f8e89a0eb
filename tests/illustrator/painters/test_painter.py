from __future__ import annotations

import pytest

from dreamgen.core.media import Brush, Style
from dreamgen.errors import UsageError
from dreamgen.illustrator.painters import painter_for, painter_names, painter_of

RED = (0.8, 0.2, 0.2)


def styled(painter: str = "flat", palette: tuple[str, ...] = (), **brush: object) -> Style:
    """A style with this brush."""
    return Style(name="mine", words="", painter=painter, palette=palette, brush=Brush.model_validate(brush))


def test_ink_is_grey_but_for_the_bodies() -> None:
    ink = painter_of("noir")
    r, g, b = ink.graded(lambda colour: colour)(RED)
    assert max(r, g, b) - min(r, g, b) < 0.06
    r, g, b = ink.graded(lambda colour: colour, spot=True)(RED)
    assert r - b > 0.4


def test_water_colours_are_lighter_than_flat_ones() -> None:
    light, plain = (sum(painter_of(name).graded(lambda colour: colour)(RED)) for name in ("watercolor", "flat"))
    assert light > plain


def test_without_a_brush_a_style_has_its_painter_as_it_is() -> None:
    for name in painter_names():
        assert painter_for(styled(name)) == painter_of(name)


def test_a_brush_bends_its_painter_and_leaves_the_rest() -> None:
    bent, plain = painter_for(styled(outline=2.0, vignette=0.0)), painter_of("flat")
    assert (bent.outline, bent.vignette) == (2.0, 0.0)
    assert (bent.cel, bent.saturation) == (plain.cel, plain.saturation)


def test_soft_shading_takes_the_place_of_hard() -> None:
    assert painter_for(styled(gradient=0.3)).cel == 0.0


def test_greys_run_between_two_tones_and_bodies_keep_their_colour() -> None:
    blue = painter_for(styled(saturation=0.0, spot=0.9, tones=("#000040", "#8080ff")))
    assert blue.grey
    r, g, b = blue.graded(lambda colour: colour)(RED)
    assert b > r + 0.2 and b > g + 0.2
    r, g, b = blue.graded(lambda colour: colour, spot=True)(RED)
    assert r > b + 0.3


def test_a_palette_pulls_the_set_and_no_bodies() -> None:
    pulled = painter_for(styled(saturation=1.0, pull=1.0, palette=("#2040c0", "#e0d0a0")))
    r, _, b = pulled.graded(lambda colour: colour)((0.2, 0.3, 0.6))
    assert b > r + 0.4
    assert pulled.graded(lambda colour: colour, spot=True)(RED) == pytest.approx(RED)


def test_an_unknown_painter_is_refused() -> None:
    with pytest.raises(UsageError, match="noir"):
        painter_of("nuar")
