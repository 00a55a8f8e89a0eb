from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.export.rules.qwenvl import look
from tests.export.rules.planting import Change, change_object, change_row


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    return copied("qwenvl")


def test_a_system_turn_would_be_learnt_by_heart(folder: Path) -> None:
    change_row(
        folder / "train.json",
        lambda row: row["conversations"].insert(0, {"from": "system", "value": "You are kind."}),
    )
    (defect,) = look(folder).defects
    assert "turn 1 is by 'system'" in defect.what and "such a turn is trained as an answer" in defect.what


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda known: known["dreamgen"].update(annotation_path="train.jsonl"), "is no JSON list of a split"),
        (lambda known: known["dreamgen"].update(annotation_path="../train.json"), "names ../train.json, which is not"),
        (lambda known: known["dreamgen"].update(data_path="videos"), "'videos', which is not the folder"),
        (lambda known: known["dreamgen"].update(data_path=".."), "'..', which is not the folder"),
        (lambda known: known["dreamgen"].pop("data_path"), "None, which is not the folder"),
        (lambda known: known.update({"dreamgen%50": known["dreamgen"]}), "% stands before a share"),
        (lambda known: known.update({"a,b": known["dreamgen"]}), "a comma divides names"),
    ],
)
def test_every_trap_of_the_list_of_datasets_is_found(folder: Path, change: Change, what: str) -> None:
    assert look(folder).defects == []
    change_object(folder / "datasets.json", change)
    assert what in "\n".join(defect.what for defect in look(folder).defects)


@pytest.mark.parametrize(("text", "what"), [("[]", "is no object"), ("{}", "is no object"), ("{", "is no JSON")])
def test_a_list_of_datasets_that_says_nothing_is_found(folder: Path, text: str, what: str) -> None:
    (folder / "datasets.json").write_text(text, "utf-8")
    (defect,) = look(folder).defects
    assert defect.where == "datasets.json" and what in defect.what


def test_rows_that_no_dataset_names_are_found(folder: Path) -> None:
    (folder / "validation.json").write_text("[]", "utf-8")
    (defect,) = look(folder).defects
    assert defect == ("datasets.json", "does not name validation.json: nobody can train on it")


def test_a_folder_without_a_list_of_datasets_is_found(folder: Path) -> None:
    (folder / "datasets.json").unlink()
    (defect,) = look(folder).defects
    assert "has no datasets.json" in defect.what
