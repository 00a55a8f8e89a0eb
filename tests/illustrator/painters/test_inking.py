from __future__ import annotations

import numpy as np
import pytest

from dreamgen.engines import canvas
from dreamgen.illustrator.display import Item, Part, Recorder
from dreamgen.illustrator.painters import Inked, painter_names, painter_of, wobbled


def drawn() -> Recorder:
    recorder = Recorder()
    with recorder.stamped(entity=3, part=Part.TOP):
        recorder.oval(50, 50, 30, 30, "#cf3b35")
        recorder.stroke([(20, 80), (80, 80)], "#202020", 4)
        recorder.oval(50, 20, 10, 10, "#ffffff", alpha=0.3)
        recorder.oval(10, 10, 5, 5, "#ffffff", blur=2.0)
    return recorder


@pytest.mark.parametrize("name", painter_names())
def test_every_painter_paints_and_stamps_the_same_shapes(name: str) -> None:
    inked, painter = Inked(drawn().items), painter_of(name)
    paint, maps = canvas.blank(100, 100), canvas.blank(100, 100)
    canvas.draw(paint, inked.marks(painter, (0.5, -0.8)))
    canvas.draw(maps, inked.stamps(painter), smooth=False)
    assert tuple(maps[50, 50, :2]) == (3, Part.TOP) and tuple(maps[80, 30, :2]) == (3, Part.TOP)
    assert set(np.unique(maps[..., 0]).tolist()) == {0, 3}
    assert maps[12, 50, 0] == 0 and maps[10, 10, 0] == 0, "light is no matter"
    assert paint[50, 50, 3] == 255


def test_cel_shading_has_a_dark_side_away_from_the_light() -> None:
    inked, paint = Inked(drawn().items[:1]), canvas.blank(100, 100)
    canvas.draw(paint, inked.marks(painter_of("flat"), (0.0, -1.0)))
    assert int(paint[30, 50, 2]) > int(paint[74, 50, 2])


def test_only_some_items_can_be_drawn() -> None:
    inked = Inked(drawn().items)
    assert len(inked.stamps(painter_of("flat"), only=(1,))) == 1


def test_a_wobble_is_small_and_keeps_curves_closed() -> None:
    def curves(seed: int) -> list[Item]:
        items = drawn().items
        wobbled(items, 0.5, seed)
        return items

    first, again, other = curves(1), curves(1), curves(2)
    before = drawn().items[0].curve
    assert np.array_equal(first[0].curve, again[0].curve) and not np.array_equal(first[0].curve, other[0].curve)
    assert 0 < np.abs(first[0].curve - before).max() < 3
    assert np.allclose(first[0].curve[0], first[0].curve[-1])
