"""The colour of one piece of clothing, measured in the film where the portrait says that it must be.

The portrait gives only the place of the piece and, through all the rest of the body, the light: what the light does
to everything else is taken off the piece. The piece's own colour in the portrait is not looked at.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, lab
from dreamgen.engines.regions import clusters
from dreamgen.verify.sight.finding import Place
from dreamgen.verify.sight.likeness import LYING, LYING_MIRRORED, MIRRORED, Likeness

SEEDS: Final = {
    "hat": ((0.0, 0.06, 0.2, 0.8), (0.0, 0.2)), "coat": ((0.2, 0.5, 0.25, 0.75), (0.0, 0.7)),
}  # fmt: skip
"""Where some of the slot surely is (top and bottom in body heights, left and right in widths of the body there), and
the rows in which the same area of colour belongs to it."""
BELOW_CHIN: Final = {
    "top": ((0.12, 0.3, 0.3, 0.7), (0.02, 0.45)), "bottom": ((0.5, 0.6, 0.2, 0.8), (0.42, 0.85)),
    "under": ((0.74, 0.84, 0.2, 0.8), (0.66, 0.88)), "shoes": ((0.94, 1.0, 0.0, 1.0), (0.9, 1.0)),
}  # fmt: skip
"""The same with rows in shares of the way from the chin to the feet; `under` is what a long coat leaves of a bottom."""
BANDS: Final = {"scarf": (-0.06, 0.1, 0.0, 1.0), "bag": (0.03, 0.6, 0.0, 0.3)}
"""The part below the chin that has a colour of its own when the slot is worn."""
SLOTS: Final = (*SEEDS, *BELOW_CHIN, *BANDS, "hair")
_SAMPLES = 240


def piece_measures(image: NDArray[np.uint8], who: Likeness, place: Place, slot: str) -> Floats | None:
    """Colour of a slot in a frame, (11,); None where too little of it is in the picture.

    Args:
        image: the frame, BGR.
        who: whose likeness.
        place: where that is.
        slot: which piece; one of `SLOTS`.

    Returns:
        L*a*b* with the light taken off, L*a*b* as seen, logarithm of the light (blue, green, red), how much of
        the zone has that colour, and how large the body is.
    """
    zone = _zone(who, slot)
    rest = who.mask.copy()
    rest[zone] = False
    rows, columns = np.nonzero(zone)
    rows, columns = rows[:: max(1, len(rows) // _SAMPLES)], columns[:: max(1, len(columns) // _SAMPLES)]
    seen = _colours_at(image, who, place, rows, columns)
    if len(seen) < 12:
        return None
    light = _light(image, who, place, rest)
    area = clusters(lab(seen[None]), np.ones((1, len(seen)), bool), 3)[0]
    sizes = np.bincount(area, minlength=3)
    main = np.median(seen[area == sizes.argmax()], axis=0)
    lit = np.clip(main / np.exp(light), 0, 255)
    pair = lab(np.array([[lit, main]]).astype(np.uint8))[0]
    return np.array([*pair[0], *pair[1], *light, sizes.max() / len(seen), np.log(place.body)], np.float32)


def _zone(who: Likeness, slot: str) -> NDArray[np.bool_]:
    """Which pixels of the portrait show the slot; their colour only says which of them belong together."""
    chin = who.head.chin
    if slot == "bottom" and _area(who, _below(BELOW_CHIN["top"][0], chin)) == _area(
        who, _below(BELOW_CHIN["bottom"][0], chin)
    ):
        slot = "under"
    if slot in BANDS:
        band = _box(who, _below(BANDS[slot], chin))
        sizes = np.bincount(who.patches[who.mask], minlength=1)
        inside = np.bincount(who.patches[band & who.mask], minlength=len(sizes))
        own = np.where(inside > 0.1 * (band & who.mask).sum(), inside / np.maximum(sizes, 1), 0.0)
        return np.asarray(band & who.mask & (who.patches == own.argmax())) if own.max() > 0.5 else np.zeros_like(band)
    if slot == "hair":
        up, radius = who.head.y, who.head.radius
        seed, reach = (max(0.0, up - 1.15 * radius), up - 0.5 * radius, 0.0, 0.8), (0.0, up + radius)
    elif slot in BELOW_CHIN:
        seed = _below(BELOW_CHIN[slot][0], chin)
        top, bottom, _, _ = _below((*BELOW_CHIN[slot][1], 0.0, 1.0), chin)
        reach = top, bottom
    else:
        seed, reach = SEEDS[slot]
    rows = np.arange(len(who.mask))[:, None] / len(who.mask)
    same = who.patches == _area(who, seed)
    return np.asarray(who.mask & same & (rows >= reach[0]) & (rows <= reach[1]))


def _area(who: Likeness, box: tuple[float, float, float, float]) -> int:
    """The area of one colour that fills most of a box; -1 for an empty one."""
    labels = who.patches[_box(who, box) & who.mask]
    return int(np.bincount(labels).argmax()) if labels.size else -1


def _below(box: tuple[float, float, float, float], chin: float) -> tuple[float, float, float, float]:
    top, bottom, left, right = box
    return chin + top * (1 - chin), chin + bottom * (1 - chin), left, right


def _box(who: Likeness, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Rows in body heights, columns in widths of the body in each row."""
    top, bottom, left, right = box
    height = len(who.mask)
    inside = np.zeros_like(who.mask)
    for row in range(round(top * height), min(height, round(bottom * height) + 1)):
        body = np.flatnonzero(who.mask[row])
        if body.size:
            first, wide = int(body[0]), int(body[-1]) + 1 - int(body[0])
            inside[row, first + round(left * wide) : first + max(round(right * wide), round(left * wide) + 1)] = True
    return inside


