"""What takes seconds to make is made by one of the suite's processes, and the others copy it."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

MadeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def made_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """A folder of this process's own with what `make` puts there, which is asked for in one process only. Every copy is
    a process's own, since some commands take a run's lock or write its report anew."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if hasattr(request.config, "workerinput") else base) / "made_once"
    shared.mkdir(exist_ok=True)

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        own, original = tmp_path_factory.mktemp(name) / "run", shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not original.exists():
                make(own)
                # a copy that was cut off is nothing that others may find
                shutil.copytree(own, shared / f"{name}.part", dirs_exist_ok=True).rename(original)
                return own
        return Path(shutil.copytree(original, own))

    return folder
