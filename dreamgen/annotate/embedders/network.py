"""The `network` embedder: CLIP, SigLIP, DINOv2 or a video encoder, from a folder or the hub."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from dreamgen.annotate.embedding import Vector, Vectors
from dreamgen.core.base import Record
from dreamgen.engines.clipsight import KINDS, ClipSight, find, kind_of, need, open_sight
from dreamgen.engines.picking import pick, some_of, spread
from dreamgen.engines.video import probe


class NetworkEmbedder(Record):
    """Vectors of what a network sees in a clip.

    An image encoder looks at the clip's keyframes, and their mean is the clip; a video encoder looks at as many frames
    as it was trained on, spread over the clip.
    """

    model: str = Field(min_length=1)
    """A folder in transformers' layout, or a name on the hub; which network it is follows from its config."""
    frames: int = Field(default=8, ge=1)
    """Keyframes that an image encoder looks at, at most, and frames where a clip has no keyframes."""
    device: str = Field(default="auto", exclude=True)
    """auto takes the first GPU, else the CPU."""

    @property
    def reads(self) -> bool:
        """Whether its network has a text half."""
        return bool(KINDS[kind_of(find(self.model), self.model)].padding)

    @property
    def coarse(self) -> bool:
        """What a network takes for the same is meant to be the same, however else it looks."""
        return False

    def ready(self) -> None:
        """See `Embedder.ready`. What is on the hub is fetched when it is first needed."""
        need()
        if Path(self.model).expanduser().exists() or self.model.count("/") != 1:
            kind_of(find(self.model), self.model)

    def embed(self, video: Path, moments: Sequence[float]) -> Vector:
        """See `Embedder.embed`."""
        sight = _opened(self.model, self.device)
        seconds = probe(video).seconds
        chosen = spread(seconds, sight.frames) if sight.frames else some_of(moments, self.frames)
        return sight.see(pick(video, chosen or spread(seconds, self.frames)))

    def read(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.read`."""
        return _opened(self.model, self.device).read(texts)


@lru_cache(maxsize=1)
def _opened(model: str, device: str) -> ClipSight:
    """Loaded once for all clips of a run."""
    return open_sight(model, device)
