from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamgen.clip.timing import frame_count, frame_times, spans
from dreamgen.core.story import Shot


@pytest.mark.parametrize(("seconds", "frames"), [(2.0, 48), (0.01, 1), (2.02, 48), (2.03, 49), (1.5625, 38), (0.1, 2)])
def test_seconds_become_the_nearest_number_of_frames(seconds: float, frames: int) -> None:
    assert frame_count(seconds, 24) == frames


@given(st.lists(st.floats(0.05, 20), min_size=1, max_size=12), st.sampled_from([8, 12, 24, 30]), st.integers(0, 100))
def test_spans_follow_each_other_without_a_gap(lengths: list[float], fps: int, first: int) -> None:
    shots = [Shot(id=f"shot-{k}", location="x", seconds=seconds) for k, seconds in enumerate(lengths)]

    found = spans(shots, fps, first)

    assert found[0].first == first
    assert [span.shot for span in found] == [shot.id for shot in shots]
    assert all(before.stop == after.first for before, after in pairwise(found))
    for span, shot in zip(found, shots, strict=True):
        assert span.stop - span.first == len(frame_times(shot, fps)) >= 1
        assert abs((span.stop - span.first) / fps - shot.seconds) <= max(0.5 / fps, 1 / fps - shot.seconds) + 1e-9


def test_frames_are_taken_at_even_times_within_the_shot() -> None:
    times = frame_times(Shot(id="shot-1", location="x", seconds=1.0), 8)

    assert times == (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875)
