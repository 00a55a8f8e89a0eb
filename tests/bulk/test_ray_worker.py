import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from dreamgen.bulk.places import Places
from dreamgen.bulk.ray_ends import await_end, cause
from dreamgen.bulk.ray_worker import Greeting, Post, RayWorker, absolute, check_alike, greeting
from dreamgen.bulk.working import Task
from dreamgen.errors import DreamgenError
from dreamgen.run.bulking import EVERYTHING
from tests.bulk.conftest import PlanOf
from tests.bulk.stubs import stub_walks


@pytest.fixture
def task(plan_of: PlanOf, tmp_path: Path) -> Task:
    plan = plan_of(["done"])
    return Task(folder=tmp_path, item=plan.items[0], recipe=plan.recipe, pool=EVERYTHING)


def worker(home: Path) -> RayWorker:
    return RayWorker(Post(pool="all", number=0, cpus=2, home=str(home)), stub_walks)


@pytest.fixture(autouse=True)
def _stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setenv("DREAMGEN_CPUS", os.environ.get("DREAMGEN_CPUS", "1"))


def test_a_worker_works_where_the_driver_does(tmp_path: Path) -> None:
    said = worker(tmp_path).greet()
    assert (Path.cwd(), os.environ["DREAMGEN_CPUS"], said.lost) == (tmp_path, "2", "")


def test_a_node_that_lacks_the_folder_of_the_driver_is_told(tmp_path: Path) -> None:
    said = worker(tmp_path / "away").greet()
    with pytest.raises(DreamgenError, match=f"{said.node} has no folder {tmp_path / 'away'}"):
        check_alike(said, greeting())


def test_a_node_that_does_not_see_the_plan_makes_nothing(task: Task) -> None:
    answer = worker(task.folder).walk((task,))
    assert str(Places(task.folder).plan) in answer.complaint
    assert answer.outcomes == ()


@pytest.mark.parametrize(
    "change, words",
    [({"code": "1" * 32}, "runs another dreamgen (11111111)"), ({"libraries": (("av", "0.1"),)}, "has av 0.1")],
)
def test_nodes_must_be_alike(change: dict[str, object], words: str) -> None:
    ours = greeting()
    check_alike(Greeting.model_validate({**ours.model_dump(), "node": "other"}), ours)
    with pytest.raises(DreamgenError) as caught:
        check_alike(Greeting.model_validate({**ours.model_dump(), "node": "other", **change}), ours)
    assert f"other {words}" in caught.value.message


def test_folders_mean_the_same_on_every_machine(task: Task) -> None:
    here = task.model_copy(update={"folder": Path("outputs")})
    assert absolute(here).folder == Path.cwd() / "outputs"


def test_a_death_is_told_with_the_last_words(tmp_path: Path) -> None:
    said = greeting().model_copy(update={"node": "far", "log": "far-all-0"})
    assert said.death(tmp_path, "gone") == "its worker on far died: gone"
    log = Places(tmp_path).log("far-all-0")
    log.parent.mkdir()
    log.write_text("-- all: story-0\nno room for a tensor\n")
    assert said.death(tmp_path, "gone") == "its worker on far died: gone: no room for a tensor"


def test_what_ray_says_of_a_death_is_one_line() -> None:
    error = RuntimeError("The actor died.\n\tactor_id: 01ab\nThe actor is dead because its node has died.\n\tmore")
    assert cause(error) == "The actor is dead because its node has died."
    assert cause(RuntimeError(f"The actor {'0a' * 16} is unavailable.")) == "The actor is unavailable."
    assert cause(RuntimeError()) == "RuntimeError"


def test_the_end_of_processes_is_waited_for_but_not_for_ever() -> None:
    began = time.monotonic()
    await_end([os.getpid()], seconds=0.1)
    assert 0.1 <= time.monotonic() - began < 30, "who does not go is given up"

    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.2)"]) as process:
        reaping = Thread(target=process.wait)
        reaping.start()
        await_end([process.pid], seconds=60.0)
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)
        reaping.join()

    began = time.monotonic()
    await_end([2**22 + 1], seconds=60.0)
    assert time.monotonic() - began < 30, "who is gone is not waited for"
