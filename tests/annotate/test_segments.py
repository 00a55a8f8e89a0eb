from __future__ import annotations

import pytest

from dreamgen.annotate.segments import Timeline, plan


def _line(seconds: float, cuts: tuple[float, ...] = (), fps: int = 10) -> Timeline:
    count = round(seconds * fps)
    return Timeline([n / fps for n in range(count)], seconds, tuple(round(cut * fps) for cut in cuts))


def _never(frame: int) -> bool:
    return False


def test_segments_end_at_the_last_cut_in_good_time() -> None:
    some = plan(_line(70, (4, 12, 27, 40, 55)), "segments", 2.0, 30.0, _never)
    assert [(one.piece.start, one.piece.end) for one in some] == [(0, 27), (27, 55), (55, 70)]
    assert [one.cuts for one in some] == [(40, 120), (400,), ()]
    assert not any(one.reason for one in some)


def test_without_cuts_a_segment_ends_at_a_key_frame_or_at_the_longest() -> None:
    assert [one.piece.end for one in plan(_line(70), "segments", 2.0, 30.0, _never)] == [30, 60, 70]
    keyed = plan(_line(70), "segments", 2.0, 30.0, lambda frame: frame % 80 == 0)
    assert [one.piece.end for one in keyed] == [24, 48, 70]


def test_of_several_cuts_it_is_one_before_which_bytes_can_be_copied() -> None:
    line = _line(70, (17, 22, 27, 52))
    some = plan(line, "segments", 2.0, 30.0, lambda frame: frame == 220)
    assert [one.piece.end for one in some] == [22, 52, 70]


def test_no_segment_leaves_a_rest_that_is_too_short() -> None:
    some = plan(_line(31), "segments", 5.0, 30.0, _never)
    assert [(one.piece.start, one.piece.end) for one in some] == [(0, 26), (26, 31)]


@pytest.mark.parametrize("seconds", [0.1, 1.9, 2.0, 29.9, 30.0, 30.1, 31.0, 59.0, 61.5, 100.0])
def test_segments_tile_the_video(seconds: float) -> None:
    some = plan(_line(seconds), "segments", 2.0, 30.0, _never)
    assert [one.piece.first for one in some] == [0, *(one.piece.stop for one in some[:-1])]
    assert some[-1].piece.end == seconds
    assert all(one.reason == ("too_short" if seconds < 2 else "") for one in some)


def test_H3_clips_outside_the_duration_window_are_dropped_and_counted() -> None:
    line = _line(5 + 4.9 + 120 + 120.1, (5, 9.9, 129.9))
    some = plan(line, "shots", 5.0, 120.0, _never)
    assert [one.reason for one in some] == ["", "too_short", "", "too_long"]  # both limits are inside
    wider = plan(line, "shots", 4.0, 121.0, _never)
    assert [one.reason for one in wider] == [""] * 4


def test_a_frame_longer_than_the_longest_clip_is_a_stretch_of_its_own() -> None:
    some = plan(Timeline([0.0, 50.0, 100.0], 150.0, ()), "segments", 2.0, 30.0, _never)
    assert [one.reason for one in some] == ["too_long"] * 3
