import errno
import json
import math
import operator
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import pytest

from dreamgen.engines import processes
from dreamgen.engines.processes import map_processes
from dreamgen.engines.video import probe
from dreamgen.engines.worker import Worker
from dreamgen.errors import DreamgenError

T = TypeVar("T")

SLEEPERS = """
import time
from dreamgen.engines.processes import map_processes
list(map_processes(time.sleep, [60, 60, 60], workers=2))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    assert list(map_processes(operator.neg, range(200), workers)) == [-number for number in range(200)]


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_nothing_to_do_is_fine(workers: int) -> None:
    assert list(map_processes(operator.neg, [], workers)) == []


def test_workers_are_other_processes_with_one_thread_each() -> None:
    names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"]

    assert list(map_processes(os.getenv, names, workers=2)) == ["1", "1", "1"]
    assert os.getenv("OPENCV_FOR_THREADS_NUM") != "1", "this process keeps its threads"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_users_error_names_the_item(workers: int) -> None:
    with pytest.raises(DreamgenError, match=r"clip missing\.mp4: no video at missing\.mp4") as caught:
        list(map_processes(probe, [Path("missing.mp4")] * 2, workers, name=lambda path: f"clip {path}"))

    assert "Render the clip again" in caught.value.hint


def film_on_a_full_disk(path: str) -> None:
    try:
        raise OSError(errno.ENOSPC, "No space left on device")
    except OSError as error:
        raise DreamgenError(f"{path} can't be written") from error


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_behind_an_error_is_one_on_either_side_of_the_border(workers: int) -> None:
    with pytest.raises(DreamgenError, match=r"film\.mp4 can't be written") as caught:
        list(map_processes(film_on_a_full_disk, ["film.mp4"] * 2, workers))

    cause: BaseException | None = caught.value
    while cause and not isinstance(cause, OSError):
        cause = cause.__cause__
    assert isinstance(cause, OSError) and cause.errno == errno.ENOSPC


def test_a_bug_in_a_worker_comes_with_item_and_traceback() -> None:
    with pytest.raises(RuntimeError, match=r"text '\{' failed in a worker:\n(.|\n)*json\.decoder\.JSONDecodeError"):
        list(map_processes(json.loads, ["{", "{"], 2, name=lambda text: f"text {text!r}"))


def test_a_bug_in_this_process_keeps_its_type_and_names_the_item() -> None:
    with pytest.raises(ValueError) as caught:
        list(map_processes(math.sqrt, [4, -1], 1, name=lambda number: f"number {number}"))

    assert caught.value.__notes__ == ["while making number -1"]


def test_a_result_that_cannot_cross_is_an_error_and_no_hang() -> None:
    with pytest.raises(RuntimeError, match="pickle"):
        list(map_processes(import_module, ["json", "math"], 2))


def test_a_worker_that_dies_is_reported() -> None:
    with pytest.raises(DreamgenError, match="exit 7: its worker process was ended with exit code 7"):
        list(map_processes(os._exit, [7, 7], 2, name=lambda code: f"exit {code}"))


def test_workers_that_nobody_can_replace_leave_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Worker] = []

    def start() -> Worker:
        if len(started) == 2:
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        started.append(Worker())
        return started[-1]

    def make() -> None:
        try:
            for why in map_processes(os._exit, [7] * 4, 2, dead=lambda code, death: death.why):
                told.append(why)
        except DreamgenError as error:
            told.append(f"{error.message} ({error.__cause__})")

    told: list[str] = []
    monkeypatch.setattr(processes, "Worker", start)
    maker = threading.Thread(target=make, daemon=True)
    maker.start()
    maker.join(60)

    died = "its worker process was ended with exit code 7"
    short = "no worker process is left, and no other can be started ([Errno 12] Cannot allocate memory)"
    assert told == [died, died, short]


def test_who_stops_listening_ends_the_workers() -> None:
    results = map_processes(time.sleep, [0, 60, 60], workers=2)
    next(results)
    began = time.monotonic()
    results.close()

    assert time.monotonic() - began < 30


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_worker_outlives_its_parent(how: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", SLEEPERS], stderr=subprocess.PIPE)
    workers = _wait_for(lambda: _children(parent.pid) if len(_children(parent.pid)) == 2 else None)

    parent.send_signal(how)
    parent.communicate(timeout=30)

    _wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers) or None)
    assert [worker for worker in workers if Path(f"/proc/{worker}").exists()] == []


@pytest.mark.parametrize(
    ("quota", "cpus"), [("max 100000", 8), ("200000 100000", 2), ("50000 100000", 1), ("1600000 100000", 8), (None, 8)]
)
def test_the_default_is_one_worker_for_each_cpu_that_may_be_used(
    quota: str | None, cpus: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if quota is not None:
        (tmp_path / "cpu.max").write_text(quota + "\n")
    monkeypatch.setattr(processes, "_QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)

    assert processes.available_cpus() == cpus


def _children(parent: int) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat[1]) == parent and stat[0] != "Z":
            found.append(folder.name)
    return found


def _wait_for(happens: Callable[[], T | None]) -> T:
    for _ in range(600):
        result = happens()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError("it never happened")


def test_a_module_in_the_working_folder_does_not_come_before_pythons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit('a script of yours')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", str(tmp_path))])
    assert list(map_processes(math.factorial, [3, 4], workers=2)) == [6, 24]
