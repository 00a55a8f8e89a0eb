"""`dreamgen annotate` as people call it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.engines.video import write_video

CLI = CliRunner()


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    frames = [np.full((96, 160, 3), colour, np.uint8) for colour in ((200, 40, 20), (20, 30, 220)) for _ in range(36)]
    write_video(frames, folder / "colours.mp4", 12, (160, 96))
    (folder / "empty.mp4").touch()
    (folder / "about.csv").write_text("file,licence\ncolours.mp4,CC0-1.0\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def run(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("annotated") / "run"
    done = CLI.invoke(app, ["annotate", str(videos), "--about", str(videos / "about.csv"), "--out", str(out), "-q"])
    assert (done.exit_code, done.stdout.strip()) == (0, str(out))
    return out


def test_the_summary_counts_videos_clips_and_pairs(run: Path, videos: Path) -> None:
    arguments = ["annotate", str(videos), "--about", str(videos / "about.csv"), "--out", str(run), "--json", "-q"]
    done = CLI.invoke(app, [*arguments, "--strict"])
    told = json.loads(done.stdout)
    assert (told["videos"], told["clips"]) == (1, 1)
    assert told["pairs"] > 0
    assert told["dropped"]["videos"]
    assert done.exit_code == 5


def test_the_summary_tells_how_many_files_can_be_used(videos: Path, tmp_path: Path) -> None:
    done = CLI.invoke(app, ["annotate", str(videos), "--out", str(tmp_path / "run"), "--stop-after", "ingest"])
    assert done.exit_code == 0
    assert "1 of 2 that can be used" in done.stderr
    assert "empty.mp4" in (tmp_path / "run" / "videos" / "rejects.jsonl").read_text("utf-8")


def test_runs_of_videos_and_of_stories_do_not_share_a_folder(run: Path, videos: Path, tmp_path: Path) -> None:
    plot = tmp_path / "plot.txt"
    plot.write_text("Anna walks in a forest.", "utf-8")
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    done = CLI.invoke(app, ["story", str(plot), "--out", str(run)])
    assert done.exit_code == 2 and "is the folder of a run of videos" in done.stderr
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before
    told = tmp_path / "told"
    assert CLI.invoke(app, ["story", str(plot), "--out", str(told), "--stop-after", "plan"]).exit_code == 0
    done = CLI.invoke(app, ["annotate", str(videos), "--out", str(told)])
    assert done.exit_code == 2 and "is the folder of a run of stories" in done.stderr


def test_the_report_shows_the_clip_its_licence_and_what_was_dropped(run: Path) -> None:
    page = (run / "report.html").read_text("utf-8")
    for words in ("colours.mp4", "CC0-1.0", "empty.mp4", "1 video"):
        assert words in page


def test_why_leads_back_to_the_video(run: Path) -> None:
    pair = json.loads((run / "videos" / "pairs.jsonl").read_text("utf-8").splitlines()[0])["id"]
    told = CLI.invoke(app, ["why", pair, "--run", str(run)])
    assert told.exit_code == 0
    assert "colours.mp4, 0.00 to 6.00 s" in told.stdout


def test_a_dataset_comes_in_further_forms(run: Path) -> None:
    assert CLI.invoke(app, ["export", str(run), "--format", "llamavid"]).exit_code == 0
    assert (run / "dataset" / "llamavid").is_dir()


def test_a_verb_about_stories_says_that_there_is_none(run: Path) -> None:
    for verb in (["edit", str(run)], ["export", str(run), "--format", "dreamframe"]):
        done = CLI.invoke(app, verb)
        assert done.exit_code == 2
        assert "is of videos" in done.stderr


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = CLI.invoke(app, ["annotate", str(tmp_path / "nowhere"), "--out", str(tmp_path / "run")])
    assert done.exit_code == 2
    assert "nowhere" in done.stderr
    assert not (tmp_path / "run").exists()
