"""Every row of PLM's sets arrives in Hugging Face `datasets`, by the configurations that the card names."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.engines.loaders.plmbench import load
from dreamgen.export.plm.bench import PlmbenchExporter
from dreamgen.export.rules.plmbench import look
from tests.datasets import dataset
from tests.export.conftest import make_pair
from tests.export.plm.marked import marked_clip, pairs_about


def test_every_row_arrives_and_a_clip_is_decoded(tmp_path: Path, into: Path) -> None:
    pytest.importorskip("datasets")
    clips = [marked_clip(tmp_path / "marked", name) for name in ("scene-01", "scene-02")]
    choice = make_pair("p1", "choice", "What colour is the coat?", "Red", options=("Blue", "Red", "Grey"))
    pairs = [choice, pairs_about("scene-01")[2], pairs_about("scene-02")[2]]
    PlmbenchExporter().export(dataset(pairs, clips, tmp_path / "marked", splits={"scene-01": "test"}), into)

    loaded = load(into)
    assert (loaded.rows, loaded.decoded) == (4, True) == (look(into).rows, True)


def test_what_is_trained_on_arrives_beside_what_is_held_out_though_its_columns_are_others(
    tmp_path: Path, into: Path
) -> None:
    pytest.importorskip("datasets")
    clips = [marked_clip(tmp_path / "marked", name) for name in ("scene-01", "scene-02")]
    pairs = [
        make_pair(f"p-{clip.id}", "choice", "What colour is the coat?", "Red", options=("Blue", "Red")).model_copy(
            update={"clip": clip.id}
        )
        for clip in clips
    ]
    PlmbenchExporter().export(dataset(pairs, clips, tmp_path / "marked", splits={"scene-01": "test"}), into)

    assert look(into).defects == []
    assert load(into).rows == look(into).rows == 2
