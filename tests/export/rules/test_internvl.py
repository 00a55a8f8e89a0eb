from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.export.rules.internvl import look
from tests.export.rules.planting import Change, change_object, change_row, rows_of, write_rows


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    return copied("internvl")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            lambda row: row["conversations"][0].update(value="<video> What is she doing?"),
            "turn 1 does not begin with '<video>\\n'",
        ),
        (lambda row: row.update(clip=[4.0, 4.0]), "[4.0, 4.0], which is no start and end"),
        (lambda row: row.update(length=70), "has length, which its trainer does not read"),
        (lambda row: row.update(clip="0-4"), "'0-4', which is no start and end"),
    ],
)
def test_every_trap_of_a_row_is_found(folder: Path, change: Change, what: str) -> None:
    assert look(folder).defects == []
    change_row(folder / "train.jsonl", change)
    (defect,) = look(folder).defects
    assert defect.where == "train.jsonl:1" and what in defect.what


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda meta: meta["dreamgen"].update(length=5), "says that there are 5 rows, and train.jsonl has 4"),
        (lambda meta: meta["dreamgen"].update(annotation="train.json"), "does not end in jsonl"),
        (lambda meta: meta["dreamgen"].update(annotation="test.jsonl"), "names test.jsonl, and not train.jsonl"),
        (lambda meta: meta["dreamgen"].update(root="videos"), "'videos', which is not the folder"),
        (lambda meta: meta["dreamgen"].update(repeat_time=0.5), "repeats its rows 0.5 times"),
        (lambda meta: meta["dreamgen"].update(data_augment=True), "changes frames at random"),
        (lambda meta: meta["dreamgen"].update(max_dynamic_patch=0), "0, which is no number of tiles"),
        (lambda meta: meta["dreamgen"].pop("repeat_time"), "has no repeat_time"),
        (lambda meta: meta.update(dreamgen=[]), "has no root, annotation, data_augment, repeat_time, length"),
        (lambda meta: meta.clear(), "is no object"),
    ],
)
def test_every_trap_of_the_meta_file_is_found(folder: Path, change: Change, what: str) -> None:
    change_object(folder / "train.meta.json", change)
    (defect,) = look(folder).defects
    assert defect.where.startswith("train.meta.json") and what in defect.what


def test_a_length_that_the_rows_do_not_have_any_more_is_found(folder: Path) -> None:
    write_rows(folder / "train.jsonl", rows_of(folder / "train.jsonl")[1:])
    (defect,) = look(folder).defects
    assert "says that there are 4 rows, and train.jsonl has 3" in defect.what


def test_rows_without_a_meta_file_are_found(folder: Path) -> None:
    (folder / "train.meta.json").unlink()
    (defect,) = look(folder).defects
    assert "has no train.meta.json" in defect.what
