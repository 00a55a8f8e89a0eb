import errno
from pathlib import Path

import pytest

from dreamgen.engines.files import refer, whole
from dreamgen.errors import DreamgenError


def test_a_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "note.txt"

    with whole(path) as unfinished:
        unfinished.write_text("hello")
        assert not path.exists()

    assert path.read_text() == "hello"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("old")

    with pytest.raises(KeyError), whole(path) as unfinished:
        unfinished.write_text("new")
        raise KeyError

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"

    with pytest.raises(DreamgenError, match=r"note\.txt can't be written: No space left on device"), whole(path):
        raise OSError(errno.ENOSPC, "x")


def test_a_reference_is_relative_and_knows_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "clips" / "note.txt"
    with whole(path) as unfinished:
        unfinished.write_bytes(b"abc")

    reference = refer(path, tmp_path)

    assert reference.path == "clips/note.txt"
    assert reference.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
