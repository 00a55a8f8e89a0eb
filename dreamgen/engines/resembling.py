"""Whether two pictures, or two clips, are the same to the eye though not to the byte: each is kept as a tiny picture.

The same model draws nearly the same on another GPU, and another version of a codec writes nearly the same film. What
is kept of a picture is its lightness in 16 x 9 fields and its colour in 4 x 3: averages, which neither noise nor
compression moves far, and which a body in another place does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import opencv
from dreamgen.engines.picking import pick, spread
from dreamgen.engines.pictures import read_picture
from dreamgen.engines.video import probe
from dreamgen.errors import DreamgenError

MOMENTS: Final = 3
"""Pictures that are kept of a clip."""
STILLS: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
FILMS: Final = frozenset({".mp4"})
"""Endings of files of which something can be kept."""

MEAN: Final = 3.0
"""Levels (of 255) by which the fields of two pictures that look the same may differ on average."""
WORST: Final = 14.0
"""Levels by which any one field may."""

_LIGHT: Final = (16, 9)
_COLOUR: Final = (4, 3)
_BYTES: Final = _LIGHT[0] * _LIGHT[1] + 2 * _COLOUR[0] * _COLOUR[1]


class Apart(NamedTuple):
    """How far two pictures, or the moments of two clips, are apart at most."""

    mean: float
    """Levels of lightness and colour, averaged over all fields."""
    worst: float
    """Levels, in the field that differs most."""

    @property
    def alike(self) -> bool:
        """Whether an eye would take one for the other."""
        return self.mean <= MEAN and self.worst <= WORST


def kept_of(path: Path) -> str:
    """What is kept of a picture, or of some moments of a clip, as text; empty of any other file.

    Raises:
        DreamgenError: when it can't be read.
    """
    suffix = path.suffix.lower()
    if suffix in STILLS:
        return _text([_tiny(read_picture(path))])
    if suffix in FILMS:
        return _text([_tiny(one) for one in pick(path, spread(probe(path).seconds, MOMENTS))])
    return ""


def apart(one: str, other: str) -> Apart:
    """How far two things are apart of which this was kept.

    Raises:
        DreamgenError: for texts that `kept_of` did not write, or not of the same sort of thing.
    """
    a, b = _levels(one), _levels(other)
    if a.shape != b.shape:
        raise DreamgenError("a picture and a clip can't be compared", "Compare two of one sort.")
    differ = np.abs(a - b)
    return Apart(float(differ.mean(axis=1).max()), float(differ.max()))


def _tiny(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    cv2 = opencv()
    seen = cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb)
    light = cv2.resize(np.ascontiguousarray(seen[..., 0]), _LIGHT, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(np.ascontiguousarray(seen[..., 1:]), _COLOUR, interpolation=cv2.INTER_AREA)
    return np.concatenate([light.ravel(), colour.ravel()]).astype(np.uint8)


def _text(pictures: Sequence[NDArray[np.uint8]]) -> str:
    return base64.b64encode(np.concatenate(pictures).tobytes()).decode()


def _levels(text: str) -> NDArray[np.float64]:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw or len(raw) % _BYTES:
        raise DreamgenError("what was kept of a picture is damaged", "Pack the run again.")
    return np.frombuffer(raw, np.uint8).reshape(-1, _BYTES).astype(np.float64)
