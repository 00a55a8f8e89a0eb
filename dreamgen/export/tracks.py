"""Boxes of those who are marked in a clip, frame by frame, for forms that show them to people."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dreamgen.core.media import Clip


class Seen(NamedTuple):
    """Somebody in one frame."""

    frame: int
    """From 0 in the clip."""
    box: tuple[float, float, float, float]
    """Left, top, width and height of what is in the picture, in frame fractions."""


class Tracks:
    """Who is where in the clip that was asked about last."""

    def __init__(self) -> None:
        self._path = Path()
        self._known: dict[str, dict[str, Any]] = {}

    def of(self, clip: Clip, media: Path, entities: Collection[str]) -> dict[str, tuple[Seen, ...]]:
        """Everybody who is marked, with the frames in which somebody has checked where.

        Args:
            clip: its paths lead down from `media`.
            media: the folder of its files.
            entities: who is asked about.
        """
        if not entities or clip.masklets is None:
            return {}
        path = media / clip.masklets.path
        if path != self._path:
            # a run's own file, of which the boxes alone are wanted: as records it would take three times as long
            with gzip.open(path, "rb") as lines:
                self._path, self._known = path, {one["entity"]: one for one in map(json.loads, lines)}
        return {name: tuple(_seen(self._known[name])) for name in entities if name in self._known}

    def step(self, entity: str) -> int:
        """Every how many frames it is known of somebody in that clip where they are."""
        return int(self._known[entity]["step"])


def _seen(masklet: dict[str, Any]) -> Iterator[Seen]:
    intended = masklet["intended"]
    for one in masklet["frames"]:
        frame, box = one["frame"], one["box"]
        if any(first <= frame < stop for first, stop in intended):
            continue
        x, y = max(box["x0"], 0.0), max(box["y0"], 0.0)
        yield Seen(frame, (x, y, min(box["x1"], 1.0) - x, min(box["y1"], 1.0) - y))


def runs(seen: tuple[Seen, ...], step: int, clip: Clip) -> Iterator[tuple[Seen, ...]]:
    """Stretches without a gap or a cut: one frame every `step`."""
    cuts = {span.first for span in clip.spans} | {span.stop for span in clip.spans}
    begin = 0
    for at in range(1, len(seen) + 1):
        if at < len(seen):
            before, frame = seen[at - 1].frame, seen[at].frame
            if frame - before <= step and not any(cut in cuts for cut in range(before + 1, frame + 1)):
                continue
        yield seen[begin:at]
        begin = at


def framed(span: tuple[float, float], clip: Clip) -> tuple[int, int]:
    """The first and the last frame of a span in seconds, counted from 1 as Label Studio and FiftyOne do."""
    first = min(int(span[0] * clip.fps), clip.frames - 1)
    last = min(max(round(span[1] * clip.fps) - 1, first), clip.frames - 1)
    return first + 1, last + 1
