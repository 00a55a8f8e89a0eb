from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from dreamgen.annotate.remembering import Hashes


def _old(path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that was written long before it is read."""
    path.write_bytes(data)
    now = time.time_ns()
    monkeypatch.setattr("dreamgen.annotate.remembering.time.time_ns", lambda: now + 10_000_000_000)
    return path


def test_a_file_is_not_read_again_while_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, kept = _old(tmp_path / "a.mp4", b"one", monkeypatch), tmp_path / "run" / "hashes.json"
    first = Hashes(kept, small=0)
    assert first.of(path) == hashlib.sha256(b"one").hexdigest()
    first.keep()
    assert str(tmp_path) not in kept.read_text("utf-8")
    kept.write_text(kept.read_text("utf-8").replace(hashlib.sha256(b"one").hexdigest(), "0" * 64), "utf-8")
    assert Hashes(kept, small=0).of(path) == "0" * 64  # what was remembered, and not what is there


def test_a_changed_file_is_never_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, kept = _old(tmp_path / "a.mp4", b"one", monkeypatch), tmp_path / "hashes.json"
    first = Hashes(kept, small=0)
    first.of(path)
    first.keep()
    before = path.stat()
    # the clock of many file systems ticks so slowly that what was just written is as new as it was
    while path.stat().st_ctime_ns == before.st_ctime_ns:
        path.write_bytes(b"two")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as large and as old as before
    assert Hashes(kept, small=0).of(path) == hashlib.sha256(b"two").hexdigest()


def test_a_file_that_was_just_written_is_read_again(tmp_path: Path) -> None:
    path, kept = tmp_path / "a.mp4", tmp_path / "hashes.json"
    path.write_bytes(b"one")
    first = Hashes(kept, small=0)
    first.of(path)
    first.keep()
    assert not kept.exists()


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"a": "short"}'])
def test_a_damaged_memory_is_forgotten(tmp_path: Path, text: str) -> None:
    path, kept = tmp_path / "a.mp4", tmp_path / "hashes.json"
    path.write_bytes(b"one")
    kept.write_text(text, "utf-8")
    assert Hashes(kept).of(path) == hashlib.sha256(b"one").hexdigest()
