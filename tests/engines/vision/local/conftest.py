"""What the tests of models in this process share: tiny random weights of every family."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dreamgen.engines.vision.blank import FAMILIES


@pytest.fixture(scope="session", autouse=True)
def _offline() -> Iterator[None]:
    """Nobody asks the hub."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
            patch.setenv(name, "1")
        yield


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a tiny model of a family. Tests read it and leave it as it is."""
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("transformers")
    from dreamgen.engines.vision.blank import write_vision_model

    root = tmp_path_factory.mktemp("vision")

    def of(family: str) -> Path:
        folder = root / family
        return folder if folder.exists() else write_vision_model(folder, family)

    return of


@pytest.fixture(params=[name for name in FAMILIES if name not in ("qwen2_vl", "qwen3_vl_moe", "idefics3")])
def each(request: pytest.FixtureRequest, written: Callable[[str], Path]) -> Path:
    """The folder of every family in turn, without those that are prepared as another one is."""
    return written(request.param)


@pytest.fixture(params=FAMILIES)
def every(request: pytest.FixtureRequest, written: Callable[[str], Path]) -> Path:
    """The folder of every family in turn."""
    return written(request.param)


@pytest.fixture
def smol(written: Callable[[str], Path]) -> Path:
    """The folder of one family, for what all have in common."""
    return written("smolvlm")
