from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.internvl import InternvlExporter
from dreamgen.export.plm.training import PlmExporter
from dreamgen.export.qwenvl import QwenvlExporter
from dreamgen.export.trl import TrlExporter
from tests.datasets import dataset

NONE = "Nothing here is to train on: all pairs are held out, in test."
Exporter = InternvlExporter | PlmExporter | QwenvlExporter | TrlExporter


def named(text: str) -> Iterator[str]:
    """Files and splits that a page tells people to take."""
    yield from re.findall(r"\b(?:train|validation|test)[.\w]*\.jsonl?\b", text)
    yield from (f"{name}.jsonl" for name in re.findall(r'rows\["(\w+)"\]', text))


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize(
    ("exporter", "page"),
    [
        (InternvlExporter(), "README.md"),
        (PlmExporter(), "datasets.yaml"),
        (QwenvlExporter(), "README.md"),
        (TrlExporter(), "README.md"),
    ],
)
def test_a_page_names_the_files_that_are_there_and_says_when_all_is_held_out(
    exporter: Exporter, page: str, split: str, pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    exporter.export(dataset(pairs, [clip], media, splits={clip.id: split}), into)
    text = (into / page).read_text("utf-8")
    assert [name for name in named(text) if not (into / name).is_file()] == []
    assert (NONE in text) == (split == "test")
    for taken in ("--dataset_use", "data.datamix=dreamgen:1", "--meta_path", "SFTTrainer("):
        assert split == "train" or taken not in text
