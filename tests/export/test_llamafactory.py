from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.video import probe
from dreamgen.export.llamafactory import LlamafactoryExporter
from tests.datasets import dataset


def as_the_loader_reads(folder: Path) -> list[dict[str, Any]]:
    """What src/llamafactory/data/{parser,loader,converter,mm_plugin}.py make of the folder, by their rules.

    The real loader pins libraries that can't share this environment. Rows that it would skip in silence are
    left out here too, so that a test can count.
    """
    info = json.loads((folder / "dataset_info.json").read_text("utf-8"))["dreamgen"]
    columns, tags = info["columns"], info["tags"]
    rows = []
    for line in (folder / info["file_name"]).read_text("utf-8").splitlines():
        row = json.loads(line)
        messages = row[columns["messages"]]
        roles = [message[tags["role_tag"]] for message in messages]
        alternate = roles == [tags["user_tag"], tags["assistant_tag"]] * (len(messages) // 2)
        if info["formatting"] != "sharegpt" or not messages or not alternate:
            continue
        texts = [message[tags["content_tag"]] for message in messages]
        videos = row[columns["videos"]]
        if sum(text.count("<video>") for text in texts) != len(videos) or any("<image>" in text for text in texts):
            continue
        rows.append({"texts": texts, "videos": videos, "system": row[columns["system"]]})
    return rows


def test_all_rows_arrive(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> None:
    rows = as_the_loader_reads(LlamafactoryExporter().export(dataset(pairs, [clip], media), into))
    assert len(rows) == len(pairs)
    assert rows[3]["texts"] == ["<video>\nWhere is this?", "In a forest.", "And who is there?", "The boy."]


def test_videos_open_below_the_media_folder(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    for row in as_the_loader_reads(LlamafactoryExporter().export(dataset(pairs, [clip], media), into)):
        assert [probe(into / video).frames for video in row["videos"]] == [24]


def test_the_real_json_builder_reads_it(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path, tmp_path: Path
) -> None:
    # LLaMA-Factory's loader hands the file to datasets.load_dataset("json", ...)
    datasets = pytest.importorskip("datasets")
    folder = LlamafactoryExporter().export(dataset(pairs, [clip], media), into)
    loaded = datasets.load_dataset(
        "json", data_files=str(folder / "train.jsonl"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert loaded.num_rows == len(pairs)
    assert loaded[0]["videos"] == ["clips/scene-01.mp4"]
