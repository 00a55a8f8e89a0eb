from __future__ import annotations

import itertools
from collections.abc import Iterable

import cv2
import numpy as np
import pytest

from dreamgen.annotate.measuring.shots import shots_of
from dreamgen.annotate.signals import Gauge, Signals
from tests.moving import Picture, camera, crossing, plain, texture

FPS = 20


def signals(frames: Iterable[Picture]) -> Signals:
    gauge = Gauge(FPS)
    for number, picture in enumerate(frames):
        gauge.see(picture, number / FPS)
    return gauge.signals()


def test_a_hard_cut_is_found_at_its_frame() -> None:
    found = shots_of(signals([*camera(texture(), 30), *camera(texture(seed=8, low=90, high=250), 30)]))
    assert found.cuts == pytest.approx((1.5,)) and found.sure
    assert [run.seconds for run in found.runs] == pytest.approx([1.5, 1.5])


@pytest.mark.parametrize("frames", [camera(texture(), 50, pan=4.0), crossing(camera(texture(), 50), 6.0)])
def test_a_fast_camera_and_things_that_move_are_no_cut(frames: Iterable[Picture]) -> None:
    assert shots_of(signals(frames)).cuts == ()


def test_a_flash_is_no_cut_and_leaves_the_number_of_shots_open() -> None:
    scene = list(camera(texture(), 60))
    scene[30] = np.full_like(scene[30], 250)
    found = shots_of(signals(scene))
    assert found.cuts == () and not found.sure


def test_a_dissolve_is_no_cut_and_is_known_as_a_turn() -> None:
    one, other = (
        list(camera(texture(seed=seed, low=low, high=high), 60)) for seed, low, high in ((1, 5, 90), (2, 130, 250))
    )
    shares = [0.0] * 20 + [n / 20 for n in range(20)] + [1.0] * 20
    mixed = [
        np.asarray(cv2.addWeighted(b, share, a, 1 - share, 0), np.uint8)
        for a, b, share in zip(one, other, shares, strict=True)
    ]
    found = shots_of(signals(mixed))
    assert found.cuts == () and not found.sure
    assert any(turn.start < 1.5 < turn.end for turn in found.turns)


def test_two_shots_of_the_same_colours_leave_the_number_open_rather_than_count_one() -> None:
    frames = itertools.chain(plain(30, (120, 60, 30)), (np.flip(one, 1) for one in plain(30, (120, 60, 30))))
    found = shots_of(signals(frames))
    assert len(found.runs) == 2 or not found.sure
