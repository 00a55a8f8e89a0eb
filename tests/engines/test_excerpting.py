from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.excerpting import Excerpts, Piece
from dreamgen.engines.probing import probe_file
from dreamgen.engines.sound import read_sound
from dreamgen.engines.video import probe, read_frames
from dreamgen.engines.viewing import Seen, Tape, view
from dreamgen.engines.watching import watch
from tests.annotate.footage import Pixels, film, scene

FRAMES = [picture for number in range(4) for picture in scene(number, 24)]


def _excerpts(path: Path, side: int = 0) -> tuple[Excerpts, Tape]:
    facts, tape = probe_file(path), Tape()
    list(view(path, facts, tape))
    return Excerpts(path, facts, tape, side), tape


def _piece(tape: Tape, first: int, stop: int) -> Piece:
    times = [*tape.times, tape.end]
    return Piece(first, stop, times[first], times[stop])


def _pictures(path: Path) -> list[Pixels]:
    return [picture for _, picture in read_frames(path)]


def _off(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize(("name", "rate"), [("a.mp4", 25), ("a.mkv", Fraction(30000, 1001)), ("a.ts", 25)])
def test_from_key_frame_to_key_frame_the_bytes_are_copied(tmp_path: Path, name: str, rate: Fraction) -> None:
    source = film(tmp_path / name, FRAMES, rate=rate, sound=True, options={"bf": "2"})
    excerpts, tape = _excerpts(source)
    whole = [one for one in view(source, probe_file(source), Tape()) if isinstance(one, Seen)]
    for first, stop in ((0, 24), (24, 72), (72, 96)):
        clip = tmp_path / f"{first}.mp4"
        assert excerpts.write(_piece(tape, first, stop), clip)
        facts, pictures = probe(clip), _pictures(clip)
        assert (facts.frames, facts.fps, facts.size) == (stop - first, rate, (96, 64))
        assert [index for index, _ in read_frames(clip)] == list(range(stop - first))
        assert watch(clip).count == stop - first
        # not nearly the same: the same
        for shown, seen in zip(pictures, whole[first:stop], strict=True):
            assert np.array_equal(shown, seen.frame.to_ndarray(format="bgr24"))


def test_elsewhere_a_piece_is_encoded_again(tmp_path: Path) -> None:
    excerpts, tape = _excerpts(film(tmp_path / "a.mp4", FRAMES, options={"bf": "2"}))
    assert [excerpts.keyed(frame) for frame in (0, 11, 12, 24)] == [True, False, True, True]
    clip = tmp_path / "clip.mp4"
    assert not excerpts.write(_piece(tape, 30, 61), clip)
    pictures = _pictures(clip)
    assert len(pictures) == probe(clip).frames == 31
    assert max(_off(a, b) for a, b in zip(pictures, FRAMES[30:61], strict=True)) < 12


def test_the_same_piece_is_the_same_bytes(tmp_path: Path) -> None:
    excerpts, tape = _excerpts(film(tmp_path / "a.mp4", FRAMES, sound=True))
    for first, stop in ((0, 24), (5, 30)):
        written = []
        for name in ("one.mp4", "two.mp4"):
            excerpts.write(_piece(tape, first, stop), tmp_path / name)
            written.append((tmp_path / name).read_bytes())
        assert written[0] == written[1]


def test_sound_stays_with_its_pictures(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4", FRAMES, sound=True)
    excerpts, tape = _excerpts(source)
    for first, stop in ((24, 72), (30, 61)):  # copied, and encoded again
        excerpts.write(_piece(tape, first, stop), tmp_path / "clip.mp4")
        sound = read_sound(tmp_path / "clip.mp4")
        assert len(sound) / 44100 == pytest.approx((stop - first) / 25, abs=0.08)
        assert 4000 < np.abs(sound[8000:-8000].astype(int)).mean() < 8000  # a sine at 0.3


def test_a_rate_that_varies_becomes_constant(tmp_path: Path) -> None:
    # one second of each: 8 frames, 24 frames
    times = [*range(0, 1000, 125), *(1000 + n * 1000 // 24 for n in range(24))]
    excerpts, tape = _excerpts(film(tmp_path / "a.mkv", [*scene(1, 8), *scene(2, 24)], times=times))
    assert not excerpts.write(_piece(tape, 0, 32), tmp_path / "clip.mp4")
    facts, pictures = probe(tmp_path / "clip.mp4"), _pictures(tmp_path / "clip.mp4")
    assert facts.fps == 16
    assert facts.seconds == pytest.approx(2.0, abs=0.07)
    first = [_off(picture, scene(1, 1)[0]) < 20 for picture in pictures]
    assert first == [True] * 16 + [False] * 16


@pytest.mark.parametrize(("rate", "frames", "fps"), [(Fraction(1, 10), 3, 5), (Fraction(1000), 200, 30)])
def test_absurd_rates_become_sane(tmp_path: Path, rate: Fraction, frames: int, fps: int) -> None:
    excerpts, tape = _excerpts(film(tmp_path / "a.mp4", scene(1, frames), rate=rate))
    assert not excerpts.write(_piece(tape, 0, frames), tmp_path / "clip.mp4")
    facts = probe(tmp_path / "clip.mp4")
    assert facts.fps == fps
    assert facts.seconds == pytest.approx(float(frames / rate), abs=0.05)


def test_what_is_turned_odd_or_deep_is_made_plain(tmp_path: Path) -> None:
    turned = film(tmp_path / "turned.mp4", scene(1, 10), turn=90)
    odd = film(tmp_path / "odd.mkv", scene(1, 10, (97, 65)), pixels="yuv444p")
    deep = film(tmp_path / "deep.mp4", scene(1, 10), pixels="yuv420p10le", curve=16)
    sizes = {}
    for path in (turned, odd, deep):
        excerpts, tape = _excerpts(path)
        clip = tmp_path / f"{path.stem}-clip.mp4"
        assert not excerpts.write(_piece(tape, 0, 10), clip)
        sizes[path.stem] = probe(clip).size
        assert len(_pictures(clip)) == 10
    assert sizes == {"turned": (64, 96), "odd": (96, 64), "deep": (96, 64)}
    seen = next(picture for _, picture in read_frames(tmp_path / "turned-clip.mp4"))
    assert _off(seen, np.rot90(scene(1, 1)[0])) < 12  # 90 degrees counter-clockwise, as the file asks


def test_large_pictures_come_smaller_when_they_are_encoded_again(tmp_path: Path) -> None:
    excerpts, tape = _excerpts(film(tmp_path / "a.mkv", scene(1, 4, (320, 200)), codec="mpeg4"), side=160)
    excerpts.write(_piece(tape, 0, 4), tmp_path / "clip.mp4")
    assert probe(tmp_path / "clip.mp4").size == (160, 100)


def test_of_a_file_cut_short_what_is_there_is_seen(tmp_path: Path) -> None:
    whole = film(tmp_path / "a.mkv", FRAMES, sound=True).read_bytes()
    (tmp_path / "half.mkv").write_bytes(whole[: len(whole) // 2])
    facts, tape = probe_file(tmp_path / "half.mkv"), Tape()
    seen = [one for one in view(tmp_path / "half.mkv", facts, tape) if isinstance(one, Seen)]
    assert 20 < len(seen) < 80
    assert tape.end == pytest.approx(len(seen) / 25, abs=0.01)


def test_threads_change_nothing_that_is_seen(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", FRAMES)
    facts = probe_file(path)
    one, two = ([seen.picture for seen in view(path, facts, Tape(), n) if isinstance(seen, Seen)] for n in (1, 2))
    assert np.array_equal(np.stack(one), np.stack(two))


@pytest.mark.parametrize("name", ["a.avi", "a.h264"])
def test_where_clocks_go_back_or_are_missing_frames_are_counted(tmp_path: Path, name: str) -> None:
    source = film(tmp_path / name, FRAMES, options={"bf": "2"})
    excerpts, tape = _excerpts(source)
    assert tape.odd
    assert len(tape.times) == len(FRAMES)
    clip = tmp_path / "clip.mp4"
    assert not excerpts.write(_piece(tape, 20, 61), clip)
    seen = [one for one in view(source, probe_file(source), Tape()) if isinstance(one, Seen)]
    cut = _pictures(clip)
    assert len(cut) == 41
    for place in (0, 4, 28, 40):  # with shots that begin at 24 and 48
        assert _off(cut[place], seen[20 + place].frame.to_ndarray(format="bgr24")) < 4
