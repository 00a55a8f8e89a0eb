"""Every row that comes with its video arrives in TRL, and a clip is decoded; its collator runs in make test-loaders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dreamgen.core.dataset import Dataset
from dreamgen.engines.loaders import trl
from dreamgen.export.trl import TrlExporter


@pytest.fixture(autouse=True)
def there() -> None:
    pytest.importorskip("trl")


def test_every_row_arrives_but_one_that_lost_its_video(split: Dataset, into: Path) -> None:
    TrlExporter().export(split, into)
    loaded = trl.load(into)
    assert (loaded.rows, loaded.decoded) == (6, True) and loaded.by.startswith("TRL ")
    path = into / "test.jsonl"
    row = json.loads(path.read_text("utf-8"))
    row["messages"][0]["content"].pop(0)
    path.write_text(json.dumps(row), "utf-8")
    assert trl.load(into).rows == 5


def test_a_picture_that_is_not_there_stops_it(split: Dataset, into: Path) -> None:
    TrlExporter().export(split, into)
    path = into / "train.jsonl"
    path.write_text(path.read_text("utf-8").replace('{"type": "video", ', '{"type": "image", '), "utf-8")
    with pytest.raises(ValueError, match="does not match number of image placeholders"):
        trl.load(into)
