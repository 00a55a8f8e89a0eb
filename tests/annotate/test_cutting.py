from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from dreamgen.annotate.cutting import Cutout, Cutting, cut, libraries
from dreamgen.annotate.ingest import read_videos
from dreamgen.annotate.novelty import Novelty
from dreamgen.annotate.signals import read_signals
from dreamgen.engines.accelerators import installed
from dreamgen.engines.video import probe, read_frames
from dreamgen.errors import MissingExtra
from tests.annotate.footage import Pixels, film, page, scene


def _cut(path: Path, into: Path, options: Cutting, threads: int = 0) -> Cutout:
    (found,), _ = read_videos([path])
    into.mkdir(exist_ok=True)
    return cut(found.path, found.source, options, into, threads)


def test_a_video_becomes_clips_that_say_where_they_come_from(tmp_path: Path) -> None:
    frames = [*scene(1, 50), *scene(2, 50), *scene(3, 50)]
    source = film(tmp_path / "a.mp4", frames, every=50, sound=True)
    made = _cut(source, tmp_path / "out", Cutting(longest=4.0))
    assert not made.rejects
    one, two = made.clips
    assert [(span.first, span.stop) for span in one.spans] == [(0, 50), (50, 100)]
    assert [(clip.excerpt.start, clip.excerpt.end, clip.excerpt.copied) for clip in made.clips if clip.excerpt] == [
        (0.0, 4.0, True),
        (4.0, 6.0, True),
    ]
    assert (one.origin, one.motion, one.pictures, two.excerpt and two.excerpt.keyframes[:1]) == (
        "found", "found", "found", (0.16,),
    )  # fmt: skip
    for clip in made.clips:
        facts = probe(tmp_path / "out" / clip.video.path)
        assert (clip.frames, clip.fps, clip.size) == (facts.frames, float(facts.fps), facts.size)
        assert len(list(read_frames(tmp_path / "out" / clip.video.path))) == clip.frames
        assert clip.signals is not None
        signals = read_signals(tmp_path / "out" / clip.signals.path)
        assert len(signals.seconds) == clip.frames
        assert signals.seconds[0] == 0
        assert len(signals.loudness) > 15


