from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dreamgen.engines.steps import Steps
from tests.annotate.footage import Pixels, scene


def _found(frames: Sequence[Pixels], fps: float = 25.0) -> list[int]:
    steps = Steps(fps)
    found = [one for number, picture in enumerate(frames) for one in steps.see(number, picture)]
    return sorted([*found, *steps.end()])


def _mixed(a: Pixels, b: Pixels, weight: float) -> Pixels:
    return np.asarray((1 - weight) * a.astype(np.float32) + weight * b.astype(np.float32), np.uint8)


def test_hard_cuts_are_found_to_the_frame() -> None:
    assert _found([*scene(1, 30), *scene(2, 25), *scene(3, 30)]) == [30, 55]


def test_a_cut_shortly_before_the_end_is_found() -> None:
    assert _found([*scene(1, 30), *scene(2, 4)]) == [30]


def test_a_flash_is_no_cut() -> None:
    frames = scene(1, 60)
    frames[25:27] = [np.full_like(frames[0], 250)] * 2
    frames[40] = _mixed(frames[40], np.full_like(frames[40], 255), 0.7)
    assert _found(frames) == []


def test_a_fade_through_black_is_one_change() -> None:
    first, second, black = scene(1, 40), scene(2, 40), np.zeros_like(scene(1, 1)[0])
    down = [_mixed(frame, black, n / 10) for n, frame in enumerate(first[30:])]
    up = [_mixed(black, frame, n / 10) for n, frame in enumerate(second[:10])]
    found = _found([*first[:30], *down, *[black] * 6, *up, *second[10:]])
    assert len(found) == 1
    assert 38 <= found[0] <= 48


def test_a_dissolve_is_found_in_its_middle() -> None:
    first, second = scene(1, 40), scene(2, 40)
    over = [_mixed(a, b, (n + 1) / 17) for n, (a, b) in enumerate(zip(first[24:], second, strict=False))]
    found = _found([*first[:24], *over, *second[16:]])
    assert len(found) == 1
    assert 29 <= found[0] <= 35


@pytest.mark.parametrize("speed", [1, 2, 4, 8])
def test_a_pan_has_no_cut(speed: int) -> None:
    wide = np.concatenate([scene(n, 1)[0] for n in range(8)], axis=1)
    assert _found([wide[:, left : left + 96] for left in range(0, 80 * speed, speed)]) == []


def test_one_frame_is_one_shot() -> None:
    assert _found(scene(1, 1)) == []
    assert _found([]) == []
