from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.receipts import Reject
from dreamgen.errors import DreamgenError
from dreamgen.run.journal import lines, read_lines, read_record

FALLEN = Reject(what="a", kind="pair", stage="screen", reason="near_duplicate", detail="one\u2028line")


def test_lines_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "rejects.jsonl").write_text(lines([FALLEN, FALLEN]), "utf-8")
    assert read_lines(tmp_path / "rejects.jsonl", Reject) == (FALLEN, FALLEN)
    assert read_lines(tmp_path / "nothing.jsonl", Reject) == ()


@pytest.mark.parametrize("garbage", [b"garbage", b"\xff\xfe", b'{"what": 3}'])
def test_a_damaged_line_is_named(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / "rejects.jsonl").write_bytes(lines([FALLEN]).encode() + garbage + b"\n")
    with pytest.raises(DreamgenError, match=r"rejects\.jsonl, line 2, is damaged"):
        read_lines(tmp_path / "rejects.jsonl", Reject)


def test_a_missing_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(DreamgenError, match=r"story\.json is missing"):
        read_record(tmp_path / "story.json", Reject)
