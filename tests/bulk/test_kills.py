import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.items import Plan
from dreamgen.bulk.journal import read_journals, walks
from dreamgen.bulk.places import Places
from dreamgen.bulk.working import work
from dreamgen.run.bulking import STAGES, Pool
from tests.bulk.conftest import PlanOf
from tests.bulk.families import below, runs, wait_for
from tests.bulk.stubs import FakeExecutor

DRIVER = """
import sys
from pathlib import Path
from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.items import Plan
from dreamgen.bulk.local import LocalExecutor
run_bulk(Plan.model_validate_json(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]), LocalExecutor(int(sys.argv[3])))
"""
TWO_POOLS = (
    Pool(name="draw", stages=STAGES[: STAGES.index("claims")]),
    Pool(name="check", stages=STAGES[STAGES.index("claims") :]),
)
OWN = ("claims", "drivers", "journal", "logs")
"""Folders that tell who worked when, and not what was made."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_kills_of_workers_and_driver_change_no_byte_and_lose_only_what_is_in_flight(
    plan_of: PlanOf, tmp_path: Path
) -> None:
    one, two = write(plan_of(4), tmp_path / "one.json"), write(plan_of(4, pools=TWO_POOLS), tmp_path / "two.json")
    run_bulk(Plan.model_validate_json(one.read_bytes()), tmp_path / "quiet", FakeExecutor(work))
    lot = random.Random(7)

    driver = start(two, tmp_path / "killed", workers=1)
    kill_one_worker(driver, tmp_path / "killed", after=lot.randint(3, 20))
    kill_one_worker(driver, tmp_path / "killed", after=lot.randint(24, 34))
    last_but_few = lot.randint(36, 44)
    wait_for(lambda: made(tmp_path / "killed") >= last_but_few)
    crew = below(driver.pid)
    driver.kill()
    driver.wait()
    wait_for(lambda: not any(map(runs, crew)))
    last = start(one, tmp_path / "killed", workers=2)
    assert last.wait() == 0

    quiet, killed = contents(tmp_path / "quiet"), contents(tmp_path / "killed")
    assert [name for name in sorted({*quiet, *killed}) if quiet.get(name) != killed.get(name)] == []
    assert any(name.startswith("settled/") for name in quiet)
    counts = walks(Places(tmp_path / "killed"))
    assert 1 <= counts["died"] <= 2
    assert counts["handed"], "there were two pools"
    assert counts["died"] + counts["lost"] <= 2 + 2, "a worker has one story in hand"
    assert counts["made_again"] == 0, "what had landed stayed"
    assert walks(Places(tmp_path / "quiet"))["began"] == 4
    done = Counter(line.item for line in read_journals(Places(tmp_path / "killed")) if line.what == "done")
    assert len(done) == 4
    assert done.total() <= 4 + 1, "a driver may be killed between its line on a story that is done and its mark"


def write(plan: Plan, path: Path) -> Path:
    path.write_text(plan.model_dump_json())
    return path


def start(plan: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", DRIVER, str(plan), str(out), str(workers)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})


def kill_one_worker(driver: subprocess.Popen[bytes], out: Path, after: int) -> None:
    """One of those that have a story in hand, as the story's lock tells; none when all was made before one looked."""

    def kill() -> bool:
        for one in busy(driver, out)[:1]:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(one, signal.SIGSTOP)
                # halted, it can hardly finish its story between the look and the kill
                still = one in busy(driver, out)
                os.kill(one, signal.SIGKILL if still else signal.SIGCONT)
                return still
        return driver.poll() is not None

    wait_for(lambda: made(out) >= after)
    wait_for(kill)


def busy(driver: subprocess.Popen[bytes], out: Path) -> list[int]:
    told = set[str]()
    for lock in out.glob("items/*/*/.lock"):
        with suppress(FileNotFoundError):  # its story has just ended
            told.add(lock.read_text())
    return sorted({int(one) for one in told if one.isdecimal()} & set(below(driver.pid)))


def made(out: Path) -> int:
    """Finished artefacts of all stories; what is being made meanwhile may vanish under whoever looks."""
    stages = (names for folder, _, names in os.walk(out / "items") if Path(folder).parent.name == ".store")
    return sum(name.endswith(".json") for names in stages for name in names)


def contents(out: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        data, name = path.read_bytes(), path.relative_to(out)
        if path.name == "receipt.json":
            data = json.dumps({**json.loads(data), "seconds": []}).encode()
        if name.parts[0] not in OWN:
            found[name.as_posix()] = data
    return found
