"""Files of every kind go through the run: clips, or a counted reason."""

from __future__ import annotations

import json
import os
import signal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dreamgen.annotate.cutting import Cutout, Cutting
from dreamgen.engines.crashing import SUSPECTS
from dreamgen.errors import DreamgenError
from dreamgen.run.annotating import annotate
from dreamgen.run.found_clips import Share, _cut
from dreamgen.run.recipe import read_recipe
from tests.annotate.footage import film, scene, song


@pytest.fixture(scope="module")
def odd_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What people have on their disks."""
    folder = tmp_path_factory.mktemp("odd") / "videos"
    folder.mkdir()
    whole = film(folder / "plain.mp4", scene(1, 60), sound=True).read_bytes()
    film(folder / "vfr.mkv", scene(2, 30), times=[n * 40 + n * n for n in range(30)])
    film(folder / "slow.mp4", scene(3, 3), rate=Fraction(1, 10))
    film(folder / "fast.mp4", scene(4, 700), rate=1000)
    film(folder / "turned.mp4", scene(5, 30), turn=90)
    film(folder / "one.mp4", scene(6, 1))
    film(folder / "odd.mkv", scene(7, 30, (97, 65)), pixels="yuv444p")
    film(folder / "deep.mp4", scene(8, 30), pixels="yuv420p10le")
    film(folder / "hdr.mp4", scene(9, 30), pixels="yuv420p10le", curve=16)
    film(folder / "large.mp4", scene(10, 8, (3840, 2160)), rate=8, options={"preset": "ultrafast"})
    film(folder / "old.avi", scene(11, 30), codec="mpeg4")
    cut = film(folder / "cut.mkv", scene(12, 90), options={"crf": "1"})
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    (folder / "half.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "same.mp4").write_bytes(whole)
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("no film\n" * 100, "utf-8")
    song(folder / "song.mp4")
    return folder


def crashing(options: Cutting, share: Share) -> Cutout:
    """Cuts with a decoder that can't stand one of the files."""
    if share.film.source.name == "bad.mp4":
        os.kill(os.getpid(), signal.SIGSEGV)
    return _cut(options, share)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_every_file_gives_clips_or_a_counted_reason(odd_files: Path, tmp_path: Path) -> None:
    recipe = read_recipe("annotate", ["cut.shortest=0.5"])
    annotate([odd_files], recipe, tmp_path / "run", "cut")
    videos = tmp_path / "run" / "videos"
    used = {source["id"]: source["name"] for source in _lines(videos / "sources.jsonl")}
    rejects = {one["what"]: one["reason"] for one in _lines(videos / "rejects.jsonl") if one["kind"] == "video"}
    assert rejects == {
        "empty.mp4": "empty", "half.mp4": "unreadable", "same.mp4": "duplicate", "song.mp4": "audio_only",
        "text.mp4": "unreadable",
    }  # fmt: skip
    assert sorted([*used.values(), *rejects]) == sorted(os.listdir(odd_files))
    clips = {path.stem.rpartition("-")[0] for path in (videos / "clips").iterdir()}
    dropped = {one["what"].rpartition("-")[0] for one in _lines(videos / "rejects.jsonl") if one["kind"] == "clip"}
    assert {name for number, name in used.items() if number not in clips | dropped} == set()
    assert [used[one] for one in used if one not in clips] == ["one.mp4"]
    told = [(one["what"], one["reason"]) for one in _lines(videos / "rejects.jsonl") if one["kind"] == "stretch"]
    assert told == [("cut.mkv", "truncated")]


def test_when_nothing_is_left_the_reasons_are_there(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mp4").touch()
    film(tmp_path / "in" / "b.mp4", scene(1, 1))
    told = tmp_path / "run" / "videos" / "rejects.jsonl"
    with pytest.raises(DreamgenError, match=r"no clip is left to look at \(1 empty, 1 too_short\)") as error:
        annotate([tmp_path / "in"], read_recipe("annotate"), tmp_path / "run")
    assert str(told) in error.value.hint
    reasons = {one["what"]: one["reason"] for one in _lines(told)}
    assert reasons["a.mp4"] == "empty"
    assert "too_short" in reasons.values()


@pytest.mark.slow
def test_several_processes_make_the_same_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    for number in range(2):
        film(tmp_path / "in" / f"{number}.mkv", scene(number, 20), codec="mpeg4")
    monkeypatch.setattr("dreamgen.run.found_clips.WORTH_A_CREW", 0.0)
    made = []
    for workers in (1, 2):
        run = tmp_path / f"run-{workers}"
        annotate([tmp_path / "in"], read_recipe("annotate", [f"cut.workers={workers}", "cut.shortest=0.5"]), run, "cut")
        made.append({path.name: path.read_bytes() for path in sorted((run / "videos").glob("*/*")) if path.is_file()})
    assert made[0] == made[1]
    assert len(made[0]) == 4


def test_a_video_at_which_the_last_run_crashed_is_left_out_and_counted_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    for name in ("bad", "good"):
        film(tmp_path / "in" / f"{name}.mp4", scene(len(name), 60))
    run, videos = tmp_path / "run", tmp_path / "run" / "videos"
    videos.mkdir(parents=True)
    (videos / SUSPECTS).write_text('["bad.mp4"]', "utf-8")  # all that the run had put down when it ended
    with monkeypatch.context() as short_of_memory:
        short_of_memory.setattr("dreamgen.run.found_clips._cut", crashing)
        annotate([tmp_path / "in"], read_recipe("annotate"), run, "cut")

    (told,) = _lines(videos / "rejects.jsonl")
    assert (told["what"], told["reason"]) == ("bad.mp4", "crashes_decoder")
    assert "signal 11 (Segmentation fault)" in told["detail"]
    assert [path.name.partition("-")[0] for path in (videos / "clips").iterdir()] == ["good"]

    annotate([tmp_path / "in"], read_recipe("annotate"), run, "cut")
    assert _lines(videos / "rejects.jsonl") == [], "it may have been no fault of the video"
    assert sorted(path.name.partition("-")[0] for path in (videos / "clips").iterdir()) == ["bad", "good"]


def test_a_changed_file_is_cut_again_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(2):
        film(tmp_path / "in" / f"{number}.mp4", scene(number, 60))
    recipe, run = read_recipe("annotate"), tmp_path / "run"
    annotate([tmp_path / "in"], recipe, run, "cut")
    clips = {path.name: path.stat().st_mtime_ns for path in (run / "videos" / "clips").iterdir()}
    film(tmp_path / "in" / "1.mp4", scene(5, 70))
    annotate([tmp_path / "in"], recipe, run, "cut")
    now = {path.name: path.stat().st_mtime_ns for path in (run / "videos" / "clips").iterdir()}
    assert len(now) == 2
    assert [name for name in clips if now.get(name) == clips[name]] == [name for name in clips if name.startswith("0-")]
