"""Small pictures of sets and painters. `pytest --update-golden` redraws them; look at them before you commit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

GOLDEN = Path(__file__).parent / "golden"
TOLERANCE = 2.5
"""Mean difference in levels of 255; processors round differently, and an artist's change is larger."""

SHOTS = (
    ("forest", "watercolor", "day", "clear"),
    ("forest", "noir", "night", "rain"),
    ("street", "flat", "sunset", "clear"),
    ("street", "watercolor", "day", "snow"),
    ("room", "cutout", "night", "clear"),
    ("harbour", "flat", "day", "clear"),
    ("field", "cutout", "day", "fog"),
    ("mountain", "watercolor", "sunset", "clear"),
    ("castle hall", "noir", "day", "clear"),
)


@pytest.mark.parametrize(("set_name", "painter", "time", "weather"), SHOTS)
def test_a_picture_looks_as_it_did(
    hand: Any, request: pytest.FixtureRequest, set_name: str, painter: str, time: str, weather: str
) -> None:
    picture = hand.picture(
        hand.place("mara", 0.42, set_name=set_name, pose="talk"), hand.place("rex", 0.6, 0.3, set_name=set_name),
        set_name=set_name, painter=painter, time_of_day=time, weather=weather, size=(64, 36), seed=11,
    )  # fmt: skip
    image = picture.frame(0.0).image[..., ::-1]
    path = GOLDEN / f"{set_name.replace(' ', '-')}-{painter}-{time}-{weather}.png"
    if request.config.getoption("--update-golden"):
        Image.fromarray(image).save(path, optimize=True)
    expected = np.asarray(Image.open(path).convert("RGB")).astype(int)
    assert float(np.abs(image.astype(int) - expected).mean()) < TOLERANCE, f"{path.name} changed; see --update-golden"
