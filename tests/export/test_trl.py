from __future__ import annotations

import json
import re
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.trl import TrlExporter
from tests.datasets import dataset


def test_the_video_is_a_block_of_the_first_question(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    made = TrlExporter().export(dataset(pairs, [clip], media), into)
    rows = [json.loads(line) for line in made.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    assert rows[1] == {
        "id": "p2",
        "images": [],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "video", "video": "clips/scene-01.mp4"},
                    {"type": "text", "text": "What is she doing?"},
                ],
            },
            {"role": "assistant", "content": [{"type": "text", "text": "She is walking."}]},
        ],
    }
    assert [len(message["content"]) for message in rows[3]["messages"]] == [2, 1, 1, 1]


def test_the_readme_names_every_file(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> None:
    TrlExporter().export(dataset(pairs, [clip], media, splits={clip.id: "test"}), into)
    files = re.search(r"data_files=(\{.*?\})\)", (into / "README.md").read_text("utf-8"))
    assert files and json.loads(files[1]) == {"test": "test.jsonl"}
