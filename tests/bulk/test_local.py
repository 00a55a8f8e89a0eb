from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import ClassVar

import pytest

from dreamgen.bulk import local
from dreamgen.bulk.deaths import last_words, memory_kills
from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.executing import Ended
from dreamgen.bulk.items import Plan
from dreamgen.bulk.local import LocalExecutor
from dreamgen.bulk.places import Places
from dreamgen.bulk.working import Task
from dreamgen.errors import DreamgenError
from dreamgen.run.bulking import Bulk
from tests.bulk.conftest import PlanOf
from tests.bulk.families import below, runs, wait_for
from tests.bulk.stubs import hangs, no_dataset, stub_walks

DRIVER = """
import sys
from pathlib import Path
from dreamgen.bulk.local import LocalExecutor
from dreamgen.bulk.working import Task
from tests.bulk.families import below, runs, wait_for
from tests.bulk.stubs import hangs, stub_walks
task = Task.model_validate_json(Path(sys.argv[1]).read_bytes())
executor = LocalExecutor(1, stub_walks)
executor.start(task.recipe.bulk)
executor.submit("all", (task,))
executor.wait(60)
"""
"""A driver whose worker has workers of its own."""


def tasks_of(plan: Plan, folder: Path) -> tuple[Task, ...]:
    (pool,) = plan.recipe.bulk.pools
    return tuple(Task(folder=folder, item=item, recipe=plan.recipe, pool=pool) for item in plan.items)


def ended(executor: LocalExecutor) -> Ended:
    return wait_for(lambda: executor.wait(0.1))[0]


def walk(executor: LocalExecutor, *tasks: Task) -> Ended:
    executor.submit("all", tasks)
    return ended(executor)


def process_of(one: Ended) -> int:
    """The number of the process that walked, as its outcome tells."""
    return int(one.outcomes[0].said[1])


