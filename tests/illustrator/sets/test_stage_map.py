from __future__ import annotations

import pytest

from dreamgen.errors import UsageError
from dreamgen.illustrator import set_names, stage_of


@pytest.mark.parametrize("name", set_names())
def test_a_floor_plan_makes_sense(name: str) -> None:
    stage = stage_of(name)
    assert stage.horizon < stage.far_ground < stage.near_ground <= 1.0
    assert stage.walkable[0] < 0.2 < 0.8 < stage.walkable[1]
    assert stage.scale_at(0.5) == 1.0
    assert stage.scale_at(0.0) > 1.0 > stage.scale_at(1.0) > 0.6
    assert stage.seats, "somebody can sit in every set"
    for x, y in stage.seats:
        assert 0.1 < x < 0.9
        assert stage.far_ground <= y <= stage.near_ground


def test_depth_and_ground_are_inverse() -> None:
    stage = stage_of("forest")
    for depth in (0.0, 0.3, 1.0):
        assert stage.depth_at(stage.ground_at(depth)) == pytest.approx(depth)
    assert stage.depth_at(2.0) == 0.0


def test_an_unknown_set_is_named_with_the_choices() -> None:
    with pytest.raises(UsageError, match="Did you mean 'harbour'"):
        stage_of("harbor")
