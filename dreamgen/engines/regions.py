"""Splits pictures into regions: a body from its plain ground, a body into areas of one colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats


def outline(picture: NDArray[np.uint8], ground: int, tolerance: int = 9) -> NDArray[np.bool_]:
    """Where a picture differs from the plain grey that reaches its border; grey inside the body stays body.

    Args:
        picture: BGR, (h, w, 3).
        ground: level of the grey.
        tolerance: levels by which the ground may vary.
    """
    import cv2

    plain = (np.abs(picture.astype(np.int16) - ground).max(-1) <= tolerance).astype(np.uint8)
    _, labels = cv2.connectedComponents(plain, connectivity=4)
    border = np.unique(np.r_[labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    body = ~np.isin(labels, border[border > 0])
    return np.asarray(cv2.morphologyEx(body.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0)


def clusters(colours: Floats, mask: NDArray[np.bool_], count: int) -> NDArray[np.int8]:
    """k-means over the masked pixels' colours; the same picture always gives the same areas.

    Args:
        colours: (h, w, 3), in a space where distances mean something (L*a*b*).
        mask: (h, w).
        count: how many areas at most.

    Returns:
        (h, w): the area of each masked pixel, 0 … count - 1; 0 elsewhere.
    """
    import cv2

    pixels = colours[mask]
    result = np.zeros(mask.shape, np.int8)
    if len(pixels) <= count:
        return result
    # start from the quantiles of lightness: no lot to draw
    start = np.argsort(np.argsort(pixels[:, 0], kind="stable"), kind="stable") * count // len(pixels)
    rule = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    first = start.astype(np.int32)[:, None]
    _, labels, _ = cv2.kmeans(pixels.astype(np.float32), count, first, rule, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    result[mask] = np.asarray(labels).ravel().astype(np.int8)
    return result


def grown(mask: NDArray[np.bool_], by: int = 1) -> NDArray[np.bool_]:
    """The mask and all pixels within `by` of it."""
    import cv2

    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0)
