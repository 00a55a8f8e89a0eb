from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.run.opened import open_run
from tests.scripted import Behave, ScriptedServer

CLI = CliRunner()
THEME = ["--theme", "a lost letter", "--genre", "drama", "--expand", "1x2x3"]


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def story(server: ScriptedServer, *arguments: str) -> Any:
    return CLI.invoke(app, ["story", *arguments, "--model", "served", "--base-url", server.url])


def test_a_theme_becomes_a_planned_story(server: ScriptedServer) -> None:
    told = story(server, *THEME, "--stop-after", "plan", "--json")
    assert told.exit_code == 0, told.output
    summary = json.loads(told.stdout)
    assert summary["run"] == "outputs/a-lost-letter"
    assert summary["shots"] == 6
    assert summary["writing"]["model"] == "served"
    assert summary["writing"]["calls"] == len(server.asked) >= 5
    assert "by served: " in told.stderr
    assert "story: 0 of 5 calls answered" in told.stderr
    assert open_run(Path(summary["run"])).story.story.genre == "drama"


def test_a_dry_run_asks_nobody(server: ScriptedServer) -> None:
    told = story(server, *THEME, "--dry-run")
    assert told.exit_code == 0, told.output
    assert not server.asked
    assert not Path("outputs").exists()
    words = " ".join(told.stderr.split())
    assert "5 calls left" in words
    assert "how long served takes is not known" in words
    assert "6 shots, 17.4 s of film: 418 frames, 3 clips, about" in words
    assert story(server, *THEME, "--stop-after", "plan").exit_code == 0
    words = " ".join(story(server, *THEME, "--dry-run").stderr.split())
    assert "0 calls left" in words
    assert "tokens a second for each call, as measured on" in words
    assert "in a-lost-letter" in words


def test_a_dry_run_says_when_a_limit_would_stop_it(server: ScriptedServer) -> None:
    told = story(server, *THEME, "--dry-run", "--max-calls", "4")
    assert told.exit_code == 0
    assert "the limit of 4 calls stops it before it is done: 5 are left" in " ".join(told.stderr.split())
    told = story(server, *THEME, "--dry-run", "--max-tokens", "100")
    assert "the limit of 100 tokens stops it before it is done, after about 0 of the 5" in told.stderr
    assert "stops it" not in story(server, *THEME, "--dry-run", "--max-calls", "5").stderr


def test_a_dry_run_as_json_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    told = CLI.invoke(app, ["story", *THEME, "--model", "openai:gpt-5-mini", "--dry-run", "--json"])
    assert told.exit_code == 0, told.output
    cost = json.loads(told.stdout)
    assert (cost["writing"]["calls"], cost["writing"]["seconds"], cost["estimate"]["clips"]) == (5, None, 3)
    assert "OPENAI_API_KEY" in cost["missing"]


@pytest.mark.parametrize("named", ["nowhere", "./nowhere", "openai:", "served --base-url nowhere"])
def test_a_model_that_is_named_wrongly_is_wrong_usage(named: str) -> None:
    told = CLI.invoke(app, ["story", *THEME, "--model", *named.split()])
    assert told.exit_code == 2
    assert "--model (chat.model)" in told.stderr or "--base-url (chat.base_url)" in told.stderr


@pytest.mark.parametrize("name", ["none.txt", "none.json", "bad.json", "empty.txt"])
def test_a_file_that_is_named_wrongly_is_wrong_usage(name: str) -> None:
    Path("bad.json").write_text("{}")
    Path("empty.txt").touch()
    assert CLI.invoke(app, ["story", name]).exit_code == 2
    assert CLI.invoke(app, ["import", "dreamframe", name]).exit_code == 2


def test_a_theme_without_a_model_is_told() -> None:
    for more in ([], ["--dry-run"]):
        told = CLI.invoke(app, ["story", "--theme", "a lost letter", *more])
        assert told.exit_code == 2
        assert "--model" in told.stderr


def test_a_budget_stops_cleanly_and_the_run_goes_on_when_it_is_raised(server: ScriptedServer) -> None:
    command = (*THEME, "--stop-after", "plan")
    stopped = story(server, *command, "--max-calls", "3")
    assert stopped.exit_code == 1
    assert "--max-calls" in stopped.stderr
    assert len(server.asked) == 3
    words = " ".join(story(server, *THEME, "--dry-run").stderr.split())
    assert "2 calls left" in words
    assert story(server, *command).exit_code == 0
    assert len({asked.digest for asked in server.asked}) == len(server.asked)


def test_failed_calls_are_told_apart() -> None:
    with ScriptedServer([Behave(status=503, times=2, retry_after=0.0)]) as server:
        told = story(server, *THEME, "--stop-after", "plan", "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["writing"]["failed_calls"] == 2


def test_the_report_names_real_persons_and_what_was_mended(server: ScriptedServer) -> None:
    assert story(server, *THEME, "--stop-after", "plan", "--out", "run").exit_code == 0
    (path,) = Path("run/stories").glob("*/story.json")
    data = json.loads(path.read_text("utf-8"))
    data["cast"][0]["likeness"] = "Greta <Garbo>"
    data["writing"]["mends"] = [
        {"where": "shot-01-01-01", "rule": "not_held", "detail": "Mara has no lantern", "outcome": outcome}
        for outcome in ["repaired"] * 9 + ["dropped"] * 11
    ]
    path.write_text(json.dumps(data), "utf-8")
    assert CLI.invoke(app, ["report", "run"]).exit_code == 0
    page = Path("run/report.html").read_text("utf-8")
    assert "Contains likenesses of real persons: Greta &lt;Garbo&gt;." in page
    assert "9 steps that could not happen were mended by it, 11 were left out" in page
    assert page.count("Mara has no lantern") == 12
    assert "and 8 more in story.json" in page


@pytest.mark.slow
def test_a_whole_run_tells_how_its_story_was_written(server: ScriptedServer, tiny: tuple[str, ...]) -> None:
    changes = [part for change in tiny for part in ("--set", change)]
    told = story(server, "--theme", "a lost letter", "--expand", "1x1x2", *changes, "--json")
    assert told.exit_code == 0, told.output
    summary = json.loads(told.stdout)
    page = Path(summary["report"]).read_text("utf-8")
    assert "How the story was written" in page
    assert "story/premise_theme" in page
    card = Path(summary["run"], "dataset/huggingface/README.md").read_text("utf-8")
    assert "A language model, served, wrote the stories." in card
    assert "likeness" not in card


@pytest.mark.slow
def test_the_first_shots_alone_are_filmed(server: ScriptedServer, tiny: tuple[str, ...]) -> None:
    changes = [part for change in tiny for part in ("--set", change)]
    told = story(server, *THEME, "--shots", "2", "--stop-after", "render", *changes, "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["shots"] == 2
