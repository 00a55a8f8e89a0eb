"""Where the head is in a portrait: hats, curls and children make the same height mean a brow or a chin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, lab, resized
from dreamgen.verify.sight.learned import classifier

_ROWS, _COLUMNS, _CELL = 20, 14, 4
_TALL, _WIDE = 0.6, 0.42
"""The part of the portrait that is looked at, in body heights: from the top, and around the body's middle."""


@dataclass(frozen=True)
class Head:
    """A head in a portrait that looks to the right; all in body heights."""

    x: float
    """Right of the body's left edge."""
    y: float
    """Below the body's top."""
    radius: float
    """Half the height of the skull."""

    @property
    def chin(self) -> float:
        """Below the body's top."""
        return self.y + 1.05 * self.radius


def head_of(image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Head:
    """The head of a person in a portrait that is cut to the body, by a classifier over heights and sizes."""
    known = classifier("head")
    chances = known.probabilities(portrait_measures(image, mask))
    values = np.array([[float(part) for part in name.split()] for name in known.classes])
    # the mean of the likeliest few: neighbours in height share the truth between them
    best = np.argsort(-chances)[:4]
    y, radius = (chances[best, None] * values[best]).sum(0) / chances[best].sum()
    height = len(mask)
    rows = mask[round(y * height) : round((y + 0.6 * radius) * height) + 1]
    front = np.median([np.flatnonzero(row)[-1] for row in rows if row.any()]) / height
    return Head(float(front - 1.05 * radius), float(y), float(radius))


def portrait_measures(image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Floats:
    """The upper part of a portrait, cut to the body, as a grid of colours and of outline."""
    height, width = mask.shape
    half = round(_WIDE * height / 2)
    left = width // 2 - half
    columns = np.clip(np.arange(left, left + 2 * half), 0, width - 1)
    inside = (np.arange(left, left + 2 * half) >= 0) & (np.arange(left, left + 2 * half) < width)
    rows = slice(0, round(_TALL * height))
    size = _ROWS * _CELL, _COLUMNS * _CELL
    body = resized((mask[rows][:, columns] & inside).astype(np.uint8) * 255, *size).astype(np.float32) / 255
    colours = lab(resized(np.ascontiguousarray(image[rows][:, columns]), *size)) / (30, 15, 15) * body[..., None]
    planes = np.dstack([colours, body]).reshape(_ROWS, _CELL, _COLUMNS, _CELL, 4)
    return np.concatenate([planes.mean((1, 3)).ravel(), planes[..., 0].std((1, 3)).ravel()]).astype(np.float32)
