"""Keyframes by novelty: a frame is kept when it is unlike the last one that was kept.

ShareGPT4Video (Chen et al. 2024) and HICom-248K choose keyframes so, with CLIP; clips without one show nothing new.
Colours and edges (`engines/histograms.py`) do it without weights, at another threshold; since one page of text has the
colours and edges of any other, what lies where then counts, too.
"""

from __future__ import annotations

from typing import Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from dreamgen.core.base import Record
from dreamgen.engines.embedding import Eyes, Vectors, open_eyes
from dreamgen.engines.histograms import ColourEyes
from dreamgen.engines.probing import FileFacts
from dreamgen.engines.sameness import likeness, tiny
from dreamgen.engines.viewing import Seen, shown, small_size

_ALIKE: Final = {"colours": 0.96, "clip": 0.85, "dino": 0.8}
"""From which cosine on two frames show the same."""
_ELSEWHERE: Final = 0.6
"""Correlation of two tiny pictures below which what has the same colours and edges lies elsewhere."""
_SIDE: Final = 336
"""Pixels of the longer side of a frame that a network looks at."""


class Novelty(Record):
    """How keyframes are chosen. The recipe's `cut.novelty`."""

    by: Literal["colours", "clip", "dino", "none"] = "colours"
    """Who compares frames: colours and edges alone, CLIP, DINOv2; none makes every clip new."""
    model: str = ""
    """Weights of CLIP or DINOv2: a folder, or a name on the hub."""
    alike: float = Field(default=0.0, ge=0.0, le=1.0)
    """From which similarity on a frame shows nothing new; 0 for what suits who compares: 0.96 for colours, 0.85 for
    CLIP, 0.8 for DINOv2."""
    every: float = Field(default=0.5, gt=0.0)
    """Seconds between two frames that are compared."""
    drop: bool = True
    """Whether clips without a keyframe are dropped."""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.by in ("clip", "dino") and not self.model:
            raise ValueError(f"by = {self.by!r} needs model: a folder with weights, or a name on the hub")
        return self

    def open(self) -> Eyes | None:
        """Whoever compares; None for nobody.

        Raises:
            MissingExtra: without the libraries of a network.
            ModelError: when there are no such weights.
        """
        if self.by in ("clip", "dino"):
            return open_eyes(self.by, self.model)
        return ColourEyes() if self.by == "colours" else None


class Keyframes:
    """Chooses the keyframes of one video while its frames go by.

    Args:
        novelty: how.
        eyes: who compares.
        facts: of the video.
    """

    def __init__(self, novelty: Novelty, eyes: Eyes, facts: FileFacts) -> None:
        self._novelty, self._eyes, self._facts = novelty, eyes, facts
        self._alike = novelty.alike or _ALIKE[novelty.by]
        self._size = small_size(facts, _SIDE)
        self._last: Vectors | None = None
        self._tiny = tiny(np.zeros((1, 1, 3), np.uint8))
        self._due = 0.0
        self.seconds: list[float] = []
        """When each keyframe is shown."""

    def see(self, seen: Seen) -> None:
        """The next frame."""
        if seen.seconds < self._due - 1e-6:
            return
        self._due = seen.seconds + self._novelty.every
        larger = self._novelty.by in ("clip", "dino")
        picture = shown(seen.frame, self._facts, self._size) if larger else seen.picture
        vector = self._eyes.look([picture])[0]
        if self._last is None or float(vector @ self._last) < self._alike or self._moved(seen):
            self._last, self._tiny = vector, tiny(seen.picture)
            self.seconds.append(seen.seconds)

    def _moved(self, seen: Seen) -> bool:
        """Whether what is seen has another place, where only colours and edges were compared."""
        return self._novelty.by == "colours" and likeness(self._tiny, tiny(seen.picture)) < _ELSEWHERE
