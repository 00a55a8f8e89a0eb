"""The `classic` embedder: colours, edges and motion, without weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from dreamgen.annotate.embedding import Vector, Vectors
from dreamgen.core.base import Record
from dreamgen.engines.gist import gist
from dreamgen.engines.picking import pick, some_of, spread
from dreamgen.engines.video import probe
from dreamgen.errors import UsageError

_LATER = 0.2
"""Seconds between two pictures whose difference is motion."""


class ClassicEmbedder(Record):
    """Vectors of a clip's colours, edges and motion at its keyframes.

    They tell clips apart that look different, and know nothing of what is shown: a red car is nearer to a red door
    than to a blue car. For clusters of subjects take `network`.
    """

    frames: int = Field(default=8, ge=1)
    """Keyframes that are looked at, at most, and pictures where a clip has no keyframes."""
    workers: int = Field(default=0, ge=0, exclude=True)
    """Processes that look at clips; 0 for one a CPU."""

    @property
    def reads(self) -> bool:
        """It does not."""
        return False

    @property
    def coarse(self) -> bool:
        """Two pages of text, or two dark nights, have nearly the same histograms."""
        return True

    def ready(self) -> None:
        """There is nothing to miss."""

    def embed(self, video: Path, moments: Sequence[float]) -> Vector:
        """See `Embedder.embed`."""
        chosen = some_of(moments, self.frames) or spread(probe(video).seconds, self.frames)
        seen = pick(video, [*chosen, *(moment + _LATER for moment in chosen)])
        return gist(list(zip(seen[: len(chosen)], seen[len(chosen) :], strict=True)))

    def read(self, texts: Sequence[str]) -> Vectors:
        """It can't.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            "the classic embedder can't read: it compares colours, edges and motion",
            "Take CLIP, SigLIP, X-CLIP or VideoPrism: --set embed.backend=network --set embed.model=NAME",
        )
