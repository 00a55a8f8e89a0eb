from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dreamgen.engines import parquet as tables
from dreamgen.engines.parquet import Column, new_table, read_table, require_parquet, table_suffix, table_types
from dreamgen.errors import MissingExtra

COLUMNS = (
    Column("name", "text", ""),
    Column("share", "number", ""),
    Column("count", "whole", ""),
    Column("right", "yes_no", ""),
    Column("words", "texts", ""),
    Column("turns", "messages", ""),
    Column("parts", "segments", ""),
)
ROW = {
    "name": "é", "share": 0.5, "count": 3, "right": True, "words": ["a", "b"],
    "turns": [{"role": "human", "content": "hi"}], "parts": [{"start": 0.0, "end": 1.5, "text": "walks"}],
}  # fmt: skip
BARE = {"name": "", "share": 0.0, "count": 0, "right": False, "words": [], "turns": [], "parts": []}


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    with new_table(path, COLUMNS) as table:
        for row in rows:
            table.add(row)
    return path


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    assert list(read_table(write(tmp_path / "a.parquet", [ROW, BARE]))) == [ROW, BARE]


def test_the_schema_does_not_depend_on_what_is_in_it(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow.parquet")
    schemas = [
        arrow.read_schema(write(tmp_path / f"{n}.parquet", rows)) for n, rows in enumerate(([], [BARE], [ROW] * 3))
    ]
    assert schemas[0] == schemas[1] == schemas[2]
    assert not any(field.nullable for field in schemas[0])


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    rows = [{**ROW, "count": n} for n in range(50)]
    assert write(tmp_path / "a.parquet", rows).read_bytes() == write(tmp_path / "b.parquet", rows).read_bytes()


def test_many_rows_are_written_group_by_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrow = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(tables, "GROUP", 4)
    path = write(tmp_path / "a.parquet", [{**ROW, "count": n} for n in range(10)])
    assert arrow.ParquetFile(path).num_row_groups == 3
    assert [row["count"] for row in read_table(path)] == list(range(10))


def test_without_pyarrow_there_are_json_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    assert table_suffix() == ".jsonl"
    path = write(tmp_path / f"a{table_suffix()}", [ROW, BARE])
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [ROW, BARE]
    with pytest.raises(MissingExtra, match="pyarrow"):
        require_parquet("the export parquet")


def test_published_schemas_have_records_and_numbers_of_32_bits(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    inner = (Column("start", "whole32", ""), Column("score", "number32", ""))
    columns = (Column("uid", "whole32", ""), Column("one", "record", "", inner), Column("all", "records", "", inner))
    row = {"uid": 7, "one": {"start": 1, "score": 0.5}, "all": [{"start": 2, "score": 0.25}]}
    with new_table(tmp_path / "a.parquet", columns) as table:
        table.add(row)

    assert list(read_table(tmp_path / "a.parquet")) == [row]
    told = {"start": "int32", "score": "float"}
    assert table_types(tmp_path / "a.parquet") == {"uid": "int32", "one": told, "all": [told]}
