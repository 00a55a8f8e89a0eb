from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dreamgen.engines.crashing import SUSPECTS, map_surviving
from dreamgen.engines.worker import WorkerDied
from dreamgen.errors import DreamgenError

NAMES = ["a", "bad", "c", "d"]


def decoded(name: str) -> str:
    """What a decoder does that can't stand one of its files."""
    match name:
        case "bad":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "wrong":
            raise DreamgenError("no video")
    return name.upper()


def fallen(name: str, why: str) -> str:
    return f"{name}: {why}"


def survived(names: list[str], workers: int = 1, note: Path | None = None) -> list[str]:
    return list(map_surviving(decoded, names, workers, str, fallen, note))


ALONE = """
import sys
from pathlib import Path
from tests.engines.test_crashing import NAMES, survived
print(survived(NAMES, note=Path(sys.argv[1])))
"""
CRASHED = "bad: its worker process was ended by signal 11 (Segmentation fault)"


def test_what_crashes_a_worker_costs_itself_alone() -> None:
    assert survived(NAMES, workers=2) == ["A", CRASHED, "C", "D"]


def test_what_crashed_the_program_gets_a_process_of_its_own_the_next_time(tmp_path: Path) -> None:
    note = tmp_path / "run" / SUSPECTS
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", ALONE, note], env=environment, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGSEGV
    for _ in range(2):  # nor does it the time after that
        assert survived(NAMES, note=note) == ["A", CRASHED, "C", "D"]


def test_what_crashed_a_worker_gets_a_process_of_its_own_the_next_time(tmp_path: Path) -> None:
    note = tmp_path / SUSPECTS
    survived(NAMES, workers=2, note=note)
    assert json.loads(note.read_bytes()) == ["bad"]
    assert survived(["bad"], workers=2, note=note) == [CRASHED], "one alone is worth no crew"


def test_a_worker_that_was_ended_from_outside_is_no_item_s_fault() -> None:
    with pytest.raises(WorkerDied, match="killed: its worker process was ended by signal 9"):
        survived(["a", "killed"], workers=2)


def test_what_only_fails_leaves_no_note(tmp_path: Path) -> None:
    with pytest.raises(DreamgenError, match="wrong: no video"):
        survived(["a", "wrong"], note=tmp_path / SUSPECTS)
    assert not list(tmp_path.iterdir())