def test_a_worker_that_dies_is_replaced_and_what_it_says_is_kept(
    plan_of: PlanOf, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(["tell DREAMGEN_CPUS", "raise no such tree", "print a word; kill", "print no memory; exit 3"])
    tells, wrong, killed, gone = tasks_of(plan, tmp_path)
    monkeypatch.setattr(local, "memory_kills", itertools.count().__next__)  # the kernel ends others all the time
    executor = LocalExecutor(1, stub_walks)
    executor.start(plan.recipe.bulk)
    try:
        one, two = walk(executor, tells), walk(executor, wrong)
        assert one.outcomes[0].said[0] == "1", "workers share the machine, and start none of their own"
        assert (two.outcomes[0].item, two.outcomes[0].ended, two.outcomes[0].whose) == ("story-1", "failed", "story")
        assert "ValueError: no such tree" in two.outcomes[0].trace

        four = walk(executor, killed)
        assert (four.tasks, four.outcomes) == ((killed,), ())
        assert four.why.startswith("its worker process was ended by signal 9 (Killed): the system was out of memory")
        three = walk(executor, tells, tells)
        assert process_of(three) != process_of(one)
        assert [outcome.ended for outcome in three.outcomes] == ["done", "done"]

        os.kill(process_of(three), signal.SIGKILL)
        assert walk(executor, gone).why == "its worker process was ended with exit code 3: no memory", (
            "who dies with nothing to do takes no story along"
        )
        assert executor.free("all") == 1

        (log,) = (tmp_path / "logs").iterdir()
        assert log.read_text().split("\n")[2:5] == ["-- all: story-2", "a word", "a word"]
        walk(executor, tells)
        shutil.rmtree(tmp_path / "logs")
        assert walk(executor, tells).outcomes[0].ended == "done", "whoever clears logs away harms no story"
    finally:
        executor.close()

    assert capfd.readouterr() == ("", ""), "nothing breaks into what the driver shows"


def test_who_never_ends_is_ended_and_what_never_ends_to_be_said_is_cut_off(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(["print " + "x" * 100, "sleep 60"], patience=2.0)
    loud, hangs = tasks_of(plan, tmp_path)
    monkeypatch.setattr(local, "LONGEST_LOG", 100)
    executor = LocalExecutor(1, stub_walks)
    executor.start(plan.recipe.bulk)
    try:
        while not walk(executor, loud).outcomes:  # a worker that is only starting needs more patience
            pass
        began = time.monotonic()
        one = walk(executor, hangs)
    finally:
        executor.close()

    assert one.why == "it took longer than bulk.patience = 2 seconds, and its worker was ended"
    assert time.monotonic() - began < 20
    (log,) = (tmp_path / "logs").iterdir()
    assert log.read_text() == "-- all: story-1\n"


def test_who_never_comes_up_is_ended_too_and_no_story_is_blamed(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "wake", hangs)
    monkeypatch.setattr(local, "START", 0.1)
    why = "no worker of the pool 'all' comes up: it did not come up within 0.1 seconds, and its worker was ended"
    with pytest.raises(DreamgenError, match=why):
        run_bulk(plan_of(["done"]), tmp_path, LocalExecutor(1, stub_walks), join=no_dataset)
    assert not [*Places(tmp_path).settled("x").parent.parent.rglob("*.json")], "it gets all its tries the next time"


class AtTheLastMoment(threading.Timer):
    """Loses patience with a new worker while its answer comes in, or just after that."""

    waking: ClassVar[AtTheLastMoment | None] = None
    after: ClassVar[bool] = False

    def start(self) -> None:
        if AtTheLastMoment.waking is None:
            AtTheLastMoment.waking = self
        elif self.after:
            AtTheLastMoment.waking.fire()

    def cancel(self) -> None:
        if self is AtTheLastMoment.waking and not self.after:
            self.fire()

    def fire(self) -> None:
        self.function(*self.args, **self.kwargs)


@pytest.mark.parametrize("after", [False, True])
def test_who_comes_up_at_the_last_moment_takes_no_story_along(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    monkeypatch.setattr(AtTheLastMoment, "waking", None)
    monkeypatch.setattr(AtTheLastMoment, "after", after)
    monkeypatch.setattr(threading, "Timer", AtTheLastMoment)
    plan = plan_of(["done"], patience=60.0)
    executor = LocalExecutor(1, stub_walks)
    executor.start(plan.recipe.bulk)
    try:
        (one,) = (walk(executor, task) for task in tasks_of(plan, tmp_path))
    finally:
        executor.close()
    assert (one.why, [outcome.ended for outcome in one.outcomes]) == ("", ["done"])


def test_the_kernel_counts_what_it_ended(tmp_path: Path) -> None:
    container, whole = tmp_path / "memory.events", tmp_path / "vmstat"
    whole.write_text("nr_free_pages 7\noom_kill 12\n")

    assert memory_kills((container, whole)) == 12
    container.write_text("low 0\noom 3\noom_kill 2\noom_group_kill 0\n")
    assert memory_kills((container, whole)) == 2
    assert memory_kills(()) == 0


def test_the_last_words_of_a_worker_are_its_own(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert last_words(log) == ""
    log.write_text("-- all: story-1\nImportError: libcuda.so.1\n\n-- all: story-2\n")
    assert last_words(log) == "", "what it said about another story says nothing of this one"
    log.write_text("-- all: story-1\n\n-- all: story-2\nTraceback\nImportError: libcuda.so.1\n\n")
    assert last_words(log) == "ImportError: libcuda.so.1"


def test_close_ends_workers_whatever_they_do(plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_GOODBYE", 60.0)
    executor = LocalExecutor(2, stub_walks)
    executor.start(Bulk())
    for task in tasks_of(plan_of(["sleep 60", "sleep 60"]), tmp_path):
        executor.submit("all", (task,))
    began = time.monotonic()
    executor.close()

    assert time.monotonic() - began < 30, "nobody is waited for until patience ends"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nobody_outlives_a_driver_that_is_killed(plan_of: PlanOf, tmp_path: Path) -> None:
    (task,) = tasks_of(plan_of(["crew"]), tmp_path)
    (tmp_path / "task.json").write_text(task.model_dump_json())
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, tmp_path / "task.json"], env=path_of_tests())
    family = wait_for(lambda: below(driver.pid) if len(below(driver.pid)) == 3 else None)  # one worker and its two

    driver.kill()
    driver.wait()
    wait_for(lambda: not any(map(runs, family)), seconds=30.0)  # they would sleep for a minute


def path_of_tests() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "DREAMGEN_CPUS": "2"}
