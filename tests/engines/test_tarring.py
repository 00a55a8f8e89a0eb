from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

import pytest

from dreamgen.engines.tarring import DamagedFile, Tar


def filled(path: Path, source: Path) -> bytes:
    with Tar(path) as tar:
        tar.add("one.json", b"{}")
        tar.add("empty.txt", b"")
        tar.add_file("one.mp4", source, hashlib.sha256(source.read_bytes()).hexdigest())
    return path.read_bytes()


def test_the_standard_library_reads_what_was_put_in(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(bytes(range(256)) * 9000)
    tar = filled(tmp_path / "a.tar", tmp_path / "film")
    with tarfile.open(tmp_path / "a.tar") as read:
        assert read.getnames() == ["one.json", "empty.txt", "one.mp4"]
        film = read.extractfile("one.mp4")
        assert film is not None and film.read() == (tmp_path / "film").read_bytes()
    assert len(tar) % tarfile.RECORDSIZE == 0


def test_nothing_of_the_machine_or_the_hour_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"film")
    tar = filled(tmp_path / "a.tar", tmp_path / "film")
    # the sum is written down here: it must not follow from who runs the test, nor when
    assert hashlib.sha256(tar).hexdigest() == "f61908ee36d027b01401e1bcc5dfe0ac22f51ad52c8f9a5b4f1b7234e6da7f60"
    with tarfile.open(tmp_path / "a.tar") as read:
        assert {(one.mtime, one.uid, one.gid, one.uname, one.mode) for one in read} == {(0, 0, 0, "", 0o644)}


def test_a_file_that_is_not_what_its_record_says_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"film")
    with Tar(tmp_path / "a.tar") as tar:
        with pytest.raises(DamagedFile, match="film is damaged"):
            tar.add_file("one.mp4", tmp_path / "film", hashlib.sha256(b"another").hexdigest())
        with pytest.raises(DamagedFile):
            tar.add_file("two.mp4", tmp_path / "gone", hashlib.sha256(b"").hexdigest())


def test_an_empty_one_can_be_read(tmp_path: Path) -> None:
    with Tar(tmp_path / "a.tar"):
        pass
    with tarfile.open(tmp_path / "a.tar") as read:
        assert read.getnames() == []
