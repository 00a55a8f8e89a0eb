"""Rows of Parquet files as `datasets` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dreamgen.engines.parquet import read_table
from dreamgen.export.rules.files import Row
from dreamgen.export.rules.findings import Findings


def tabled(path: Path, found: Findings) -> Iterator[tuple[str, Row]]:
    """The rows of a table, each with what it is called in a defect; what is no Parquet is a defect."""
    try:
        for number, row in enumerate(read_table(path), start=1):
            found.rows += 1
            yield f"{path.name}:{number}", row
    except (OSError, ValueError, ImportError) as error:
        found.wrong(path.name, f"can't be read: {error}")
