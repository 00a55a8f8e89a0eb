from __future__ import annotations

from fractions import Fraction

from dreamgen.annotate.shots import Shots, together
from tests.annotate.footage import scene


def test_two_detectors_name_a_cut_once() -> None:
    times = [n / 25 for n in range(100)]
    assert together([[30, 60], [33, 80], [59]], times) == (30, 60, 80)
    assert together([[0, 100, 50]], times) == (50,)


def test_the_shots_of_a_video_are_found_while_its_frames_go_by() -> None:
    frames = [*scene(1, 30), *scene(2, 30)]
    shots, none = Shots(("steps",), Fraction(25)), Shots((), Fraction(25))
    for number, picture in enumerate(frames):
        shots.see(number, picture)
        none.see(number, picture)
    times = [n / 25 for n in range(60)]
    assert shots.cuts(times) == (30,)
    assert none.cuts(times) == ()
