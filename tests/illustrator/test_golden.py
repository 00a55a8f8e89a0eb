"""Small pictures of sets and painters. `pytest --update-golden` redraws them; look at them before you commit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dreamgen.core.media import Brush
from dreamgen.illustrator import Picture
from dreamgen.style.book import read_style, style_names
from dreamgen.style.scene import preview_story

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

STYLES = tuple(name for name in style_names() if read_style(name).brush != Brush())


@pytest.mark.parametrize(("set_name", "painter", "time", "weather"), SHOTS)
def test_a_picture_looks_as_it_did(
    hand: Any, request: pytest.FixtureRequest, set_name: str, painter: str, time: str, weather: str
) -> None:
    picture = hand.picture(
        hand.place("mara", 0.42, set_name=set_name, pose="talk"), hand.place("rex", 0.6, 0.3, set_name=set_name),
        set_name=set_name, painter=painter, time_of_day=time, weather=weather, size=(64, 36), seed=11,
    )  # fmt: skip
    _compare(picture, GOLDEN / f"{set_name.replace(' ', '-')}-{painter}-{time}-{weather}.png", request)


@pytest.mark.parametrize("name", STYLES)
def test_a_style_looks_as_it_did(request: pytest.FixtureRequest, name: str) -> None:
    story = preview_story()
    _compare(Picture(story, story.shots[1], read_style(name), (128, 72)), GOLDEN / f"style-{name}.png", request)


def _compare(picture: Picture, path: Path, request: pytest.FixtureRequest) -> None:
    image = picture.frame(0.0).image[..., ::-1]
    if request.config.getoption("--update-golden"):
        Image.fromarray(image).save(path, optimize=True)
    expected = np.asarray(Image.open(path).convert("RGB")).astype(int)
    assert float(np.abs(image.astype(int) - expected).mean()) < TOLERANCE, f"{path.name} changed; see --update-golden"
