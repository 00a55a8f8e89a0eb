from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.embedders.classic import ClassicEmbedder
from dreamgen.engines.video import write_video
from dreamgen.errors import UsageError


def film(path: Path, seed: int, size: tuple[int, int] = (192, 128), speed: int = 2) -> Path:
    """A pattern of blocks that moves to the right."""
    lot = np.random.default_rng(seed)
    blocks = np.clip(lot.integers(30, 220, 3) + lot.normal(size=(8, 12, 3)) * 35, 0, 255).astype(np.uint8)
    wide, high = size
    still = np.kron(blocks, np.ones((high // 8, wide // 12, 1), np.uint8))
    write_video((np.roll(still, speed * number * wide // 96, axis=1) for number in range(24)), path, 8, size)
    return path


def test_the_same_film_in_another_size_is_nearly_the_same_and_another_film_is_not(tmp_path: Path) -> None:
    embed = ClassicEmbedder().embed
    one = embed(film(tmp_path / "one.mp4", 1), ())
    smaller = embed(film(tmp_path / "smaller.mp4", 1, (96, 64)), ())
    other = embed(film(tmp_path / "other.mp4", 2), ())
    assert one @ smaller > 0.98
    assert one @ other < 0.95
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-6)


def test_it_looks_at_keyframes_where_there_are_some(tmp_path: Path) -> None:
    path = film(tmp_path / "one.mp4", 1, speed=8)
    embedder = ClassicEmbedder(frames=2)
    assert np.array_equal(embedder.embed(path, (0.0, 1.0)), embedder.embed(path, (0.0, 1.0)))
    assert not np.array_equal(embedder.embed(path, (0.0,)), embedder.embed(path, (1.5,)))


def test_it_does_not_read() -> None:
    assert not ClassicEmbedder().reads
    with pytest.raises(UsageError, match="can't read"):
        ClassicEmbedder().read(["a video about cooking"])
