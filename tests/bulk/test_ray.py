import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dreamgen.bulk import ray as bulk_ray
from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.executing import Ended
from dreamgen.bulk.items import Plan
from dreamgen.bulk.journal import walks
from dreamgen.bulk.places import Places
from dreamgen.bulk.ray import RayExecutor
from dreamgen.bulk.working import Task
from dreamgen.errors import DreamgenError, MissingExtra, UsageError
from dreamgen.run.bulking import STAGES, Bulk, Pool
from tests.bulk.conftest import PlanOf
from tests.bulk.families import below, runs, wait_for
from tests.bulk.stubs import no_dataset, stub_walks

QUICK = '{backend="sight", width=128}'
"""Judges claims soonest: how many are supported is nothing to a story that is killed."""
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "bulk_kills.py"


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    pytest.importorskip("ray")
    before = set(below(os.getpid()))
    host = RayExecutor(workers=2)
    host.join(Bulk())
    yield
    ours = [one for one in below(os.getpid()) if one not in before]
    host.close()
    assert len(ours) > 3
    wait_for(lambda: not any(map(runs, ours)))  # nothing stays behind


def executor(workers: int = 1, growth: float = 300.0) -> RayExecutor:
    return RayExecutor("auto", workers, growth, work=stub_walks)


def listeners(process: int) -> set[str]:
    """The addresses, in hex, at which a process waits for others; none of one that is gone."""
    mine, rows = set[str](), list[list[str]]()
    with suppress(FileNotFoundError, ProcessLookupError):
        for path in Path(f"/proc/{process}/fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed just now
                mine.add(os.readlink(path))
        for name in ("tcp", "tcp6"):
            table = Path(f"/proc/{process}/net/{name}").read_text()
            rows += [line.split() for line in table.splitlines()[1:]]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine}


def words_of(process: int) -> bytes:
    """Its command; none of one that is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def test_without_ray_there_is_a_line_for_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_ray, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"dreamgen\[bulk\]"):
        RayExecutor()


def test_ray_s_client_is_refused() -> None:
    pytest.importorskip("ray")
    with pytest.raises(UsageError, match="ray://far:10001"):
        RayExecutor("ray://far:10001")


@pytest.mark.slow
def test_a_story_outlives_its_worker_and_another_is_put_aside(
    ray_here: None, plan_of: PlanOf, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = plan_of(["kill-once; tell OMP_NUM_THREADS", "print no room for it; exit 3", "done"], deaths=2)
    once, never, fine = run_bulk(plan, tmp_path, executor(), join=no_dataset)

    assert (once.ended, never.ended, fine.ended) == ("done", "put_aside", "done")
    assert never.reason.startswith(f"its worker on {socket.gethostname()} died: ")
    assert never.reason.endswith(": no room for it"), "the last words of a worker are in the run's own logs"
    assert walks(Places(tmp_path))["died"] == 3
    assert capfd.readouterr() == ("", ""), "Ray keeps quiet"


@pytest.mark.slow
def test_workers_have_the_environment_of_their_pool(ray_here: None, plan_of: PlanOf, tmp_path: Path) -> None:
    pool = Pool(name="all", stages=STAGES, cpus=2, workers=1, together=2)
    plan = plan_of(["tell OMP_NUM_THREADS", "tell DREAMGEN_CPUS"], pools=[pool])
    crew = executor()
    try:
        assert crew.start(plan.recipe.bulk) == {"all": 1}
        Places(tmp_path).plan.touch()
        ended = ask(crew, plan, tmp_path, pool)
        assert [outcome.said[0] for outcome in ended.outcomes] == ["1", "2"]

        # one that dies while it has nothing to do takes no story with it
        os.kill(int(ended.outcomes[0].said[1]), signal.SIGKILL)
        time.sleep(0.5)
        again = ask(crew, plan, tmp_path, pool)
        assert [outcome.ended for outcome in again.outcomes] == ["done", "done"]
        assert again.outcomes[0].said[1] != ended.outcomes[0].said[1]

        Places(tmp_path).plan.unlink()
        with pytest.raises(DreamgenError, match="does not see"):
            ask(crew, plan, tmp_path, pool)
    finally:
        crew.close()


def ask(crew: RayExecutor, plan: Plan, folder: Path, pool: Pool) -> Ended:
    """One walk through all stories of a plan."""
    tasks = tuple(Task(folder=folder, item=item, recipe=plan.recipe, pool=pool) for item in plan.items)
    crew.submit(pool.name, tasks)
    assert crew.free(pool.name) == 0
    (found,) = wait_for(lambda: crew.wait(0.2))
    assert crew.free(pool.name) == 1
    return found


@pytest.mark.slow
def test_a_pool_without_room_is_told_what_the_cluster_has(ray_here: None) -> None:
    wanting = Bulk(pools=(Pool(name="draw", stages=STAGES, gpus=64, workers=1),))
    for crew in (executor(growth=0.5), RayExecutor()):
        with pytest.raises(DreamgenError) as caught:
            crew.start(wanting)
        crew.close()
        assert "'draw', which wants 1 CPU, 64 GPUs" in caught.value.message
        assert f"{socket.gethostname()} has 2 CPUs" in caught.value.message


def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")

    def refuse(**_: object) -> None:
        raise ConnectionError("nobody answers\nat all")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", refuse)
    crew = RayExecutor("10.0.0.1:6379")
    with pytest.raises(DreamgenError, match=r"joined at 10\.0\.0\.1:6379: nobody answers\n") as caught:
        crew.start(Bulk())
    crew.close()
    assert "ray status" in caught.value.hint


DRIVER = """
import sys, time
from dreamgen.bulk.ray import RayExecutor
from dreamgen.run.bulking import Bulk
crew = RayExecutor(workers=1)
print(crew.start(Bulk()), flush=True)
time.sleep(600)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
def test_nothing_of_a_cluster_of_ones_own_outlives_the_driver() -> None:
    pytest.importorskip("ray")
    command = [sys.executable, "-c", DRIVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as driver:
        assert driver.stdout is not None and driver.stderr is not None
        assert driver.stdout.readline() == b"{'all': 1}\n"
        # two agents of Ray hold nothing, and look for a cluster that was killed for another minute
        processes = [one for one in below(driver.pid) if b"Agent" not in words_of(one)]
        assert {where for one in [driver.pid, *processes] for where in listeners(one)} <= {
            "0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000",
        }, "nobody outside this machine can reach it"  # fmt: skip
        driver.kill()
        assert driver.stderr.read() == b""
    assert len(processes) > 3
    wait_for(lambda: not any(map(runs, processes)))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
def test_kills_at_random_change_no_byte_of_the_dataset() -> None:
    pytest.importorskip("ray")
    stories, workers, drivers = 60, 15, 5
    asked = ["--stories", stories, "--workers-killed", workers, "--drivers-killed", drivers, "--verify", QUICK]
    command = [sys.executable, str(BENCHMARK), *map(str, asked), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])

    assert (found["workers killed"], found["drivers killed"]) == (workers, drivers)
    assert found["files"] > stories * 30
    assert found["files that differ"] == []
    assert (found["finished artefacts made again"], found["the same by the journals"]) == (0, 0)
    again = found["walks begun"] - stories
    assert found["walks failed"] == 0
    # a driver may be killed between its line on a story that is done and the mark of the story
    assert 0 <= found["walks done"] - stories <= drivers
    assert 0 < again <= workers + drivers * 3, "no more walks are repeated than a kill can end"
