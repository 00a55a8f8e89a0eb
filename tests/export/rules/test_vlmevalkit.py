from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.export.rules.vlmevalkit import look
from dreamgen.export.vlmevalkit import COLUMNS, TABLE, VlmevalkitExporter
from tests.export.held_out import held_world

Row = dict[str, str]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("vlmevalkit")
    (place / "form").mkdir()
    return VlmevalkitExporter().export(held_world(place / "story"), place / "form").parent


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "form"))


def spoil(folder: Path, change: Callable[[Row], object]) -> None:
    with (folder / TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    change(rows[1])
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 8 and set(found.pairs.values()) == {1}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.update(video="clip-1.mp4"), "is not there"),
        (lambda row: row.update(prefix="../clips"), "is not below the folder"),
        (lambda row: row.update(answer="To the top"), "none of its options"),
        (lambda row: row.update(candidates="['To the right', 'None']", answer="None"), "takes for nothing"),
        (lambda row: row.update(candidates="['2', '3']", answer="2"), "may take for a number"),
        (lambda row: row.update(candidates="['True', 'False']", answer="True"), "may take for a number"),
        (lambda row: row.update(candidates="print('hello')"), "or run them as code"),
        (lambda row: row.update(candidates="['To the right', 'To the right']"), "the same option twice"),
        (lambda row: row.update(index="0"), "has the index '0', which is none of its own"),
        (lambda row: row.update(question="nan"), "takes for nothing"),
        (lambda row: row.update(end="late"), "has no number as start or end"),
    ],
)
def test_every_trap_of_a_row_is_found(folder: Path, change: Callable[[Row], object], what: str) -> None:
    spoil(folder, change)
    found = [defect for defect in look(folder).defects if defect.where == f"{TABLE}:3"]
    assert any(what in defect.what for defect in found)


def test_a_table_without_a_column_that_the_kit_reads_is_found(folder: Path) -> None:
    path = folder / TABLE
    path.write_text(path.read_text("utf-8").replace("task_type", "type", 1), "utf-8")
    assert any("has no column task_type" in defect.what for defect in look(folder).defects)


def test_a_row_of_too_few_cells_is_found(folder: Path) -> None:
    with (folder / TABLE).open("a", encoding="utf-8") as file:
        file.write("9\tclip.mp4\n")
    assert any("does not have 10 cells" in defect.what for defect in look(folder).defects)


def test_no_table_is_found(tmp_path: Path) -> None:
    assert any("has no table with a row" in defect.what for defect in look(tmp_path).defects)
