"""Who is hired when a cluster grows, when nodes and workers go: a scripted Ray, without processes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dreamgen.bulk import ray as bulk_ray
from dreamgen.bulk.places import Places
from dreamgen.bulk.ray import STILLBORN, RayExecutor
from dreamgen.bulk.ray_worker import RayWorker
from dreamgen.bulk.working import Task
from dreamgen.errors import DreamgenError
from dreamgen.run.bulking import EVERYTHING, Bulk
from tests.bulk.conftest import PlanOf
from tests.bulk.stubs import stub_walks


class RayError(Exception):
    pass


class Call:
    """What a worker was asked; it is done when somebody looks for the answer."""

    def __init__(self, worker: Worker, ask: Callable[[], Any]) -> None:
        self.worker, self.ask = worker, ask


class Worker:
    def __init__(self, cluster: FakeRay, args: Sequence[Any]) -> None:
        self.cluster, self.dead, self.hangs = cluster, False, False
        self.does = RayWorker(*args)

    def __getattr__(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(remote=lambda *args: Call(self, lambda: getattr(self.does, name)(*args)))


class FakeRay:
    """A cluster of nodes with a CPU each."""

    exceptions = SimpleNamespace(RayError=RayError)
    _private = SimpleNamespace(worker=SimpleNamespace())

    def __init__(self) -> None:
        self.size, self.joined = 1, True
        self.hired: list[Worker] = []
        self.stillborn = self.hanging = 0

    def is_initialized(self) -> bool:
        return self.joined

    def init(self, **_: Any) -> None:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(number))  # as the real one does

    def shutdown(self) -> None:
        self.joined = False

    def nodes(self) -> list[dict[str, Any]]:
        has = {"CPU": 1.0}
        return [{"Alive": True, "Resources": has, "NodeManagerHostname": f"node-{k}"} for k in range(self.size)]

    def remote(self, actor: type) -> Any:
        return SimpleNamespace(options=lambda **_: SimpleNamespace(remote=self.hire))

    def hire(self, *args: Any) -> Worker:
        worker = Worker(self, args)
        worker.dead, self.stillborn = self.stillborn > 0, self.stillborn - 1
        worker.hangs, self.hanging = self.hanging > 0, self.hanging - 1
        self.hired.append(worker)
        return worker

    @property
    def placed(self) -> list[Worker]:
        """Those that have a node; dead ones have answers, too."""
        alive = [worker for worker in self.hired if not worker.dead]
        return [*alive[: self.size], *(worker for worker in self.hired if worker.dead)]

    def answers(self, worker: Worker) -> bool:
        return worker in self.placed and not worker.hangs

    def wait(self, calls: list[Call], num_returns: int, timeout: float) -> tuple[list[Call], list[Call]]:
        ready = [call for call in calls if self.answers(call.worker)][:num_returns]
        return ready, [call for call in calls if call not in ready]

    def get(self, call: Call) -> Any:
        if call.worker.dead:
            raise RayError("the worker is dead because somebody killed it")
        return call.ask()

    def kill(self, worker: Worker, no_restart: bool) -> None:
        assert no_restart
        worker.dead = True


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeRay:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREAMGEN_CPUS", "1")
    monkeypatch.setattr(RayWorker, "_write_to", lambda *_: None)
    monkeypatch.setattr(bulk_ray, "find_spec", lambda name: name)
    monkeypatch.setattr(bulk_ray, "LOOK", 0.0)
    monkeypatch.setitem(sys.modules, "ray", FakeRay())
    Places(tmp_path).plan.touch()
    return sys.modules["ray"]  # type: ignore[return-value]


@pytest.fixture
def tasks(plan_of: PlanOf, tmp_path: Path) -> tuple[Task, ...]:
    plan = plan_of(["done"])
    return (Task(folder=tmp_path, item=plan.items[0], recipe=plan.recipe, pool=EVERYTHING),)


def crew(workers: int = 0, growth: float = 60.0) -> RayExecutor:
    return RayExecutor("auto", workers, growth, work=stub_walks)


def test_a_cluster_that_grows_has_more_workers(cluster: FakeRay) -> None:
    executor = crew()
    assert executor.start(Bulk()) == {"all": 1}
    cluster.size = 3
    executor.wait(0)
    executor.wait(0)
    assert executor.free("all") == 3
    assert executor.workers() == {"all": 3}


def test_workers_that_were_asked_for_wait_for_their_nodes(cluster: FakeRay) -> None:
    executor = crew(workers=3)
    assert executor.start(Bulk()) == {"all": 3}
    assert executor.free("all") == 1
    assert executor.workers() == {"all": 1}, "only those that are there count"
    cluster.size = 3
    executor.wait(0)
    assert (executor.free("all"), len(cluster.hired)) == (3, 3)


def test_a_worker_that_dies_in_a_walk_gives_it_back_and_another_is_hired(
    cluster: FakeRay, tasks: tuple[Task, ...]
) -> None:
    executor = crew()
    executor.start(Bulk())
    executor.submit("all", tasks)
    assert executor.wait(0) == ()  # it has said that it is alive
    cluster.hired[0].dead = True
    (ended,) = executor.wait(0)

    assert (ended.tasks, ended.outcomes) == (tasks, ())
    assert ended.why.endswith("died: the worker is dead because somebody killed it")
    executor.wait(0)
    assert (executor.free("all"), len(cluster.hired)) == (1, 2)


def test_patience_with_a_walk_has_an_end_and_another_worker_is_hired(
    cluster: FakeRay, tasks: tuple[Task, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(bulk_ray, "time", SimpleNamespace(monotonic=lambda: now[0]))
    executor = crew()
    executor.start(Bulk(patience=0.2))
    executor.submit("all", tasks * 2)
    assert executor.wait(0) == ()  # it has said that it is alive
    cluster.hired[0].hangs = True
    now[0] += 0.3
    assert executor.wait(0) == (), "two stories need the patience of two"
    now[0] += 0.2
    (ended,) = executor.wait(0)

    assert (ended.tasks, ended.outcomes, cluster.hired[0].dead) == (tasks * 2, (), True)
    assert "it took longer than bulk.patience = 0.2 seconds" in ended.why
    executor.wait(0)
    assert (executor.free("all"), len(cluster.hired)) == (1, 2)


def test_one_that_was_dead_before_takes_no_story_with_it(cluster: FakeRay, tasks: tuple[Task, ...]) -> None:
    executor = crew()
    executor.start(Bulk())
    cluster.hired[0].dead = True
    executor.submit("all", tasks)
    said = [ended for _ in range(4) for ended in executor.wait(0)]

    assert [[outcome.ended for outcome in ended.outcomes] for ended in said] == [["done"]]
    assert executor.free("all") == 1


def test_workers_that_never_come_up_end_everything(cluster: FakeRay) -> None:
    cluster.stillborn = 1000
    with pytest.raises(DreamgenError, match=r"no worker of the pool .all. comes up: .*somebody killed it"):
        crew().start(Bulk())
    assert len(cluster.hired) == STILLBORN


def test_a_worker_that_hangs_as_it_starts_keeps_no_story_from_those_that_are_up(
    cluster: FakeRay, tasks: tuple[Task, ...]
) -> None:
    cluster.size = 2
    executor = crew()
    executor.start(Bulk())
    executor.wait(0)
    executor.submit("all", tasks)
    cluster.hired[0].dead, cluster.hanging = True, 1  # before it has begun, and the one in its place never comes up
    said = [ended for _ in range(4) for ended in executor.wait(0)]
    assert [[outcome.ended for outcome in ended.outcomes] for ended in said] == [["done"]]
    assert (executor.workers(), executor.free("all")) == ({"all": 1}, 1)


def test_a_worker_that_hangs_as_it_starts_is_replaced(cluster: FakeRay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_ray, "START", 0.05)
    cluster.hanging = 2
    executor = crew()
    assert executor.start(Bulk()) == {"all": 1}
    assert [worker.dead for worker in cluster.hired] == [True, True, False]


def test_a_worker_that_hangs_while_it_has_nothing_to_do_takes_no_story_with_it(
    cluster: FakeRay, tasks: tuple[Task, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = crew()
    executor.start(Bulk())
    cluster.hired[0].hangs = True
    monkeypatch.setattr(bulk_ray, "START", 0.0)
    executor.submit("all", tasks)
    monkeypatch.setattr(bulk_ray, "START", 60.0)
    said = [ended for _ in range(5) for ended in executor.wait(0)]
    assert [[outcome.ended for outcome in ended.outcomes] for ended in said] == [["done"]]


def test_a_pool_whose_workers_all_hang_ends_everything_with_the_reason(cluster: FakeRay) -> None:
    cluster.hanging = 1000
    with pytest.raises(DreamgenError, match=r"no worker of the pool 'all' came up, .*: node-0 has 1 CPU") as caught:
        crew(growth=0.2).start(Bulk())
    assert "may hang as it starts" in caught.value.hint


def test_a_few_stillborn_workers_are_replaced(cluster: FakeRay) -> None:
    cluster.stillborn = STILLBORN - 1
    assert crew().start(Bulk()) == {"all": 1}


def test_a_cluster_without_nodes_is_waited_for_and_then_told(cluster: FakeRay) -> None:
    executor = crew(growth=0.2)
    executor.start(Bulk())
    cluster.hired[0].dead = True
    cluster.size = 0
    with pytest.raises(DreamgenError, match="no node has room for a worker of the pool 'all', which wants 1 CPU"):
        executor.submit("all", ())
        while True:
            executor.wait(0.01)


def test_to_join_a_cluster_changes_nothing_about_sigterm(cluster: FakeRay) -> None:
    cluster.joined = False
    before = signal.getsignal(signal.SIGTERM)
    executor = crew()
    executor.start(Bulk())
    executor.close()
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_end_is_the_end_of_all_workers(cluster: FakeRay) -> None:
    executor = crew(workers=2)
    cluster.size = 2
    executor.start(Bulk())
    executor.close()
    assert all(worker.dead for worker in cluster.hired)
