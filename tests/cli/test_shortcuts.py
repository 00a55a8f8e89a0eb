from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.engines import guessing
from dreamgen.run.opened import open_run
from tests.metrics.shortcuts.planted import dataset

CLI = CliRunner()


@pytest.fixture
def leaky(finished: Path, tmp_path: Path) -> Path:
    """A run whose pairs are others, half of which give themselves away."""
    folder = Path(shutil.copytree(finished, tmp_path / "run"))
    pairs = dataset("answer", 1, clips=8)
    path = open_run(folder).story.folder / "pairs.jsonl"
    path.write_text("".join(pair.model_dump_json() + "\n" for pair in pairs), "utf-8")
    return folder


@pytest.mark.slow
def test_the_audit_is_told_in_words_then_as_a_table(leaky: Path) -> None:
    pytest.importorskip("sklearn")
    told = CLI.invoke(app, ["evaluate", "shortcuts", str(leaky), "-q"], env={"COLUMNS": "140"})
    assert told.exit_code == 0, told.output
    assert "of the 40 choices could be answered; chance is 25 %." in told.stdout
    assert "text-only learner" in told.stdout
    found = json.loads(CLI.invoke(app, ["evaluate", "shortcuts", str(leaky), "-q", "--json"]).stdout)
    assert found == json.loads((leaky / "shortcuts.json").read_text("utf-8"))
    assert any(row["found"] and row["by"] == "answer" for row in found["rows"])


def test_without_the_library_it_says_how_to_get_it(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "learns", lambda: False)
    told = CLI.invoke(app, ["evaluate", "shortcuts", str(finished)])
    assert told.exit_code == 3
    assert 'pip install "dreamgen[audit]"' in told.stderr


def test_there_must_be_a_run(tmp_path: Path) -> None:
    assert CLI.invoke(app, ["evaluate", "shortcuts", str(tmp_path)]).exit_code == 2
