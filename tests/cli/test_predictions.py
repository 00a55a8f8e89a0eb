from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dreamgen.cli.main import app
from tests.decided import write_run
from tests.scripted.server import ScriptedServer

CLI = CliRunner()


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run, with a file of answers beside it: the choice is right, yes or no can't be read, the rest is missing."""
    (tmp_path / "model.jsonl").write_text(
        '{"id": "colour-1", "answer": "(B) Brown"}\n{"id": "seen-1", "answer": "Perhaps"}\n', "utf-8"
    )
    return write_run(tmp_path / "run")


def evaluate(run: Path, *more: str) -> Result:
    return CLI.invoke(app, ["evaluate", "predictions", str(run), str(run.parent / "model.jsonl"), *more])


def test_H8_the_table_is_printed_and_the_files_are_named(run: Path) -> None:
    told = evaluate(run)
    assert told.exit_code == 0, told.output
    rows = [line.split() for line in told.stdout.splitlines()]
    assert ["all", "accuracy", "0.500", "0.095–0.905", "ʷ", "0.417", "2", "1"] in rows
    assert ["choice", "accuracy", "1.000", "0.207–1.000", "ʷ", "0.333", "1", "0"] in rows
    assert told.stdout.splitlines()[-3:] == [
        str(run / "scores" / "model" / name) for name in ("scores.md", "scores.svg", "scores.json")
    ]
    assert told.stderr.splitlines()[:3] == [
        "Pairs of the run: 5; answered: 2.",
        "About marked subjects, none answered, so left out: 1.",
        "Not answered, and counted as wrong: 2.",
    ]
    assert "--form names the one that asked" in told.stderr


def test_programs_get_the_numbers_and_nothing_else(run: Path, tmp_path: Path) -> None:
    told = evaluate(run, "--json", "--only-answered", "--out", str(tmp_path / "there"))
    data = json.loads(told.stdout)
    assert (data["asked"], data["answered"], data["only_answered"]) == (4, 2, True)
    assert data == json.loads((tmp_path / "there" / "scores.json").read_text("utf-8"))
    assert evaluate(run, "--quiet").stdout.count("\n") == 3


def test_a_judge_is_named_with_its_server(run: Path) -> None:
    (run.parent / "model.jsonl").write_text('{"id": "where-1", "answer": "On a lawn."}\n', "utf-8")
    with ScriptedServer(reply=lambda one: {"mark": 7}) as server:
        told = evaluate(run, "--judge", "scripted", "--set", f"chat.base_url={server.url}", "--only-answered", "--json")
        assert told.exit_code == 0, told.output
        assert {one.body["temperature"] for one in server.asked} == {0.0}
    rows = {row["measure"]: row["value"] for row in json.loads(told.stdout)["rows"] if row["by"] == "overall"}
    assert rows["judge"] == 0.7


def test_a_mistake_is_told_in_a_sentence_with_the_line(run: Path) -> None:
    (run.parent / "model.jsonl").write_text("B\n", "utf-8")
    told = evaluate(run)
    assert told.exit_code == 2
    assert "line 1 is not JSON" in told.stderr and "Traceback" not in told.output
    assert evaluate(run, "--split", "tests").exit_code == 2
    told = evaluate(run, "--form", "lmseval")
    assert told.exit_code == 2 and "Did you mean 'lmmseval'?" in told.stderr


def test_options_of_a_judge_want_a_judge(run: Path) -> None:
    told = evaluate(run, "--set", "chat.base_url=http://127.0.0.1:1/v1")
    assert told.exit_code == 2 and "Name one: --judge MODEL." in told.stderr