def test_H2_clips_without_novelty_are_dropped_and_counted(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4", [scene(1, 1)[0]] * 150, every=25)
    made = _cut(source, tmp_path / "out", Cutting(longest=2.0))
    assert [clip.id[-3:] for clip in made.clips] == ["001"]
    assert [(reject.what[-3:], reject.kind, reject.reason) for reject in made.rejects] == [
        ("002", "clip", "nothing_new"),
        ("003", "clip", "nothing_new"),
    ]
    kept = _cut(source, tmp_path / "two", Cutting(longest=2.0, novelty=Novelty(drop=False)))
    assert len(kept.clips) == 3


def test_H3_the_duration_window_is_kept_shot_by_shot(tmp_path: Path) -> None:
    frames = [*scene(1, 50), *scene(2, 24), *scene(3, 76)]
    options = Cutting(unit="shots", shortest=1.0, longest=3.0)
    made = _cut(film(tmp_path / "a.mp4", frames, every=25), tmp_path / "out", options)
    assert [clip.frames for clip in made.clips] == [50]
    assert [reject.reason for reject in made.rejects] == ["too_short", "too_long"]


def test_what_a_file_lacks_is_told(tmp_path: Path) -> None:
    whole = film(tmp_path / "a.mkv", [*scene(1, 60), *scene(2, 60)], options={"crf": "1"}).read_bytes()
    (tmp_path / "half.mkv").write_bytes(whole[: len(whole) // 2])
    made = _cut(tmp_path / "half.mkv", tmp_path / "out", Cutting(shortest=0.5))
    assert len(made.clips) == 1
    assert [(reject.kind, reject.reason) for reject in made.rejects] == [("stretch", "truncated")]
    one = _cut(film(tmp_path / "one.mp4", scene(1, 1)), tmp_path / "out", Cutting())
    assert [reject.reason for reject in one.rejects] == ["too_short"]


def test_what_no_trainer_would_load_is_dropped_and_counted(tmp_path: Path) -> None:
    small = _cut(film(tmp_path / "a.mp4", scene(1, 25, (96, 48))), tmp_path / "out", Cutting(shortest=0.5))
    assert [reject.reason for reject in small.rejects] == ["too_small"]
    few = _cut(film(tmp_path / "b.mp4", scene(1, 7), rate=5), tmp_path / "out", Cutting(shortest=0.5))
    assert [reject.reason for reject in few.rejects] == ["too_few_frames"]
    assert not (small.clips or few.clips)


def test_hdr_is_told_where_it_is_brought_to_an_ordinary_screen(tmp_path: Path) -> None:
    bright = film(tmp_path / "a.mp4", scene(1, 25), pixels="yuv420p10le", curve=18)
    (clip,) = _cut(bright, tmp_path / "out", Cutting(shortest=0.5)).clips
    assert clip.strained.startswith("HDR (HLG)")


def test_the_same_video_is_cut_to_the_same_bytes(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mkv", [*scene(1, 40), *scene(2, 40)], codec="mpeg4", sound=True)
    made = [_cut(source, tmp_path / name, Cutting()) for name in ("one", "two")]
    assert made[0] == made[1]


def test_a_window_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="no clip is"):
        Cutting(shortest=10, longest=5)


def test_detectors_need_their_library_before_anything_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.engines.shotfinding.installed", lambda library: False)
    Cutting().ready()
    with pytest.raises(MissingExtra):
        Cutting(detectors=("content", "fades")).ready()


@pytest.mark.skipif(not installed("scenedetect"), reason="the extra annotate is not installed")
def test_scenedetect_cuts_as_our_own_does_where_both_see_it(tmp_path: Path) -> None:
    frames: list[Pixels] = [*scene(1, 50), *scene(2, 50)]
    source = film(tmp_path / "a.mp4", frames)
    options = Cutting(unit="shots", detectors=("content", "adaptive", "fades"))
    assert [clip.frames for clip in _cut(source, tmp_path / "out", options).clips] == [50, 50]
    assert libraries(options)[0][0] == "scenedetect"
    assert libraries(Cutting()) == ()


def test_a_damaged_video_is_cut_to_the_same_bytes_whatever_the_threads(tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4", [*scene(1, 60), *scene(2, 60)], every=30, options={"bf": "2"})
    broken = bytearray(source.read_bytes())
    for place in range(len(broken) // 4, len(broken) * 3 // 4, 397):
        broken[place] ^= 0x5A
    source.write_bytes(broken)
    alone, two, many = (_cut(source, tmp_path / f"by-{threads}", Cutting(), threads) for threads in (1, 2, 0))
    assert [reject.reason for reject in alone.rejects] == ["damaged"]
    assert alone.clips
    assert two == alone
    assert many == alone


def test_what_was_measured_ends_with_the_clip_where_the_rate_varies(tmp_path: Path) -> None:
    times = [*range(0, 10_000, 500), *range(10_000, 13_600, 20)]
    source = film(tmp_path / "a.mp4", scene(1, len(times), (192, 96)), times=times)
    (clip,) = _cut(source, tmp_path / "out", Cutting(novelty=Novelty(drop=False))).clips
    assert clip.signals is not None
    signals = read_signals(tmp_path / "out" / clip.signals.path)
    assert signals.end <= clip.seconds + 1e-6
    assert signals.end == pytest.approx(clip.seconds, abs=0.5 / clip.fps)


def test_another_page_of_text_is_new_though_it_has_the_same_colours_and_edges(tmp_path: Path) -> None:
    pages = [page(number) for number in (1, 2)]
    source = film(tmp_path / "a.mp4", [sheet for sheet in pages for _ in range(50)], every=25)
    made = _cut(source, tmp_path / "out", Cutting(longest=2.0, detectors=()))
    assert [len(clip.excerpt.keyframes) for clip in made.clips if clip.excerpt] == [1, 1]
    assert not made.rejects
