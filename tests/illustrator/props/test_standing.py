from __future__ import annotations

import numpy as np
import pytest

from dreamgen.core.story import Prop
from dreamgen.illustrator.display import Part, Recorder
from dreamgen.illustrator.props.standing import draw_standing, standing_kinds, standing_size


def drawn(kind: str, **fields: str) -> Recorder:
    recorder = Recorder()
    recorder.entity = 3
    draw_standing(recorder, Prop.model_validate({"id": kind, "name": kind, "kind": kind, **fields}), 0.4)
    return recorder


@pytest.mark.parametrize("kind", standing_kinds())
def test_it_stands_on_the_ground_as_one_entity(kind: str) -> None:
    items = drawn(kind).items
    bottom = np.vstack([item.curve for item in items])[:, 1].max()
    assert -4 <= bottom <= 1
    assert {(item.entity, item.part) for item in items} == {(3, Part.PROP)}


@pytest.mark.parametrize("kind", [kind for kind in standing_kinds() if kind != "fire"])
def test_it_takes_the_colour_that_the_plot_names(kind: str) -> None:
    purple = (127 / 255, 85 / 255, 168 / 255)
    assert purple in [item.fill for item in drawn(kind, colour="purple").items]


def test_a_bed_is_longer_than_a_chair_and_lower_than_a_person() -> None:
    assert standing_size("bed")[0] > 2 * standing_size("chair")[0]
    assert all(standing_size(kind)[1] < 110 for kind in standing_kinds())
