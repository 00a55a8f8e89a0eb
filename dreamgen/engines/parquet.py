"""Tables of a fixed schema, written row by row: as Parquet files, or as JSON lines where pyarrow is missing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Protocol

from dreamgen.errors import MissingExtra

GROUP: Final = 2048
"""Rows that are in memory at once, and in one group of the file."""
_LEVEL: Final = 3
"""Of Zstandard: said, so that another version of the library does not choose another one."""

Kind = Literal[
    "text", "number", "whole", "yes_no", "texts", "messages", "segments", "number32", "whole32", "record", "records"
]  # fmt: skip
"""What a column holds: a text, a 64-bit floating-point or whole number, true or false; lists of texts, of messages with
role and content, of stretches with start, end and text; numbers of 32 bits, for schemas that others published; a record
with fields of its own, or a list of them. No cell is empty (null); a list may be."""


class Column(NamedTuple):
    """One column of a table."""

    name: str
    """What it is called."""
    kind: Kind
    """What it holds."""
    meaning: str
    """For people."""
    fields: tuple[Column, ...] = ()
    """Of a record."""


class Table(Protocol):
    """A file that rows are added to."""

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row, with a value for every column."""


def require_parquet(wanted_by: str) -> None:
    """Makes sure that Parquet files can be written.

    Raises:
        MissingExtra: without pyarrow.
    """
    if not parquet_version():
        raise MissingExtra("pyarrow", "bulk", wanted_by)


def parquet_version() -> str:
    """Of pyarrow, which shapes the bytes of a file; empty without it."""
    try:
        return version("pyarrow") if find_spec("pyarrow") else ""
    except PackageNotFoundError:
        return ""


def table_suffix() -> str:
    """How the files of tables end here: .parquet, or .jsonl without pyarrow."""
    return ".parquet" if parquet_version() else ".jsonl"


@contextmanager
def new_table(path: Path, columns: Sequence[Column]) -> Iterator[Table]:
    """A file of rows, whole and on the disk at the end of the block; its bytes follow from them and pyarrow's version.

    Args:
        path: ends in .parquet or .jsonl, which says what is written.
        columns: all of the table's, in order, whether a row has anything in them or not.
    """
    with _Parquet(path, columns) if path.suffix == ".parquet" else _Lines(path) as table:
        yield table
    with path.open("rb") as file:
        os.fsync(file.fileno())


def read_table(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file, a group of them in memory at a time."""
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(GROUP):
            yield from batch.to_pylist()


Types = Mapping[str, Any]
"""Column to its type as pyarrow calls it: string, int32, float; a record is a mapping again, a list holds one type."""


def table_types(path: Path) -> Types:
    """The columns of a Parquet file with their types, in order.

    Raises:
        ValueError: for a file that is none (pyarrow's ArrowInvalid).
    """
    from pyarrow import parquet

    return {field.name: _told(field.type) for field in parquet.read_schema(path)}


def _told(kind: Any) -> Any:
    from pyarrow import types

    if types.is_struct(kind):
        return {field.name: _told(field.type) for field in kind}
    return [_told(kind.value_type)] if types.is_list(kind) else str(kind)


class _Lines:
    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, row: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")


class _Parquet:
    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self._pa, self._rows = pa, list[Mapping[str, Any]]()
        self._schema = pa.schema(list(_fields(pa, columns)))
        self._writer = parquet.ParquetWriter(
            path, self._schema, version="2.6", compression="zstd", compression_level=_LEVEL, use_dictionary=True,
            write_statistics=True, data_page_version="1.0", store_schema=False,
        )  # fmt: skip

    def __enter__(self) -> _Parquet:
        return self

    def __exit__(self, kind: object, *error: object) -> None:
        if kind is None and self._rows:
            self._flush()
        self._writer.close()

    def add(self, row: Mapping[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) == GROUP:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(self._pa.Table.from_pylist(self._rows, schema=self._schema), row_group_size=GROUP)
        self._rows.clear()


def _fields(pa: Any, columns: Sequence[Column]) -> Iterator[Any]:
    return (pa.field(one.name, _type(pa, one), nullable=False) for one in columns)


def _type(pa: Any, column: Column) -> Any:
    if column.kind in ("record", "records"):
        record = pa.struct(list(_fields(pa, column.fields)))
        return record if column.kind == "record" else _list(pa, record)
    return _plain_type(pa, column.kind)


def _plain_type(pa: Any, kind: Kind) -> Any:
    match kind:
        case "number32":
            return pa.float32()
        case "whole32":
            return pa.int32()
        case "text":
            return pa.string()
        case "number":
            return pa.float64()
        case "whole":
            return pa.int64()
        case "yes_no":
            return pa.bool_()
        case "texts":
            return _list(pa, pa.string())
        case "messages":
            return _list(pa, _struct(pa, role=pa.string(), content=pa.string()))
        case "segments":
            return _list(pa, _struct(pa, start=pa.float64(), end=pa.float64(), text=pa.string()))
        case _:
            raise ValueError(f"no column holds {kind}")


def _list(pa: Any, of: Any) -> Any:
    return pa.list_(pa.field("element", of, nullable=False))


def _struct(pa: Any, **fields: Any) -> Any:
    return pa.struct([pa.field(name, kind, nullable=False) for name, kind in fields.items()])