def _light(image: NDArray[np.uint8], who: Likeness, place: Place, rest: NDArray[np.bool_]) -> Floats:
    """Logarithm of the light on the rest of the upper body in the frame over that in the portrait, by channel."""
    upper = rest.copy()
    upper[round(who.window.bottom * len(rest)) :] = False
    rows, columns = np.nonzero(upper)
    hop = max(1, len(rows) // 600)
    rows, columns = rows[::hop], columns[::hop]
    inside = _inside(image, who, place, rows, columns)
    rows, columns = rows[inside], columns[inside]
    if len(rows) < 20:
        return np.zeros(3, np.float32)
    seen = _colours_at(image, who, place, rows, columns).astype(np.float32) + 6
    known = who.image[rows, columns].astype(np.float32) + 6
    # the median passes over where the pose differs from the portrait's
    return np.asarray(np.clip(np.median(np.log(seen / known), axis=0), -2.0, 1.0), np.float32)


def _where(
    image: NDArray[np.uint8], who: Likeness, place: Place, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    height, width = image.shape[:2]
    unit = place.body * height / len(who.mask)
    middle = (who.window.left + who.window.right) / 2 * len(who.mask)
    across = (columns - middle) * unit
    down = (rows - who.window.bottom / 2 * len(who.mask)) * unit
    if place.turn in (MIRRORED, LYING_MIRRORED):
        across = -across
    if place.turn == LYING:
        across, down = down, -across
    elif place.turn == LYING_MIRRORED:
        across, down = -down, across
    return np.round(place.y * height + down).astype(int), np.round(place.x * width + across).astype(int)


def _inside(
    image: NDArray[np.uint8], who: Likeness, place: Place, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.bool_]:
    y, x = _where(image, who, place, rows, columns)
    return np.asarray((y >= 0) & (y < image.shape[0]) & (x >= 0) & (x < image.shape[1]))


def _colours_at(
    image: NDArray[np.uint8], who: Likeness, place: Place, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.uint8]:
    inside = _inside(image, who, place, rows, columns)
    y, x = _where(image, who, place, rows[inside], columns[inside])
    return image[y, x]
