"""Files are whole or not there, whoever writes them at the same time and whatever goes wrong in between."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from dreamgen.run import disk
from dreamgen.run.folder import sweep


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "stories" / "page.txt"


def test_two_late_writers_of_one_file_do_not_tear_it(page: Path) -> None:
    # a driver that was thought dead, and its heir
    texts = {char * 200_000 for char in "ab"}
    torn: list[str] = []

    def write(text: str) -> None:
        for _ in range(20):
            disk.write_whole(page, text)
            found = page.read_text()
            if found not in texts:
                torn.append(found)

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torn == []
    assert [path.name for path in page.parent.iterdir()] == ["page.txt"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_fails_leaves_what_was_there_and_nothing_half(
    page: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    disk.write_whole(page, "old")

    def fsync(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as failing, pytest.raises(OSError, match=os.strerror(number)):
        failing.setattr(os, "fsync", fsync)
        disk.write_whole(page, "new")
    assert page.read_text() == "old"
    assert len(list(page.parent.iterdir())) == 1
    disk.write_whole(page, "new")
    assert page.read_text() == "new"


def test_what_a_killed_writer_leaves_is_swept(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = page.parent.parent
    with monkeypatch.context() as killed, pytest.raises(OSError, match="gone"):
        killed.setattr(Path, "replace", _gone)
        killed.setattr(Path, "unlink", _gone)
        disk.write_whole(page, "new")
    assert len(list(page.parent.iterdir())) == 1
    sweep(folder)
    assert not list(page.parent.iterdir())


def test_a_writer_that_was_halted_and_swept_away_meanwhile_writes_again(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync, halts = os.fsync, iter([True])

    def halted(handle: int) -> None:
        fsync(handle)
        if next(halts, False):
            sweep(page.parent.parent)

    monkeypatch.setattr(os, "fsync", halted)
    disk.write_whole(page, "new")
    assert page.read_text() == "new"
    assert [path.name for path in page.parent.iterdir()] == ["page.txt"]


def test_a_file_that_must_be_new_is_made_once(page: Path) -> None:
    made: list[str] = []
    start = threading.Barrier(8)

    def make(name: str) -> None:
        start.wait()
        if disk.make_new(page, name.encode()):
            made.append(name)

    threads = [threading.Thread(target=make, args=(f"maker {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [page.read_text()]


def test_only_a_file_that_is_there_grows(page: Path) -> None:
    with pytest.raises(FileNotFoundError):
        disk.grow(page, b".")
    assert disk.read_anew(page) is None
    assert disk.make_new(page, b"here")
    disk.grow(page, b".")
    assert disk.read_anew(page) == b"here."


def test_looking_anew_leaves_nothing(page: Path) -> None:
    disk.look_anew(page.parent)
    assert not list(page.parent.iterdir())


def test_a_file_system_that_cannot_sync_a_folder_need_not(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.parent.mkdir()

    asked: list[int] = []

    def fsync(handle: int) -> None:
        asked.append(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", fsync)
    disk.sync_folder(page.parent)
    assert len(asked) == 1


def _gone(*_: object, **__: object) -> None:
    raise OSError("gone")
