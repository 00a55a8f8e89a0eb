from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.parquet import Column
from dreamgen.errors import MissingExtra
from dreamgen.export.columns import COLUMNS, REJECTED
from dreamgen.export.parquet import ParquetExporter
from tests.datasets import dataset

Pairs = tuple[InstructionPair, ...]
DOCS = Path(__file__).parents[2] / "docs" / "shards.md"


def test_the_hub_reads_every_row(pairs: Pairs, clip: Clip, media: Path, into: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    path = ParquetExporter().export(dataset(pairs, [clip], media), into)
    rows = datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
    assert rows.column_names == [one.name for one in COLUMNS] and rows.num_rows == len(pairs)
    assert rows[0]["options"] == ["Blue", "Red", "Grey", "Green"] and rows[0]["answer_letter"] == "B"
    assert [turn["role"] for turn in rows[3]["conversations"]] == ["human", "assistant"] * 2
    assert (into / rows[0]["video"]).is_file() and rows[0]["end"] == clip.seconds


def test_a_whole_clip_is_a_span_too(pairs: Pairs, clip: Clip, media: Path, into: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    whole = pairs[0].model_copy(update={"span": None})
    path = ParquetExporter().export(dataset([whole], [clip], media), into)
    (row,) = datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
    assert (row["start"], row["end"]) == (0.0, clip.seconds)


def test_it_says_what_is_missing_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.engines.parquet.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match="pyarrow"):
        ParquetExporter()


@pytest.mark.parametrize("column", [*COLUMNS, *REJECTED])
def test_the_documents_name_every_column(column: Column) -> None:
    name, kind, meaning, *_ = column
    assert f"| `{name}` | {kind.replace('_', ' ')} | {meaning} |" in DOCS.read_text("utf-8")


def test_stories_whose_films_are_called_alike_do_not_overwrite_each_other(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    other = clip.model_copy(update={"id": "second-scene-01"})
    both = [*pairs, pairs[0].model_copy(update={"id": "p5", "clip": other.id})]
    ParquetExporter().export(dataset(both, [clip, other], media), into)
    assert sorted(path.name for path in (into / "clips").iterdir()) == ["scene-01.mp4", "second-scene-01.mp4"]
