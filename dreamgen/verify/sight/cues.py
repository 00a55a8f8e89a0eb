"""What speaks for and against a likeness at one place, beyond the correlation of the pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, contours, lab, opponent
from dreamgen.engines.regions import grown
from dreamgen.verify.sight.likeness import Print

CUES = ("coarse", "fit", "head", "edges", "colour", "worst", "contrast", "light", "tint", "size", "lying", "animal")
"""What is measured of a place, in the order of `Place.cues`; `cues_of` makes the seven from head to tint."""


def cues_of(print_: Print, window: NDArray[np.uint8], row: int, column: int) -> tuple[float, ...]:
    """Fit of the head and the outline, colours under one light, contrast of the outline, and that light.

    Args:
        print_: the likeness, as it lies there.
        window: the frame around the place, BGR, at the scale of the print.
        row: top edge of the print in it.
        column: left edge of the print in it.

    Returns:
        head: correlation of the upper part's lightness and colours, -1 to 1. edges: correlation of the contours.
        colour, worst: mean and largest L*a*b* distance of the colour areas once one light is taken off. contrast:
        L*a*b* distance across the outline. light, tint: mean and spread of the logarithm of that light over the
        channels.
    """
    h, w = print_.areas.shape
    patch = window[row : row + h, column : column + w]
    inside = print_.areas >= 0
    head = inside.copy()
    head[round(h * 0.62) :] = False
    seen = opponent(patch)
    rim = print_.edges.mask > 0
    colour, worst, light, tint = _colours(print_, patch)
    return (
        _correlation(seen[head], print_.colours.pixels[head]),
        _correlation(contours(seen)[rim], print_.edges.pixels[rim]),
        colour,
        worst,
        _contrast(window, inside, row, column),
        light,
        tint,
    )


def _colours(print_: Print, patch: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    seen, known, weights = [], [], []
    for area in range(int(print_.areas.max()) + 1):
        of_area = print_.areas == area
        if of_area.sum() >= 8:
            seen.append(np.median(patch[of_area], axis=0) + 6)
            known.append(np.median(print_.pixels[of_area], axis=0) + 6)
            weights.append(float(of_area.sum()) ** 0.5)
    if not seen:
        return 40.0, 60.0, 0.0, 0.0
    share = np.array(weights) / sum(weights)
    gain = np.exp((np.log(np.array(seen) / np.array(known)) * share[:, None]).sum(0))
    gain = np.clip(gain, 0.12, 2.5)
    away = lab(_levels(np.array(seen) / gain)) - lab(_levels(np.array(known)))
    distance = np.linalg.norm(away * (0.6, 1, 1), axis=1)
    light = np.log(gain)
    return float((distance * share).sum()), float(distance.max()), float(light.mean()), float(light.std())


def _levels(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def _correlation(one: Floats, other: Floats) -> float:
    a, b = one - one.mean(0), other - other.mean(0)
    return float((a * b).sum() / np.sqrt(max(float((a * a).sum() * (b * b).sum()), 1.0)))


def _contrast(window: NDArray[np.uint8], mask: NDArray[np.bool_], row: int, column: int) -> float:
    """How much the rim inside the outline differs from the rim outside it nearby, in L*a*b* units."""
    inside = np.zeros(window.shape[:2], bool)
    inside[row : row + mask.shape[0], column : column + mask.shape[1]] = mask
    colours = lab(window)
    outer, outer_count = _by_cell(colours, grown(inside, 2) & ~inside)
    inner, inner_count = _by_cell(colours, inside & grown(~inside, 2))
    both = (outer_count > 0) & (inner_count > 0)
    if not both.any():
        return 0.0
    across = outer[both] / outer_count[both, None] - inner[both] / inner_count[both, None]
    return float(np.linalg.norm(across, axis=1).mean())


def _by_cell(colours: Floats, chosen: NDArray[np.bool_], cell: int = 8) -> tuple[Floats, Floats]:
    """Sum of the chosen pixels' colours, and their number, in each square of the picture."""
    h, w = (length // cell * cell for length in chosen.shape)
    picked = np.dstack([colours * chosen[..., None], chosen])[:h, :w].astype(np.float32)
    sums = picked.reshape(h // cell, cell, w // cell, cell, 4).sum((1, 3)).reshape(-1, 4)
    return sums[:, :3], sums[:, 3]
