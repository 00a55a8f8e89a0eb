from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.core.base import derived_random
from tests.scripted import Asked, ScriptedServer

CLI = CliRunner()


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def inventor(asked: Asked) -> dict[str, list[str]]:
    """Ten themes without a word in common, which follow from the question."""
    lot = derived_random(0, asked.digest)
    return {"themes": [" ".join("".join(lot.choices("abcdefghijklmnop", k=7)) for _ in range(8)) for _ in range(10)]}


def themes(server: ScriptedServer, *arguments: str) -> tuple[int, str, str]:
    told = CLI.invoke(app, ["themes", *arguments, "--model", "served", "--base-url", server.url])
    return told.exit_code, told.stdout, told.stderr


def test_themes_come_in_their_shares_and_are_paid_for_once() -> None:
    with ScriptedServer(reply=inventor) as server:
        code, out, words = themes(server, "16", "--genres", "drama=3,comedy=1", "--out", "ideas.jsonl")
        assert (code, out) == (0, "ideas.jsonl\n"), words
        calls = len(server.asked)
        assert calls == 3
        before = Path("ideas.jsonl").read_bytes()
        assert themes(server, "16", "--genres", "drama=3,comedy=1", "--out", "ideas.jsonl")[0] == 0
        assert len(server.asked) == calls
    assert Path("ideas.jsonl").read_bytes() == before
    rows = [json.loads(line) for line in before.splitlines()]
    assert [row["genre"] for row in rows] == ["drama"] * 12 + ["comedy"] * 4
    assert set(rows[0]) == {"id", "genre", "theme", "seed"}
    assert "75.0%" in words
    assert "themes: 3 of 3 calls answered" in words


def test_too_few_are_told(tmp_path: Path) -> None:
    same = {"themes": ["An old keeper searches the harbour for a lost lantern."] * 10}
    with ScriptedServer(reply=lambda asked: same) as server:
        code, out, words = themes(server, "3", "--genres", "drama", "--strict", "--json")
    assert code == 5
    assert "1 of 3 themes: 1 genre got too few (drama)" in words
    assert (json.loads(out)["wanted"], json.loads(out)["got"]) == (3, 1)
    (drama,) = json.loads(out)["genres"]
    assert (drama["wanted"], drama["got"]) == (3, 1)
    assert drama["refused"] > 10


def test_too_few_are_told_without_strict_too_and_those_that_there_are_stay() -> None:
    same = {"themes": ["An old keeper searches the harbour for a lost lantern."] * 10}
    with ScriptedServer(reply=lambda asked: same) as server:
        code, out, words = themes(server, "4", "--genres", "drama,comedy")
    assert (code, out) == (0, "themes.jsonl\n")
    assert "1 of 4 themes: 1 genre got none (comedy), 1 genre got too few (drama). " in words
    assert "--seed or --model" in words
    # a quarter of all that was asked for, not all of what there is
    assert "25.0%" in words and "100.0%" not in words
    assert len(Path("themes.jsonl").read_text().splitlines()) == 1


def test_a_row_is_what_a_story_is_made_from() -> None:
    with ScriptedServer() as server:
        row = {"theme": "A baker hides a letter in the bread.", "genre": "comedy", "seed": 5}
        asked = ["--theme", row["theme"], "--genre", row["genre"], "--seed", str(row["seed"])]
        named = ["--model", "served", "--base-url", server.url, "--expand", "1x1x2"]
        told = CLI.invoke(app, ["story", *map(str, asked), *named, "--stop-after", "plan"])
    assert told.exit_code == 0, told.output


def test_without_a_model_nothing_is_made() -> None:
    told = CLI.invoke(app, ["themes", "3"])
    assert told.exit_code == 2
    assert "chat.model" in told.stderr
    assert not list(Path().iterdir())
