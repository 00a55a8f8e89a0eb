"""Every row of lines arrives in Hugging Face `datasets`, and a clip is decoded."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dreamgen.core.dataset import Dataset
from dreamgen.core.streaming import PairStream
from dreamgen.engines.loaders import captions, videollama3
from dreamgen.export.captions import CaptionsExporter
from dreamgen.export.videollama3 import Videollama3Exporter


def test_every_row_of_videollama3_arrives(split: Dataset, into: Path) -> None:
    pytest.importorskip("datasets")
    Videollama3Exporter().export(split, into)
    loaded = videollama3.load(into)
    assert (loaded.rows, loaded.decoded) == (6, True) and loaded.by.startswith("datasets ")


def test_every_caption_arrives_by_the_card(split: Dataset, into: Path) -> None:
    pytest.importorskip("datasets")
    told = tuple(pair.model_copy(update={"form": "caption"}) for pair in split.pairs if pair.form == "open")
    held = tuple(pair.model_copy(update={"form": "caption"}) for pair in split.pairs if pair.clip == "scene-02")
    CaptionsExporter().export(replace(split, pairs=PairStream.held(told + held)), into)
    loaded = captions.load(into)
    assert (loaded.rows, loaded.decoded) == (3, True)


def test_without_the_library_nothing_is_said_to_have_arrived(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    for form in (captions, videollama3):
        with pytest.raises(ImportError):
            form.load(into)
