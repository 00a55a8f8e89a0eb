"""What several rooms' tests share: one small run of the whole job."""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.made_once import MadeOnce

PLOT = (
    "Mara walks along the harbour in a red coat. "
    '"Have you seen my dog?" Mara asks an old man. '
    "At night the dog runs into the forest because it hears an owl."
)

# a busy machine is no fault of what is tested, and whether a change is good must not hang on the lot of that day
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("patient")

pytest_plugins = ("tests.made_once", "tests.small_world", "tests.one_shot")

Contents = Callable[[Path], dict[str, bytes]]

KEPT = pytest.StashKey[int]()
"""How many modules there were when what they hold was last set aside."""


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """All that is imported and collected stays to the end, and is set aside: looking for garbage among it takes half a
    second each time that networks are closed."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        session.config.stash[KEPT] = len(sys.modules)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """A library that a test was the first to import stays as well."""
    if len(sys.modules) > item.config.stash.get(KEPT, 0) + 200:
        gc.freeze()
        item.config.stash[KEPT] = len(sys.modules)


@pytest.fixture(scope="session", autouse=True)
def no_certificates() -> Iterator[None]:
    """No server here talks TLS, and whoever opens a client would read all the system's certificates twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", os.devnull)
        yield


@pytest.fixture(scope="session")
def tiny() -> tuple[str, ...]:
    """Changes to a recipe that make a run take seconds."""
    # workers of their own would load their libraries for longer than they would look at so little
    verify = 'verify=[{backend="pixels", workers=1}, "sight"]'
    return ("size=192x108", "fps=8", "look=flat", "render.workers=1", "clip.workers=1", verify)


@pytest.fixture(scope="session")
def contents() -> Contents:
    """Reads every file of a run, without the seconds that its receipts tell."""

    def read(folder: Path) -> dict[str, bytes]:
        found = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            data = path.read_bytes()
            if path.name == "receipt.json":
                data = json.dumps({**json.loads(data), "seconds": []}).encode()
            found[path.relative_to(folder).as_posix()] = data
        return found

    return read


@pytest.fixture(scope="session")
def plot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plot with two places, three figures, speech and a reason."""
    path = tmp_path_factory.mktemp("plot") / "lost_dog.txt"
    path.write_text(PLOT, "utf-8")
    return path


@pytest.fixture(scope="session")
def finished(plot: Path, tiny: tuple[str, ...], made_once: MadeOnce) -> Path:
    """The folder of a whole run, with its report. Tests read it and leave it as it is."""
    from dreamgen.review.notebook import dream

    return made_once("finished", lambda folder: dream(plot, folder, changes=tiny))


@pytest.fixture
def copied(finished: Path, tmp_path: Path) -> Path:
    """A copy of the whole run, for tests that change something."""
    return Path(shutil.copytree(finished, tmp_path / "copied"))
