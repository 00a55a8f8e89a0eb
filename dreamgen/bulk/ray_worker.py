"""What runs in a Ray actor: who it is, and walks through stories. It needs no Ray itself."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dreamgen.bulk.places import Places
from dreamgen.bulk.working import Outcome, Task, work_all
from dreamgen.core.base import Record
from dreamgen.run import keys


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
    lost: str = ""
    """The folder that is not there, where it should work in one."""


class Answer(Record):
    """What a worker says after a walk."""

    outcomes: tuple[Outcome, ...] = ()
    """In the order of the tasks."""
    complaint: str = ""
    """Why it did not even begin; no other story would fare better."""


class RayWorker:
    """Walks through stories, one task after the other.

    Args:
        home: the driver's working folder, in which recipes look for their models, prompts and styles.
        environment: variables of this pool.
    """

    def __init__(self, home: str, environment: Mapping[str, str]) -> None:
        os.environ.update(environment)
        self._lost = ""
        try:
            os.chdir(home)
        except OSError:
            self._lost = home

    def greet(self) -> Greeting:
        """Who it is."""
        return greeting(self._lost)

    def walk(self, tasks: tuple[Task, ...]) -> Answer:
        """Walks through several stories that it has in hand."""
        plan = Places(tasks[0].folder).plan
        if not plan.is_file():
            return Answer(complaint=f"{socket.gethostname()} does not see {plan}")
        return Answer(outcomes=work_all(tasks))


def greeting(lost: str = "") -> Greeting:
    """What a worker in this process would say."""
    return Greeting(
        node=socket.gethostname(), process=os.getpid(), code=keys.package_version(), libraries=_libraries(), lost=lost
    )


def differs(theirs: Greeting, ours: Greeting) -> str:
    """Why a worker's stories would not be the driver's, in a sentence; empty when they would."""
    if theirs.lost:
        return f"{theirs.node} has no folder {theirs.lost}, in which the driver was started"
    if theirs.code != ours.code:
        return f"{theirs.node} runs another dreamgen ({theirs.code[:8]}) than the driver ({ours.code[:8]})"
    other, own = dict(theirs.libraries), dict(ours.libraries)
    for name in sorted({*other, *own}):
        if other.get(name) != own.get(name):
            return f"{theirs.node} has {name} {other.get(name, 'not')}, the driver {own.get(name, 'not')}"
    return ""


def _libraries() -> tuple[tuple[str, str], ...]:
    found = []
    for name in keys.LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def absolute(task: Task) -> Task:
    """The same task with a folder that means the same on every machine."""
    return task.model_copy(update={"folder": Path(os.path.abspath(task.folder))})
