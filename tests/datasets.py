"""Pairs and clips as an exporter gets them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dreamgen.core.dataset import About, Dataset
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.streaming import PairStream


def dataset(
    pairs: Iterable[InstructionPair],
    clips: Iterable[Clip],
    media: Path,
    sources: Iterable[Source] = (),
    splits: dict[str, Any] | None = None,
    **about: Any,
) -> Dataset:
    """All of it; every clip is a group of its own, and `splits` says in which split one is, by its id."""
    known = tuple(clips)
    return Dataset(
        media=media, clips=known, pairs=PairStream.held(pairs), groups={clip.id: clip.id for clip in known},
        splits=splits or {}, sources=tuple(sources), about=About(**about),
    )  # fmt: skip
