from __future__ import annotations

import pytest

from dreamgen.engines.likening import difference, features, overlay, tracks
from tests.moving import camera, crossing, texture

SIZE = (256, 144)


def test_a_picture_lies_over_another_as_the_camera_went() -> None:
    frames = list(camera(texture(700), 6, SIZE, pan=3.0))
    found = overlay(features(frames[0]), features(frames[5]), SIZE)
    assert found is not None
    assert found.across == pytest.approx(15 / 256, abs=0.003)
    assert abs(found.growth) < 0.01 and found.agree >= 12


def test_growth_is_found() -> None:
    frames = list(camera(texture(700), 6, SIZE, zoom=0.02))
    found = overlay(features(frames[0]), features(frames[5]), SIZE)
    assert found is not None
    assert found.growth == pytest.approx(0.099, abs=0.01)


def test_two_scenes_have_nothing_in_common() -> None:
    one, other = (next(camera(texture(700, seed), 1, SIZE)) for seed in (1, 2))
    found = overlay(features(one), features(other), SIZE)
    assert found is None or found.agree < 20


def test_what_moves_differs_and_its_corners_go_its_way() -> None:
    frames = list(crossing(camera(texture(700), 5, SIZE), 3.0))
    assert (difference(frames[0], frames[0], None) == 0).all()
    assert 0.005 < (difference(frames[0], frames[4], None) > 9).mean() < 0.4
    _, moves = tracks(frames[0], frames[1])
    moving = moves[abs(moves[:, 0]) > 1]
    assert len(moving) > 3 and (moving[:, 0] > 0).mean() > 0.8
