from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.errors import DreamgenError
from dreamgen.run.lock import FolderBusy, locked

HOLD = """
import sys, time
from pathlib import Path
from dreamgen.run.lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "locked\n"
    return process


def test_two_runs_do_not_meet_in_a_folder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(DreamgenError, match=rf"another run \(process {holder.pid}\)"), locked(tmp_path):
        pass
    _kill(holder)


def test_the_lock_of_a_dead_process_holds_nobody_up(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    _kill(holder)
    assert (tmp_path / ".lock").exists()
    with locked(tmp_path):
        assert (tmp_path / ".lock").read_text() == str(os.getpid())
    assert not (tmp_path / ".lock").exists()


def _kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("answer", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_disk_without_locks_holds_nobody_up_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    monkeypatch.setattr(fcntl, "lockf", _answers(answer))
    said: list[str] = []
    with locked(tmp_path, says=said.append), locked(tmp_path):
        assert said == [f"note: the disk of {tmp_path} has no locks: nothing keeps another run out of it"]
    assert not (tmp_path / ".lock").exists()


@pytest.mark.parametrize("answer", [errno.EACCES, errno.EAGAIN])
def test_only_a_lock_that_is_held_reads_as_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    monkeypatch.setattr(fcntl, "lockf", _answers(answer))
    with pytest.raises(FolderBusy), locked(tmp_path):
        pass
    monkeypatch.setattr(fcntl, "lockf", _answers(errno.EIO))
    with pytest.raises(OSError, match="Input/output"), locked(tmp_path):
        pass


def _answers(number: int) -> Callable[[int, int], None]:
    def lockf(handle: int, how: int) -> None:
        raise OSError(number, os.strerror(number))

    return lockf


def test_a_lock_that_cant_be_cleared_away_is_let_go_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(path)

    def close(handle: int, really: Callable[[int], None] = os.close) -> None:
        closed.append(handle)
        really(handle)

    with pytest.raises(PermissionError), monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        patch.setattr(os, "close", close)
        with locked(tmp_path):
            pass
    assert len(closed) == 1
