"""The maps bear out the pixels: whoever is hidden leaves exactly the pixels that the map gave it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def box_of(mask: Mask) -> NDArray[np.int_]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])


def rim_of(mask: Mask) -> Mask:
    """Pixels at the edge of a mask, which a body shares with what is behind it."""
    padded = np.pad(mask, 1)
    near = [
        padded[1 + dy : 1 + dy + mask.shape[0], 1 + dx : 1 + dx + mask.shape[1]]
        for dy in (-1, 0, 1)
        for dx in (-1, 0, 1)
    ]
    edge: Mask = np.logical_or.reduce(near) & ~np.logical_and.reduce(near)
    return edge


@pytest.mark.slow
@pytest.mark.parametrize(
    ("painter", "overlap", "pixels"),
    [("flat", 0.98, 2), ("noir", 0.97, 3), ("watercolor", 0.94, 5), ("cutout", 0.86, 9)],
)
def test_a_mask_is_what_changes_when_the_body_goes(hand: Any, painter: str, overlap: float, pixels: int) -> None:
    measured, errors = [], []
    scenes = [
        ("forest", "day", "clear", 1.0), ("street", "sunset", "clear", 1.6), ("harbour", "day", "snow", 1.2),
        ("room", "day", "rain", 1.9),
    ]  # fmt: skip
    for set_name, time, weather, zoom in scenes:
        picture = hand.picture(
            hand.place("mara", 0.44, set_name=set_name, pose="talk", holds="lantern"),
            hand.place("jon", 0.54, 0.6, set_name=set_name, facing="left", pose="wave"),
            hand.place("tomi", 0.57, 0.2, set_name=set_name, pose="walk", to=0.7),
            set_name=set_name, time_of_day=time, weather=weather, painter=painter, size=(768, 432), effects=False,
            start=hand.window(0.5, 0.6, zoom),
        )  # fmt: skip
        whole = picture.frame(0.55)
        for who in ("mara", "jon", "tomi", "lantern"):
            mask = whole.entities == picture.numbers[who]
            if mask.sum() < 80:
                continue
            gone = picture.frame(0.55, hide=frozenset({who}))
            changed = np.abs(whole.image.astype(int) - gone.image.astype(int)).max(2) > 7
            inside = ~rim_of(mask)
            measured.append((changed & mask)[inside].sum() / (changed | mask)[inside].sum())
            errors.append(np.abs(box_of(changed) - box_of(mask)).max())
    assert len(measured) >= 12
    assert float(np.mean(measured)) >= overlap
    assert float(np.median(errors)) <= pixels
