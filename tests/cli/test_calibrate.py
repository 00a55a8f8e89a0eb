from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.run.reference import read_profile

CLI = CliRunner()


@pytest.mark.slow
def test_a_run_is_told_of_in_words_and_kind_by_kind(finished: Path) -> None:
    told = CLI.invoke(app, ["calibrate", str(finished)])
    assert told.exit_code == 0, told.output
    assert "of the pairs are estimated to be wrong" in told.stdout
    assert "Shown a blank video, the verifier pixels upheld" in told.stdout
    assert "there is no profile of pixels" in told.stdout or "was measured on" in told.stdout
    assert "time of day" in told.stdout
    assert "still wrong" in told.stdout
    assert "…" not in told.stdout, "the table fits a terminal"


@pytest.mark.slow
def test_another_verifier_is_tried_on_a_run(finished: Path) -> None:
    told = CLI.invoke(app, ["calibrate", str(finished), "--set", "verify=tests.run.liars:YesSayer", "--json", "-q"])
    assert told.exit_code == 0, told.output
    (voice,) = json.loads(told.stdout)["voices"]
    assert voice["believed"] is False
    assert voice["findings"][0] == "says yes to 100% of false claims"


@pytest.mark.slow
def test_films_of_random_stories_make_a_profile(tmp_path: Path) -> None:
    out = tmp_path / "liars.json"
    changes = ["verify=tests.run.liars:YesSayer", "size=128x72", "fps=2", "render.workers=1", "clip.workers=1"]
    command = ["calibrate", "--stories", "1", "--films", str(tmp_path / "films"), "--out", str(out), "--style", "flat"]
    told = CLI.invoke(app, [*command, *(part for change in changes for part in ("--set", change))])
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[-1] == str(out)
    assert "calibrate: made story 9000" in told.stderr
    assert "says yes to 100% of false claims" in told.stdout
    profile = read_profile(out)
    assert (profile.stories, profile.size, profile.fps, profile.animator) == (1, (128, 72), 2, "storyboard")
    assert {row.said[0][0] for row in profile.rows} == {"s"}
    assert sum(row.n for row in profile.rows if not row.true) > 50
    assert "the filter dropped 0.0 %" in told.stdout and "planted wrong pairs" in told.stdout
    assert profile.filtering and profile.filtering.rows[-1].kind == "all"
    assert profile.filtering.rows[-1].wrong[0] >= 50 and profile.filtering.rows[-1].found == (0,)


def test_what_a_model_draws_is_no_measure(tmp_path: Path) -> None:
    told = CLI.invoke(app, ["calibrate", "--recipe", "sdxl", "--films", str(tmp_path / "films")])
    assert told.exit_code == 2
    assert "nobody knows what its pictures show" in told.stderr
    assert not (tmp_path / "films").exists()


def test_a_run_and_a_profile_at_once_is_a_mistake(tmp_path: Path) -> None:
    told = CLI.invoke(app, ["calibrate", str(tmp_path), "--out", "p.json"])
    assert told.exit_code == 2
    assert "--out is for profiles" in told.stderr
