from __future__ import annotations

import json
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.video import probe
from dreamgen.export.swift import SwiftExporter
from tests.datasets import dataset


def test_every_pair_is_a_line_of_messages(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    made = SwiftExporter().export(dataset(pairs, [clip], media), into)
    rows = [json.loads(line) for line in made.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    assert rows[1]["messages"] == [
        {"role": "user", "content": "<video>What is she doing?"},
        {"role": "assistant", "content": "She is walking."},
    ]
    assert [message["role"] for message in rows[3]["messages"]] == ["user", "assistant"] * 2


def test_videos_open_where_training_starts(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    made = SwiftExporter().export(dataset(pairs, [clip], media), into)
    for line in made.read_text("utf-8").splitlines():
        (video,) = json.loads(line)["videos"]
        assert not Path(video).is_absolute() and probe(into / video).frames == clip.frames


def test_what_is_held_out_is_a_file_of_its_own(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    made = SwiftExporter().export(dataset(pairs, [clip], media, splits={clip.id: "validation"}), into)
    assert made.name == "validation.jsonl" and not (into / "train.jsonl").exists()
