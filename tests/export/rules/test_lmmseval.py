from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.export.lmmseval import LmmsevalExporter
from dreamgen.export.rules.lmmseval import look
from tests.export.held_out import held_world

Row = dict[str, Any]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lmmseval")
    (place / "form").mkdir()
    return LmmsevalExporter().export(held_world(place / "story"), place / "form")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "form"))


def spoil(folder: Path, change: Callable[[Row], object], file: str = "dreamgen_mcq.jsonl", line: int = 1) -> None:
    rows = [json.loads(one) for one in (folder / file).read_text("utf-8").splitlines()]
    change(rows[line])
    (folder / file).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 10 and set(found.pairs.values()) == {1}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.update(video="clips/clip-1.mp4"), "is not there"),
        (lambda row: row.update(video="../clip-1.mp4"), "is not below the folder"),
        (lambda row: row.update(options=["Left", "Left"]), "the same option twice"),
        (lambda row: row.update(options=["Left"]), "there is nothing to choose"),
        (lambda row: row.update(answer="C"), "none of its options"),
        (lambda row: row.update(question=" "), "has no question"),
        (lambda row: row.update(options=[]), "has list of nothing in the column options"),
        (lambda row: row.update(contrast=None), "has NoneType in the column contrast"),
        (lambda row: row.pop("group"), "has no column group"),
        (lambda row: row.update(weight=0.5), "has a column weight"),
        (lambda row: row.update(task="odd"), "is scored by acc_odd, which dreamgen_mcq.yaml does not sum up"),
    ],
)
def test_every_trap_of_a_row_is_found(folder: Path, change: Callable[[Row], object], what: str) -> None:
    spoil(folder, change)
    found = [defect for defect in look(folder).defects if defect.where == "dreamgen_mcq.jsonl:2"]
    assert any(what in defect.what for defect in found)


def test_a_clip_whose_name_tells_the_change_is_found(folder: Path) -> None:
    video = json.loads((folder / "dreamgen_open.jsonl").read_text("utf-8"))["video"]
    shutil.copyfile(folder / video, folder / "clips" / "scene-01-reversed.mp4")
    spoil(folder, lambda row: row.update(video="clips/scene-01-reversed.mp4"), "dreamgen_open.jsonl", 0)
    assert any("says 'scene', and a model may see it" in defect.what for defect in look(folder).defects)


def test_yes_is_not_the_answer_to_compare_with_y(folder: Path) -> None:
    spoil(folder, lambda row: row.update(answer="Y"), "dreamgen_yes_no.jsonl")
    assert any("is answered by 'Y'" in defect.what for defect in look(folder).defects)


def test_items_that_were_changed_are_another_version(folder: Path) -> None:
    spoil(folder, lambda row: row.update(question="Which way does she go?"))
    (defect,) = look(folder).defects
    assert defect.where == "version.json" and "scores would be compared with other ones" in defect.what


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("test: dreamgen_mcq.jsonl", "test: /data/bench/dreamgen_mcq.jsonl", "the folder could not be moved"),
        ("test_split: test\n", "", "does not say test_split"),
        ("utils.doc_to_text", "utils.to_text", "calls to_text of utils.py, which does not have it"),
        ('metric: "mbacc"', 'metric: "mbac"', "is scored by mbacc"),
    ],
)
def test_every_trap_of_a_task_is_found(folder: Path, old: str, new: str, what: str) -> None:
    path = folder / "dreamgen_mcq.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert any(what in defect.what for defect in look(folder).defects)


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import dreamgen\n", "which needs dreamgen"),
        ('ROOT = "/home/me/bench"\n', "which has the path /home/me/bench of one machine"),
        ("def (:\n", "which can't be read"),
    ],
)
def test_code_that_runs_on_one_machine_alone_is_found(folder: Path, code: str, what: str) -> None:
    with (folder / "utils.py").open("a", encoding="utf-8") as file:
        file.write(code)
    assert any(what in defect.what for defect in look(folder).defects)


def test_a_group_without_one_of_its_tasks_is_found(folder: Path) -> None:
    (folder / "dreamgen_open.yaml").unlink()
    assert any("names the task dreamgen_open, which is not there" in defect.what for defect in look(folder).defects)


def test_a_folder_without_tasks_is_found(tmp_path: Path) -> None:
    assert any("has no task with a question" in defect.what for defect in look(tmp_path).defects)
