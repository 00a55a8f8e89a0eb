"""Drawn stories with their truth, read back for the verifier's measurements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dreamgen.engines.watching import Reel, picture
from dreamgen.verify.sight.finding import Finder, Place
from dreamgen.verify.sight.likeness import Likeness, likeness


@dataclass(frozen=True)
class Drawn:
    """One shot of a drawn story, with its truth."""

    story: int
    """The seed of the story."""
    painter: str
    """How it is painted."""
    cast: dict[str, Likeness]
    """From the portraits."""
    looks: dict[str, dict[str, Any]]
    """Traits by slot, for each member of the cast; `kind` among them."""
    truth: dict[str, Any]
    """Of the shot."""
    folder: Path
    """Where its frames are."""
    long_story: bool = True
    """Whether its story has more than a few shots."""

    @cached_property
    def reel(self) -> Reel:
        """Its six frames as a film: three moments, each with the frame that follows."""
        planes, thumbs = [], []
        for moment in range(3):
            for which in "ab":
                image = cv2.imread(str(self.folder / f"{self.truth['id']}-{moment}{which}.jpg"))
                planes.append(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420))
                thumbs.append(cv2.resize(image, (64, 36)))
        height, width = planes[0].shape[0] * 2 // 3, planes[0].shape[1]
        return Reel(12.0, 6, width, height, (1024, 576), 1, tuple(planes), np.stack(thumbs))

    def seen(self, moment: int, who: str) -> dict[str, Any]:
        """Area, free share and box of somebody at a moment."""
        return dict(self.truth["moments"][moment].get(who) or {"area": 0.0, "free": 0.0, "box": None})

    def placement(self, who: str) -> dict[str, Any] | None:
        """Its plan."""
        return next((dict(p) for p in self.truth["placements"] if p["who"] == who), None)


def drawn(corpus: Path) -> Iterator[Drawn]:
    """Every shot of every story under `corpus`, in order."""
    for path in sorted([*corpus.glob("truth.json")] or corpus.glob("*/truth.json")):
        truth = json.loads(path.read_text())
        folder = path.parent
        made = {c["id"]: likeness(c["id"], picture(folder / f"{c['id']}.png")) for c in truth["cast"]}
        cast = {who: portrait for who, portrait in made.items() if portrait is not None}
        looks = {c["id"]: {"kind": c["kind"], **{t["slot"]: t for t in c["traits"]}} for c in truth["cast"]}
        for shot in truth["shots"]:
            yield Drawn(int(folder.name), truth["painter"], cast, looks, shot, folder, len(truth["shots"]) > 4)


def hits(place: Place, seen: dict[str, Any]) -> bool:
    """Whether a place lies on the body that it should lie on, its head where the body's head can be."""
    if seen["box"] is None:
        return False
    x0, y0, x1, y1 = seen["box"]
    x, y = place.head(16 / 9)
    tall = 1.0 if place.lying else 0.6
    return bool(x0 - 0.01 <= x <= x1 + 0.01 and y0 - 0.03 <= y <= y0 + tall * (y1 - y0) + 0.02)


def finders(shots: Iterator[Drawn]) -> Iterator[tuple[Drawn, Finder]]:
    """Shots with a finder for their cast, made once a story."""
    story, finder = -1, None
    for shot in shots:
        if shot.story != story or finder is None:
            story, finder = shot.story, Finder(tuple(shot.cast.values()))
        yield shot, finder
