from __future__ import annotations

import numpy as np

from dreamgen.clip.soundtrack import Voice, mixed
from dreamgen.engines.sound import RATE, Sound


def tone(seconds: float, level: int) -> Sound:
    return np.full((round(seconds * RATE), 2), level, np.int16)


def at(track: Sound, seconds: float) -> int:
    return int(track[round(seconds * RATE), 0])


def test_music_plays_to_the_end_and_fades_in_and_out() -> None:
    track = mixed(10.0, tone(3.0, 8000), 0.5, [])
    assert len(track) == 10 * RATE
    assert (at(track, 0.0), at(track, 5.0), at(track, 7.5)) == (0, 4000, 4000)
    assert abs(at(track, 0.5) - 2000) < 5
    assert abs(at(track, 9.0) - 2000) < 5


def test_music_makes_way_for_a_voice_and_comes_back() -> None:
    quiet = mixed(10.0, tone(3.0, 8000), 1.0, [Voice(4.0, tone(1.0, 0))])
    assert (at(quiet, 3.5), at(quiet, 4.5), at(quiet, 5.5)) == (8000, 2000, 8000)
    assert 2000 < at(quiet, 3.85) < 8000


def test_voices_are_heard_where_they_begin_and_add_up() -> None:
    track = mixed(3.0, None, 1.0, [Voice(1.0, tone(1.0, 100)), Voice(1.5, tone(5.0, 50))])
    assert [at(track, second) for second in (0.5, 1.2, 1.7, 2.5)] == [0, 100, 150, 50]
    assert len(track) == 3 * RATE


def test_what_is_too_loud_is_cut_off_and_never_wraps() -> None:
    track = mixed(1.0, None, 1.0, [Voice(0.0, tone(1.0, 30000)), Voice(0.0, tone(1.0, 30000))])
    assert track.min() == track.max() == 32767


def test_a_voice_after_the_end_is_not_heard() -> None:
    assert not mixed(1.0, None, 1.0, [Voice(2.0, tone(1.0, 100))]).any()
