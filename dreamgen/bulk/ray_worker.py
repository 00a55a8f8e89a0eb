"""What runs in a Ray actor: who it is, and walks through stories. It needs no Ray itself."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from dreamgen.bulk.deaths import HEAD, last_words
from dreamgen.bulk.executing import Work
from dreamgen.bulk.places import Places
from dreamgen.bulk.working import Outcome, Task, work_all
from dreamgen.core.base import Record
from dreamgen.engines.processes import ALLOWED
from dreamgen.errors import DreamgenError
from dreamgen.run import keys


class Post(Record):
    """What a worker is hired for."""

    pool: str
    """Whose it is."""
    number: int
    """Which of the pool."""
    cpus: int
    """How many it may use."""
    home: str
    """The driver's working folder, in which recipes look for their models, prompts and styles."""


class Greeting(Record):
    """What a worker says first."""

    node: str
    """The name of its machine."""
    process: int
    """Its number there."""
    code: str
    """The fingerprint of its dreamgen; see `keys.package_version`."""
    libraries: tuple[tuple[str, str], ...]
    """Those that shape bytes, and their versions."""
    log: str = ""
    """What its log is called in the run's folder."""
    lost: str = ""
    """The folder that is not there, where it should work in one."""

    def death(self, folder: Path, why: str) -> str:
        """What is known of its end: what Ray says, and what it said itself last."""
        words = last_words(Places(folder).log(self.log))
        return f"its worker on {self.node} died: {why}{f': {words}' if words else ''}"


class Answer(Record):
    """What a worker says after a walk."""

    outcomes: tuple[Outcome, ...] = ()
    """In the order of the tasks."""
    complaint: str = ""
    """Why it did not even begin; no other story would fare better."""


class RayWorker:
    """Walks through stories, one task after the other.

    Args:
        post: what it is hired for.
        work: what it does.
    """

    def __init__(self, post: Post, work: Work = work_all) -> None:
        self._post, self._work, self._lost, self._writes_to = post, work, "", Path()
        self._name = f"{socket.gethostname()}-{post.pool}-{post.number}"
        os.environ[ALLOWED] = str(post.cpus)
        try:
            os.chdir(post.home)
        except OSError:
            self._lost = post.home

    def greet(self) -> Greeting:
        """Who it is."""
        return greeting().model_copy(update={"log": self._name, "lost": self._lost})

    def begin(self) -> bool:
        """Says that it is alive, so that what it dies of from now on is what it gets next."""
        return True

    def walk(self, tasks: tuple[Task, ...]) -> Answer:
        """Walks through several stories that it has in hand."""
        places = Places(tasks[0].folder)
        if not places.plan.is_file():
            return Answer(complaint=f"{socket.gethostname()} does not see {places.plan}")
        self._write_to(places.log(self._name))
        print(f"{HEAD}{self._post.pool}: {', '.join(task.item.id for task in tasks)}", flush=True)  # noqa: T201
        return Answer(outcomes=self._work(tasks))

    def _write_to(self, log: Path) -> None:
        """What it and its libraries print goes to the run's folder, where people look, and not to Ray's."""
        if log == self._writes_to:
            return
        log.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        sys.stdout.flush()
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.close(handle)
        self._writes_to = log


def greeting() -> Greeting:
    """What a worker in this process would say."""
    return Greeting(
        node=socket.gethostname(), process=os.getpid(), code=keys.package_version(),
        libraries=keys.versions(keys.LIBRARIES),
    )  # fmt: skip


def check_alike(theirs: Greeting, ours: Greeting) -> None:
    """Makes sure that a worker's stories are what the driver's would be.

    Raises:
        DreamgenError: for other code, other libraries, or no shared folder.
    """
    wrong = _difference(theirs, ours)
    if wrong:
        raise DreamgenError(
            f"the nodes of the cluster are not alike: {theirs.node} {wrong}",
            "Install the same packages on all of them, and start from a folder that they share.",
        )


def _difference(theirs: Greeting, ours: Greeting) -> str:
    if theirs.lost:
        return f"has no folder {theirs.lost}, in which the driver was started"
    if theirs.code != ours.code:
        return f"runs another dreamgen ({theirs.code[:8]}) than the driver ({ours.code[:8]})"
    other, own = dict(theirs.libraries), dict(ours.libraries)
    names = [name for name in sorted({*other, *own}) if other.get(name) != own.get(name)]
    return f"has {names[0]} {other.get(names[0])}, the driver {own.get(names[0])}" if names else ""


def absolute(task: Task) -> Task:
    """The same task with a folder that means the same on every machine."""
    return task.model_copy(update={"folder": Path(os.path.abspath(task.folder))})
