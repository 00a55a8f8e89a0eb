"""Every row arrives in Hugging Face `datasets` and in webdataset, and a clip is decoded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dreamgen.core.dataset import Dataset
from dreamgen.engines.loaders import huggingface, parquet, webdataset
from dreamgen.engines.loaders.loaded import Loaded
from dreamgen.export.huggingface import HuggingfaceExporter
from dreamgen.export.parquet import ParquetExporter
from dreamgen.export.webdataset import WebdatasetExporter


@pytest.fixture(autouse=True)
def there() -> None:
    pytest.importorskip("datasets")
    pytest.importorskip("webdataset")


def came(loaded: Loaded) -> tuple[int, bool]:
    return loaded.rows, loaded.decoded


def test_every_row_of_a_video_folder_arrives(split: Dataset, into: Path) -> None:
    loaded = huggingface.load(HuggingfaceExporter().export(split, into))
    assert came(loaded) == (6, True) and loaded.by.startswith("datasets ")


def test_every_row_of_a_table_arrives(split: Dataset, into: Path) -> None:
    ParquetExporter().export(split, into)
    assert came(parquet.load(into)) == (6, True)


def test_every_sample_of_shards_arrives_twice(split: Dataset, into: Path) -> None:
    loaded = webdataset.load(WebdatasetExporter().export(split, into))
    assert came(loaded) == (2, True)
    assert "webdataset " in loaded.by and ", datasets " in loaded.by


def test_without_the_library_nothing_is_said_to_have_arrived(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    monkeypatch.setitem(sys.modules, "webdataset", None)
    for form in (huggingface, parquet, webdataset):
        with pytest.raises(ImportError):
            form.load(into)
