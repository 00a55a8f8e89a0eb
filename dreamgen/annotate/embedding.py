"""Clips as vectors of length 1, whose cosine says how alike they are, and how near a text is to a clip.

For whoever sorts clips into categories (HICom): a recipe's embedder reads texts too where its weights have a text
half (CLIP, SigLIP, X-CLIP, VideoPrism).

    embedder = desk.recipe.build("embed")
    if embedder.reads:
        near = similarities(vectors, embedder.read(["A video about cooking activity."]))  # (clips, texts)

The vectors of a run's clips are in videos/embeddings.npy; `read_vectors` gives them back by clip.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import Record
from dreamgen.engines.files import whole
from dreamgen.errors import DreamgenError, UsageError

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]

VECTORS, NAMES = "embeddings.npy", "embeddings.txt"
"""Of all clips: float16 (clips, channels), and the clips' ids, one a line, in the same order."""


class Embedder(Protocol):
    """Whoever turns a clip into a vector."""

    @property
    def reads(self) -> bool:
        """Whether it puts texts into the same space; asking loads nothing but a config."""
        ...

    @property
    def coarse(self) -> bool:
        """Whether clips that differ may have the same vector, so that near-duplicates are to be looked at again."""
        ...

    def ready(self) -> None:
        """Refuses what is known to be missing before anything is made.

        Raises:
            MissingExtra: for a library.
            ModelError: for weights.
        """
        ...

    def embed(self, video: Path, moments: Sequence[float]) -> Vector:
        """The vector of a clip: float32 (channels,), of length 1.

        Args:
            video: the clip.
            moments: seconds at which something new is to be seen; where there are none, moments are spread evenly.
        """
        ...

    def read(self, texts: Sequence[str]) -> Vectors:
        """Texts in the space of the clips: float32 (texts, channels), of length 1.

        Raises:
            UsageError: when it can't read; see `reads`.
        """
        ...


class Embedded(Record):
    """The vector of one clip, as the store keeps it: its entry is all there is, so 100,000 clips need no more files."""

    halves: str
    """The numbers as little-endian float16 in base64; empty where the clip could not be looked at."""

    @classmethod
    def of(cls, vector: Vector) -> Embedded:
        """A vector, rounded to half precision."""
        return cls(halves=base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii"))

    @property
    def vector(self) -> Vector:
        """The vector: float32 (channels,)."""
        return np.frombuffer(base64.b64decode(self.halves), "<f2").astype(np.float32)


def similarities(clips: Vectors, texts: Vectors) -> Vectors:
    """The cosine of every clip and every text: float32 (clips, texts), -1 to 1.

    Args:
        clips: (clips, channels), of any length but 0.
        texts: (texts, channels), of the same embedder.

    Raises:
        UsageError: when they are not of one space.
    """
    if clips.ndim != 2 or texts.ndim != 2 or clips.shape[1] != texts.shape[1]:
        raise UsageError(
            f"vectors of shape {clips.shape} can't be compared with vectors of shape {texts.shape}",
            "Take both from the same model.",
        )
    return unit(clips) @ unit(texts).T


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """The same directions as float32 with length 1; what has no length stays 0."""
    wide = np.asarray(vectors, np.float32)
    long: Vectors = wide / np.maximum(np.linalg.norm(wide, axis=-1, keepdims=True), np.float32(1e-12))
    return long


def stacked(vectors: Iterable[Embedded]) -> Vectors:
    """The vectors of several clips: float32 (clips, channels), 0 for one that could not be looked at."""
    rows = [one.vector for one in vectors]
    wide = max((len(row) for row in rows), default=0)
    return (
        np.stack([row if len(row) else np.zeros(wide, np.float32) for row in rows])
        if rows
        else np.zeros((0, 0), np.float32)
    )


def write_vectors(vectors: Mapping[str, Embedded], folder: Path) -> None:
    """Writes the vectors of clips, by id, to `VECTORS` and `NAMES` in a folder."""
    with whole(folder / VECTORS) as unfinished, unfinished.open("wb") as file:
        np.save(file, stacked(vectors.values()).astype("<f2"))
    with whole(folder / NAMES) as unfinished:
        unfinished.write_text("".join(f"{name}\n" for name in vectors), "utf-8")


def read_vectors(folder: Path) -> dict[str, Vector]:
    """The vectors of a run's clips, by id: float32 (channels,).

    Args:
        folder: videos/ in the run's folder.

    Raises:
        DreamgenError: when there are none, or they are damaged.
    """
    try:
        names = (folder / NAMES).read_text("utf-8").splitlines()
        vectors = np.load(folder / VECTORS, allow_pickle=False).astype(np.float32)
    except (OSError, ValueError) as error:
        raise DreamgenError(f"there are no embeddings in {folder}", "Run `dreamgen annotate` again.") from error
    if len(names) != len(vectors):
        raise DreamgenError(f"{folder / VECTORS} is damaged", "Run `dreamgen annotate` again.")
    return dict(zip(names, vectors, strict=True))
