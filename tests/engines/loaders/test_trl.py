"""Every row that comes with its video arrives in TRL, and a clip is decoded; its collator runs in make test-loaders."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

from dreamgen.core.dataset import Dataset
from dreamgen.engines.loaders import trl
from dreamgen.export.trl import TrlExporter


@pytest.fixture(autouse=True)
def there() -> None:
    pytest.importorskip("trl")


def change_row(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """The first row with other blocks in its first message."""
    first, *lines = path.read_text("utf-8").splitlines()
    row = json.loads(first)
    change(row["messages"][0]["content"])
    path.write_text("\n".join([json.dumps(row), *lines]), "utf-8")


def test_every_row_arrives_but_one_that_lost_its_video(split: Dataset, into: Path) -> None:
    TrlExporter().export(split, into)
    loaded = trl.load(into)
    assert (loaded.rows, loaded.decoded) == (6, True) and loaded.by.startswith("TRL ")
    change_row(into / "test.jsonl", lambda blocks: blocks.pop(0))
    assert trl.load(into).rows == 5


def test_a_picture_that_is_not_there_stops_it(split: Dataset, into: Path) -> None:
    TrlExporter().export(split, into)
    change_row(into / "train.jsonl", lambda blocks: blocks[0].update(type="image"))
    with pytest.raises(ValueError, match="does not match number of image placeholders"):
        trl.load(into)


def test_without_torchvision_nothing_is_asked_for_that_warns_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def lacks_torchvision(**_: object) -> NoReturn:
        raise ImportError("it requires the Torchvision library")

    class Bare(ModuleType):
        def __getattr__(self, name: str) -> object:
            asked.append(name)
            return lacks_torchvision

    monkeypatch.setitem(sys.modules, "transformers", Bare("transformers"))
    with pytest.raises(ImportError, match="Torchvision"):
        trl.toy_processor()
    assert "Qwen2VLVideoProcessor" in asked and "Qwen2VLImageProcessor" not in asked
