from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli import export as verb
from dreamgen.cli.main import app
from dreamgen.engines.loaders.loaded import Loaded
from dreamgen.export.holdout import Holdout
from dreamgen.run import checking_forms
from dreamgen.run.recipe import Choice, Recipe

CLI = CliRunner()


def test_a_form_is_written_and_read_by_its_rules(one_shot_copy: Path) -> None:
    told = CLI.invoke(app, ["export", str(one_shot_copy), "-f", "llamavid", "-f", "llava", "--check"])
    assert told.exit_code == 0, told.output
    head, first, second = (line.split() for line in told.stdout.splitlines()[:3])
    assert head == ["form", "pairs", "rows", "real", "loader", "arrived", "clip", "defects"]
    assert first[0] == "llamavid" and second[0] == "llava" and first[1:3] == second[1:3] == [first[1]] * 2
    assert first[-1] == "0" and (one_shot_copy / "dataset/llamavid/train.json").is_file()


def test_a_row_that_the_real_loader_drops_is_an_error(one_shot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking_forms, "loader_of", lambda form: lambda folder: Loaded("trainer 1.0", 3, False))
    told = CLI.invoke(app, ["export", str(one_shot), "-f", "llava", "--check", "--json"])
    assert told.exit_code == 1
    assert "1 form of 1 would not be read as written: llava" in told.stderr
    (found,) = json.loads(told.stdout)
    assert found["defects"] == [f"trainer 1.0: 3 of {found['rows']} rows arrived"]
    assert (found["delivered"], found["decoded"], found["loader"]) == (3, False, "trainer 1.0")


def test_rows_that_were_changed_are_written_anew_before_they_are_read(one_shot_copy: Path) -> None:
    (one_shot_copy / "dataset/llava/train.json").write_text("[]", "utf-8")
    assert CLI.invoke(app, ["export", str(one_shot_copy), "-f", "llava", "--check"]).exit_code == 0


def test_all_forms_leave_out_those_that_have_nothing_to_write(
    one_shot_copy: Path, one_shot_recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Choice(backend="hicom", options=(("tasks", ["nothing"]),))
    recipe = one_shot_recipe.model_copy(update={"export": (nothing,), "holdout": Holdout(test=0.000001)})
    (one_shot_copy / "recipe.toml").write_text(recipe.toml(), "utf-8")
    monkeypatch.setattr(verb, "FORMS", ("llava", "hicom", "trl", "dreamframe"))
    told = CLI.invoke(app, ["export", str(one_shot_copy), "-f", "all"])
    assert told.exit_code == 0, told.output
    assert [Path(line).name for line in told.stdout.split()] == ["llava", "trl", "dreamframe"]
    assert told.stderr.count("nothing is in test") == 1, "each form said it"
    assert "not written: hicom: hicom has nothing to write" in told.stderr


def test_no_form_and_a_strange_one_list_the_choices(tmp_path: Path) -> None:
    assert "Choices: llava, " in CLI.invoke(app, ["export", str(tmp_path)]).stderr
    assert "Did you mean 'webdataset'?" in CLI.invoke(app, ["export", str(tmp_path), "-f", "webdatasets"]).stderr
