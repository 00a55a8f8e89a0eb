from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.parquet import ParquetExporter
from dreamgen.export.rules.parquet import look
from tests.datasets import dataset


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    ParquetExporter().export(dataset(pairs, [clip], media), into)
    return into


def rewrite(source: Path, change: Callable[[list[dict[str, Any]]], object], target: Path | None = None) -> None:
    parquet, arrow = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    rows = parquet.read_table(source).to_pylist()
    change(rows)
    parquet.write_table(arrow.Table.from_pylist(rows), target or source)


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and found.pairs == {"p1": 1, "p2": 1, "p3": 1, "p4": 1}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.update(video="clips/none.mp4"), "names clips/none.mp4, which is not there"),
        (lambda row: row.update(seconds=None), "seconds is null, which tells no type"),
        (lambda row: row.update(split="test"), "is of the split 'test'"),
        (lambda row: row.update(id="p1"), "p1 stands here a second time"),
        (lambda row: row.update(conversations=[]), "has no turns"),
    ],
)
def test_every_trap_is_found(folder: Path, change: Callable[[dict[str, Any]], object], what: str) -> None:
    rewrite(folder / "train.parquet", lambda rows: change(rows[1]))
    assert [(one.where, one.what) for one in look(folder).defects] == [("train.parquet:2", what)]


def test_a_story_in_two_splits_is_found(folder: Path) -> None:
    def to_test(rows: list[dict[str, Any]]) -> None:
        rows[:] = [{**rows[0], "id": "p5", "split": "test"}]

    rewrite(folder / "train.parquet", to_test, folder / "test.parquet")
    assert {one.what for one in look(folder).defects} == {
        "the clip scene-01 is in train and in test", "the story scene-01 is in train and in test",
    }  # fmt: skip


def test_what_is_no_table_is_told(folder: Path) -> None:
    (folder / "train.parquet").write_bytes(b"PAR1 and no more")
    assert "can't be read" in look(folder).defects[0].what
    (folder / "train.parquet").unlink()
    assert look(folder).defects[0].what == "has no train.parquet"
