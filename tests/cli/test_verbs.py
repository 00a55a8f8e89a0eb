from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import read_recipe
from dreamgen.style.book import style_names
from tests.decided import write_run

CLI = CliRunner()


@pytest.mark.slow
def test_why_goes_from_a_pair_back_to_the_seed(finished: Path) -> None:
    story = open_run(finished).story
    pair = story.pairs[0]
    told = CLI.invoke(app, ["why", pair.id, "--run", str(finished)])
    assert told.exit_code == 0
    for part in (pair.turns[0].text, *pair.claims, pair.clip, story.story.title, "seed  0"):
        assert part in told.stdout


@pytest.mark.slow
def test_why_knows_the_names_that_a_dataset_uses(finished: Path) -> None:
    story = open_run(finished).story
    name = json.loads((finished / "dataset/llava/train.json").read_text())[0]["id"]
    chain = json.loads(CLI.invoke(app, ["why", name, "--run", str(finished), "--json"]).stdout)
    assert name == f"{story.story.id}-{chain['pair']['id']}"
    assert [link["claim"]["id"] for link in chain["claims"]] == chain["pair"]["claims"]
    assert all(link["verdict"]["about"] == link["claim"]["id"] for link in chain["claims"])
    assert chain["shots"]


@pytest.mark.slow
def test_why_guesses_the_pair_that_was_meant(finished: Path) -> None:
    pair = open_run(finished).story.pairs[0]
    told = CLI.invoke(app, ["why", pair.id[:-1], "--run", str(finished)])
    assert told.exit_code == 2
    assert f"Did you mean {pair.id!r}?" in told.stderr


@pytest.mark.slow
def test_why_tells_what_became_of_a_dropped_pair(finished: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    folder = open_run(run).story.folder
    line = {
        "what": "lost-pair",
        "kind": "pair",
        "stage": "screen",
        "reason": "near_duplicate",
        "detail": "like another",
    }
    with (folder / "rejects.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")
    told = CLI.invoke(app, ["why", "lost-pair", "--run", str(run)])
    assert "lost-pair was dropped by screen: near_duplicate" in told.stderr
    assert "like another" in told.stderr


def test_why_without_a_run(tmp_path: Path) -> None:
    told = CLI.invoke(app, ["why", "pair", "--run", str(tmp_path)])
    assert told.exit_code == 2
    assert "there is no run in" in told.stderr and "dreamgen annotate" in told.stderr


def test_why_takes_the_run_before_the_pair_as_other_verbs_do(tmp_path: Path) -> None:
    run = str(write_run(tmp_path / "run"))
    told = CLI.invoke(app, ["why", run, "colour-1"])
    assert told.exit_code == 0, told.output
    assert told.stdout == CLI.invoke(app, ["why", "colour-1", "--run", run]).stdout
    twice = CLI.invoke(app, ["why", run, "colour-1", "--run", run])
    assert twice.exit_code == 2 and "Write: dreamgen why RUN PAIR" in twice.stderr
    turned = CLI.invoke(app, ["why", "colour-1", run])
    assert turned.exit_code == 2 and f"Write: dreamgen why {run} colour-1" in turned.stderr


@pytest.mark.slow
def test_export_adds_a_form_and_keeps_the_others(finished: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    shutil.rmtree(run / "dataset/llava")
    told = CLI.invoke(app, ["export", str(run), "--format", "llava"])
    assert told.exit_code == 0, told.output
    assert told.stdout.strip() == str(run / "dataset/llava")
    assert (run / "dataset/llava/train.json").read_bytes() == (finished / "dataset/llava/train.json").read_bytes()
    assert (run / "dataset/huggingface/README.md").is_file()


@pytest.mark.slow
def test_export_touches_no_form_that_it_was_not_asked_about(finished: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    (run / "recipe.toml").write_text(read_recipe("storyboard", ['export=["llava"]']).toml(), "utf-8")
    (run / "dataset/llamafactory").rename(run / "dataset/elsewhere")
    assert CLI.invoke(app, ["export", str(run), "--format", "llava"]).exit_code == 0
    assert (run / "dataset/huggingface/README.md").is_file()
    assert not (run / "dataset/llamafactory").exists()


def test_export_lists_the_forms(tmp_path: Path) -> None:
    told = CLI.invoke(app, ["export", str(tmp_path), "--format", "lava"])
    assert told.exit_code == 2
    assert "Did you mean 'llava'?" in told.stderr


@pytest.mark.slow
def test_report_is_written_again(finished: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    (run / "report.html").unlink()
    assert CLI.invoke(app, ["report", str(run)]).stdout.strip() == str(run / "report.html")
    assert (run / "report.html").read_bytes() == (finished / "report.html").read_bytes()


def test_styles_are_listed_with_what_they_look_like() -> None:
    lines = CLI.invoke(app, ["style", "list"]).stdout.splitlines()
    assert tuple(line.split()[0] for line in lines) == style_names()
    assert all(len(line.split()) > 3 for line in lines)
    packs = json.loads(CLI.invoke(app, ["style", "list", "--json"]).stdout)
    assert tuple(packs) == style_names()
