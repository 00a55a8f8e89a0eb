"""What the stylists' tests share: a small random model, and a few pictures to learn from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw


@pytest.fixture(autouse=True)
def _offline_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks the hub, and bits do not depend on the machine."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SDXL in small with random weights. Tests read it and leave it as it is."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from dreamgen.engines.diffusion.blank import write_sdxl

    return write_sdxl(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures of a red ball on a dark ground."""
    folder = tmp_path_factory.mktemp("images")
    for number in range(3):
        picture = Image.new("RGB", (64, 64), (20, 20, 60))
        ImageDraw.Draw(picture).ellipse((8 + 3 * number, 10, 44 + 3 * number, 56), fill=(220, 40, 40))
        picture.save(folder / f"{number}.png")
    return folder


@pytest.fixture
def quick(model: Path, tmp_path: Path) -> dict[str, Any]:
    """Options with which pictures are drawn in no time, and kept where the test can see them."""
    from dreamgen.engines.diffusion.checkpoint import Checkpoint

    return {
        "diffusion": Checkpoint(model=str(model)), "places": 3, "each": 1, "drawn_side": 64, "drawn_steps": 1,
        "work": str(tmp_path / "work"),
    }  # fmt: skip
