from __future__ import annotations

import numpy as np
import pytest

from dreamgen.core.vocabulary import Weather
from dreamgen.illustrator.light import light_of
from dreamgen.illustrator.painters import painter_of
from dreamgen.illustrator.weather import Falling

SIZE = (192, 108)


def falling(weather: Weather, indoor: bool = False) -> Falling:
    return Falling(light_of("day", weather, indoor), painter_of("flat"), 3, SIZE)


@pytest.mark.parametrize("weather", ["rain", "snow", "fog"])
def test_weather_moves_through_the_air(weather: Weather) -> None:
    air = falling(weather)
    assert air
    pictures = []
    for t in (0.0, 0.7):
        picture = np.full((108, 192, 3), 60, np.uint8)
        air.fall(picture, t, near=False)
        air.fall(picture, t, near=True)
        pictures.append(picture)
    assert (pictures[0] > 60).any()
    assert not np.array_equal(pictures[0], pictures[1])


def test_nothing_falls_indoors_or_from_a_clear_sky() -> None:
    assert not falling("clear")
    assert not falling("rain", indoor=True)
