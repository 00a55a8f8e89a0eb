"""`dreamgen pack` and `dreamgen unpack` as they are typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dreamgen.cli.main import app
from tests.scripted import ScriptedServer


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_packing_prints_the_file_and_says_how_small_it_is(one_shot: Path, tmp_path: Path) -> None:
    result = run("pack", one_shot, "--out", tmp_path / "small.tar.gz")
    assert result.exit_code == 0
    assert result.stdout.strip() == str(tmp_path / "small.tar.gz")
    assert "kB" in result.stderr


def test_without_a_name_the_file_lies_beside_the_run(one_shot_copy: Path) -> None:
    result = run("pack", one_shot_copy, "--quiet")
    assert result.stdout.strip() == str(one_shot_copy.parent / "run.pack.tar.gz")
    assert not result.stderr
    assert Path(result.stdout.strip()).is_file()


def test_a_run_that_is_named_from_within_is_packed_beside_it(
    one_shot_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(one_shot_copy)
    result = run("pack", ".", "--quiet")
    assert Path(result.stdout.strip()) == one_shot_copy.resolve().parent / "run.pack.tar.gz"
    assert not list(one_shot_copy.glob("*.gz"))


@pytest.mark.parametrize("words", [("--set", "bulk.lease=7"), ("--videos", ".")])
def test_options_for_other_packs_are_not_passed_over(words: tuple[str, str], one_shot: Path, tmp_path: Path) -> None:
    run("pack", one_shot, "--out", tmp_path / "small.tar.gz")
    result = run("unpack", tmp_path / "small.tar.gz", "--out", tmp_path / "again", *words)
    assert result.exit_code == 2 and f"{words[0]} is for a pack of" in result.stderr
    assert not (tmp_path / "again").exists()


@pytest.mark.slow
def test_unpacking_says_that_all_bytes_are_as_they_were(one_shot: Path, tmp_path: Path) -> None:
    run("pack", one_shot, "--out", tmp_path / "small.tar.gz")
    result = run("unpack", tmp_path / "small.tar.gz", "--out", tmp_path / "again")
    assert result.exit_code == 0
    assert "have the bytes they had" in result.stderr
    assert "report.html" in result.stderr


def test_unpacking_tells_what_came_out_otherwise(
    one_shot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever rebuilds it leaves everything out."""
    run("pack", one_shot, "--out", tmp_path / "small.tar.gz")
    monkeypatch.setattr("dreamgen.run.unpacking.rebuild", lambda *_: None)
    result = run("unpack", tmp_path / "small.tar.gz", "--out", tmp_path / "again", "--json", "--quiet")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert {one["how"] for one in told["found"]} == {"missing"}
    assert "error:" in result.stderr


@pytest.mark.slow
def test_a_story_that_a_model_wrote_is_not_paid_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small = ("size=192x108", "fps=8", "look=flat", "shots=1", 'verify=["sight"]', 'export=["llava"]')
    changes = [word for change in small for word in ("--set", change)]
    theme = ("--theme", "a lost letter", "--expand", "1x1x1", "--quiet")
    with ScriptedServer() as server:
        asking = ("--model", "served", "--base-url", server.url)
        assert run("story", *theme, *asking, *changes, "--out", "run").exit_code == 0
        assert server.asked
    assert run("pack", "run", "--out", "small.tar.gz").exit_code == 0
    result = run("unpack", "small.tar.gz", "--out", "again")  # nobody is there who could be asked
    assert result.exit_code == 0, result.output
    assert re.search("all [0-9]+ files have the bytes they had", result.stderr)


@pytest.mark.parametrize(
    "words", [("pack", "nowhere"), ("unpack", "nowhere.tar.gz", "--out", "here"), ("verify-run", "no")]
)
def test_what_is_not_there_is_told_without_a_traceback(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2
    assert "there is no" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.iterdir())
