from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.embedding import Embedded, read_vectors, similarities, stacked, unit, write_vectors
from dreamgen.errors import DreamgenError, UsageError


def test_H1_how_near_clips_come_to_the_text_of_each_category() -> None:
    cooking, football = np.array([1.0, 0, 0], np.float32), np.array([0, 1.0, 0], np.float32)
    clips = np.array([[2, 0.1, 0], [0.2, 3, 0], [0, 0, 1]], np.float32)
    found = similarities(clips, np.stack([cooking, football]))
    assert found.shape == (3, 2)
    assert found.argmax(axis=1)[:2].tolist() == [0, 1]
    assert found[2].tolist() == [0, 0]
    assert float(found.max()) <= 1 + 1e-6


def test_vectors_of_two_models_are_not_compared() -> None:
    with pytest.raises(UsageError, match="can't be compared"):
        similarities(np.ones((2, 3), np.float32), np.ones((2, 4), np.float32))


def test_a_vector_comes_back_in_half_precision(tmp_path: Path) -> None:
    lot = np.random.default_rng(0)
    vectors = {f"clip-{number}": unit(lot.normal(size=12)) for number in range(3)}
    write_vectors({name: Embedded.of(vector) for name, vector in vectors.items()}, tmp_path)
    found = read_vectors(tmp_path)
    assert list(found) == list(vectors)
    assert all(np.allclose(found[name], vectors[name], atol=1e-3) for name in vectors)
    assert np.load(tmp_path / "embeddings.npy").dtype == np.float16


def test_a_record_of_a_vector_is_the_same_on_any_machine() -> None:
    assert Embedded.of(np.array([1.0, -0.5, 0.25], np.float32)).halves == "ADwAuAA0"


def test_a_clip_that_could_not_be_looked_at_is_0() -> None:
    found = stacked([Embedded.of(np.array([0.6, 0.8], np.float32)), Embedded(halves="")])
    assert found.shape == (2, 2)
    assert found[1].tolist() == [0, 0]
    assert stacked([]).shape == (0, 0)


def test_vectors_that_are_missing_or_do_not_fit_are_told(tmp_path: Path) -> None:
    with pytest.raises(DreamgenError, match="no embeddings"):
        read_vectors(tmp_path)
    write_vectors({"a": Embedded.of(np.ones(2, np.float32))}, tmp_path)
    (tmp_path / "embeddings.txt").write_text("a\nb\n")
    with pytest.raises(DreamgenError, match="damaged"):
        read_vectors(tmp_path)
