from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dreamgen.errors import DreamgenError
from dreamgen.run.lock import locked

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
