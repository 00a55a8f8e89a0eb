from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dreamgen.export.rows import write_lines, write_list

ROWS = ({"id": "a", "text": "Café\n“<b>”", "span": (0.5, 1.0)}, {"id": "b", "text": "", "span": None})


def test_rows_are_read_back_as_they_were(tmp_path: Path) -> None:
    plain = json.loads(json.dumps(ROWS))
    text = write_lines(tmp_path / "rows.jsonl", ROWS).read_text("utf-8")
    assert [json.loads(line) for line in text.splitlines()] == plain and "Café" in text
    assert json.loads(write_list(tmp_path / "rows.json", ROWS).read_bytes()) == plain


def test_a_list_has_a_row_on_each_line_and_may_be_empty(tmp_path: Path) -> None:
    assert write_list(tmp_path / "rows.json", ROWS).read_bytes().count(b"\n") == 4
    assert json.loads(write_list(tmp_path / "none.json", ()).read_bytes()) == []
    assert write_lines(tmp_path / "none.jsonl", ()).read_bytes() == b""


def test_a_row_is_written_before_the_next_one_is_made(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    seen: list[int] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(3):
            yield {"text": "a" * 100_000, "number": number}
            seen.append(path.stat().st_size)

    write_lines(path, rows())
    assert seen[0] > 0 and seen == sorted(set(seen))
