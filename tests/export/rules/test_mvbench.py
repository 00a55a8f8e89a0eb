from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.export.mvbench import MvbenchExporter
from dreamgen.export.rules.known import leaves_out
from dreamgen.export.rules.mvbench import look
from tests.export.held_out import held_world

Row = dict[str, Any]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("mvbench")
    (place / "form").mkdir()
    return MvbenchExporter().export(held_world(place / "story"), place / "form")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "form"))


def spoil(folder: Path, task: str, change: Callable[[Row], object]) -> None:
    path = folder / "json" / f"{task}.json"
    rows = json.loads(path.read_bytes())
    change(rows[0])
    path.write_text(json.dumps(rows), "utf-8")


def test_what_was_held_out_is_named_only_where_something_was(written: Path, tmp_path: Path) -> None:
    assert "of what was held out" in leaves_out("mvbench", written)
    (tmp_path / "all").mkdir()
    everything = MvbenchExporter().export(held_world(tmp_path / "story", split=None), tmp_path / "all")
    assert "held out" not in leaves_out("mvbench", everything)


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and set(found.pairs.values()) == {1}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.update(video="clip-1.mp4"), "is not there"),
        (lambda row: row.update(answer="A"), "none of its options"),
        (lambda row: row.update(candidates=["Left", "Left"]), "the same option twice"),
        (lambda row: row.update(candidates=["At the end", ""]), "has an empty option"),
        (lambda row: row.update(candidates=["At the end", *"abcde"]), "the scoring reads 5"),
        (lambda row: row.update(candidates="At the end"), "has no list of options"),
        (lambda row: row.update(question=""), "has no question"),
        (lambda row: row.pop("start"), "has no start and end"),
        (lambda row: row.update(start=2.0), "which is no stretch of a clip"),
        (lambda row: row.update(start=1.0), "which gives away when it happens"),
    ],
)
def test_every_trap_of_a_row_is_found(folder: Path, change: Callable[[Row], object], what: str) -> None:
    spoil(folder, "action_localization", change)
    found = [defect for defect in look(folder).defects if defect.where == "action_localization.json:1"]
    assert any(what in defect.what for defect in found)


def test_a_task_that_the_benchmark_does_not_have_is_found(folder: Path) -> None:
    (folder / "json" / "moving_direction.json").rename(folder / "json" / "movement.json")
    assert any("is no task of MVBench" in defect.what for defect in look(folder).defects)


def test_a_task_that_the_table_does_not_name_is_found(folder: Path) -> None:
    (folder / "data_list.json").write_text("{}", "utf-8")
    assert any("does not name moving_direction.json" in defect.what for defect in look(folder).defects)


def test_no_questions_are_found(tmp_path: Path) -> None:
    assert any("has no question" in defect.what for defect in look(tmp_path).defects)
