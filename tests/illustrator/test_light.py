from __future__ import annotations

from typing import get_args

import pytest

from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.illustrator.light import light_of

GREY = (0.6, 0.6, 0.6)


@pytest.mark.parametrize("weather", get_args(Weather))
@pytest.mark.parametrize("time", get_args(TimeOfDay))
@pytest.mark.parametrize("indoor", [False, True])
def test_every_light_gives_colours(time: TimeOfDay, weather: Weather, indoor: bool) -> None:
    light = light_of(time, weather, indoor)
    for distance in (0.0, 0.5, 1.0):
        assert all(0 <= channel <= 1 for channel in light.at(distance)(GREY))
    assert len(light.sky) == 4


def test_distance_fades_to_haze_and_fog_does_so_sooner() -> None:
    clear, fog = light_of("day", "clear", False), light_of("day", "fog", False)

    def away(light_name: str, distance: float) -> float:
        light = {"clear": clear, "fog": fog}[light_name]
        return sum(abs(a - b) for a, b in zip(light.at(distance)((0.2, 0.5, 0.2)), light.haze, strict=True))

    assert away("clear", 0.6) < away("clear", 0.1)
    assert away("fog", 0.3) < away("clear", 0.3)


def test_grey_hair_stays_greyer_than_the_set_at_sunset() -> None:
    light = light_of("sunset", "clear", False)
    body, wall = light.on_bodies()(GREY), light.at(0.0)(GREY)
    assert max(body) - min(body) < max(wall) - min(wall)


def test_rainy_nights_are_not_black() -> None:
    r, g, b = light_of("night", "rain", False).at(0.0)((0.35, 0.6, 0.3))
    assert r + g + b > 0.6


def test_rooms_keep_the_weather_out() -> None:
    assert light_of("day", "rain", True).haziness == 1.0
    assert light_of("day", "rain", True).lamps and not light_of("day", "clear", True).lamps
