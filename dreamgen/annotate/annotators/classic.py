"""The `classic` annotator: what can be measured without any model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim, Light
from dreamgen.core.found import Notes
from dreamgen.core.media import Footage
from dreamgen.engines.video import probe, read_frames


class ClassicAnnotator(Record):
    """Claims that are measured: brightness so far."""

    def annotate(self, footage: Footage, notes: Notes, known: Sequence[Claim], kept: Path) -> Iterator[Claim]:
        """What was measured in a clip."""
        facts = probe(footage.video)
        shown = [float(np.mean(picture)) for _, picture in read_frames(footage.video, step=max(1, facts.frames // 8))]
        mean = sum(shown) / len(shown)
        if mean < 60 or mean > 150:
            yield Light(start=0.0, end=round(facts.seconds, 4), level="dark" if mean < 60 else "bright")
