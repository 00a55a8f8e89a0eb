"""What the tests of the model in this process share: tiny random weights in the published layout, offline."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _offline() -> Iterator[None]:
    """Nobody asks the hub."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
            patch.setenv(name, "1")
        yield


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chat model's folder. Tests read it and leave it as it is."""
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("llguidance")
    pytest.importorskip("langchain_core")
    from dreamgen.engines.chat.blank import write_chat_model

    return write_chat_model(tmp_path_factory.mktemp("chat") / "tiny")


@pytest.fixture
def copied(tiny: Path, tmp_path: Path) -> Callable[..., Path]:
    """Copies the model's folder without some of its files."""

    def copy(*without: str) -> Path:
        folder = tmp_path / "copy"
        shutil.copytree(tiny, folder)
        for name in without:
            (folder / name).unlink()
        return folder

    return copy
