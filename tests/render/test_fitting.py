import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.core.layout import Box, Placement
from dreamgen.core.media import Alignment
from dreamgen.core.story import Story
from dreamgen.render.fitting import fitted_map
from dreamgen.render.sketching import Sketch

NUMBERS = {"mara": 1, "tomi": 2, "lamp": 3}


@pytest.fixture
def planned(story: Story) -> Sketch:
    """Mara, a circle with a lamp in her hand, before tomi, a square; and leaves on the right."""
    layout = story.shots[0].layout
    mara, tomi = layout.placements
    holding: tuple[Placement, ...] = (mara.model_copy(update={"holds": "lamp"}), tomi)
    rows, columns = np.mgrid[:100, :100]
    entities = np.zeros((100, 100), np.uint8)
    entities[40:60, 40:60] = 2
    entities[(rows - 50) ** 2 + (columns - 30) ** 2 < 150] = 1
    entities[48:52, 15:18] = 3
    entities[:, 90:] = 255
    shot = story.shots[0].model_copy(update={"layout": layout.model_copy(update={"placements": holding})})
    return Sketch(shot, 0.5, entities, NUMBERS, None)


def at(planned: Sketch, who: str, x: float, wider: float = 1.0) -> Alignment:
    """Somebody who was found elsewhere."""
    box = planned.box(who)
    found = Box(x0=box.x0 + x, y0=box.y0, x1=box.x0 + x + box.width * wider, y1=box.y1)
    return Alignment(entity=who, found=found, iou=0.8, aligned=True, by="eye")


def silhouette(entities: NDArray[np.uint8], who: str) -> NDArray[np.bool_]:
    """Somebody's pixels."""
    return np.asarray(entities == NUMBERS[who])


def test_who_was_found_elsewhere_is_moved_there_with_what_is_in_the_hand(planned: Sketch) -> None:
    moved = fitted_map(planned, [at(planned, "mara", 0.05)])
    for who in ("mara", "lamp"):
        assert (silhouette(moved, who) == np.roll(planned.silhouette(who), 5, axis=1)).all()


def test_a_silhouette_is_stretched_to_the_box_that_was_found(planned: Sketch) -> None:
    found = at(planned, "tomi", 0.1, wider=1.3)
    fitted = Sketch(planned.shot, planned.t, fitted_map(planned, [found]), NUMBERS, None)
    assert fitted.silhouette("tomi").sum() == pytest.approx(1.3 * planned.silhouette("tomi").sum(), rel=0.06)
    assert found.found is not None
    assert fitted.box("tomi").iou(found.found) > 0.95


def test_the_nearer_is_before_the_farther_and_a_foreground_before_both(planned: Sketch) -> None:
    both = [at(planned, "mara", 0.0), at(planned, "tomi", -0.05)]
    assert (silhouette(fitted_map(planned, both), "mara") == planned.silhouette("mara")).all()
    behind = fitted_map(planned, [at(planned, "tomi", 0.4)])
    assert (behind[:, 90:] == 255).all()
    assert not silhouette(behind, "tomi")[:, :80].any()


def test_who_was_not_found_in_place_stays_where_the_plan_has_them(planned: Sketch) -> None:
    lost = at(planned, "mara", 0.4).model_copy(update={"aligned": False})
    assert (fitted_map(planned, [lost, Alignment(entity="tomi", found=None)]) == planned.map).all()
