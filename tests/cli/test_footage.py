from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.engines.video import write_video
from dreamgen.run.annotating import annotate
from dreamgen.run.recipe import read_recipe

CLI = CliRunner()


@pytest.fixture(scope="module")
def annotated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one dark video of three seconds, whose title says what it is about."""
    folder = tmp_path_factory.mktemp("found")
    write_video((np.full((64, 96, 3), 9, np.uint8) for _ in range(24)), folder / "night.mp4", 8, (96, 64))
    (folder / "about.jsonl").write_text(json.dumps({"file": "night.mp4", "title": "A volcano by night"}), "utf-8")
    recipe = read_recipe("annotate", ("export=[]", "cut.workers=1"))
    annotate([folder / "night.mp4"], recipe, folder / "run", "qa", about=[folder / "about.jsonl"])
    return folder / "run"


def test_H9_the_numbers_are_printed(annotated: Path) -> None:
    told = CLI.invoke(app, ["evaluate", "footage", str(annotated)])
    assert told.exit_code == 0, told.output
    rows = {" ".join(line.split()[:-1]): line.split()[-1] for line in told.output.splitlines() if line.strip()}
    assert rows["clips"] == "1" and rows["seconds of a clip, mean"] == "3.00"
    assert rows["geography 1"].startswith("▇") and rows["words 1"].startswith("▇")


def test_H9_the_numbers_are_there_as_json(annotated: Path) -> None:
    told = json.loads(CLI.invoke(app, ["evaluate", "footage", str(annotated), "--json"]).output)
    assert (told["clips"], told["mean_seconds"]) == (1, 3.0)
    assert told["categories"] == [{"name": "geography", "clips": 1}]
    assert told["answers"] == round(told["answers_per_clip"] * told["clips"])


def test_a_run_of_a_story_has_no_footage(finished: Path) -> None:
    told = CLI.invoke(app, ["evaluate", "footage", str(finished)])
    assert told.exit_code == 2 and "no found footage" in told.output
