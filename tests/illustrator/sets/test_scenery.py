from __future__ import annotations

import numpy as np
import pytest

from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.illustrator import set_names
from dreamgen.illustrator.light import light_of
from dreamgen.illustrator.painters import painter_of
from dreamgen.illustrator.sets.brush import GENERATORS
from dreamgen.illustrator.sets.scenery import Layer, lamps_of, scenery, shafts_of
from dreamgen.illustrator.sets.stage_map import set_data, stage_of


def layers(name: str, seed: int = 1, time: TimeOfDay = "day", weather: Weather = "clear") -> tuple[Layer, ...]:
    light = light_of(time, weather, stage_of(name).indoor)
    return scenery(name, seed, light, painter_of("flat"))


@pytest.mark.parametrize("name", set_names())
def test_every_entry_of_the_data_draws_something(name: str) -> None:
    drawn = {layer.name: layer for layer in layers(name)}
    for sheet in set_data()[name]["layers"]:
        assert drawn[sheet["name"]].inked.items, f"{name}: {sheet['name']} is empty"
    assert ("sky" in drawn) == (not stage_of(name).indoor)


@pytest.mark.parametrize("name", set_names())
def test_the_set_goes_on_past_what_a_camera_can_see(name: str) -> None:
    ground = next(layer for layer in layers(name) if layer.parallax == 1.0)
    low, high = np.min(ground.inked.low, axis=0), np.max(ground.inked.high, axis=0)
    assert low[0] <= -155 and high[0] >= 1179 and high[1] >= 646


def test_the_set_belongs_to_nobody() -> None:
    for name in set_names():
        for layer in layers(name):
            assert not layer.inked.entities.any()


def test_weather_changes_the_set_but_not_its_plan() -> None:
    dry, snowy = layers("forest"), layers("forest", weather="snow")
    assert [layer.name for layer in dry] == [layer.name for layer in snowy]
    assert len(dry[2].inked.items) != len(snowy[2].inked.items)


def test_windows_are_lit_at_night() -> None:
    def brightest(time: TimeOfDay) -> float:
        houses = next(layer for layer in layers("street", time=time) if layer.name == "houses")
        return max(sum(item.fill) for item in houses.inked.items if item.fill is not None)

    warm = {"night": brightest("night"), "day": brightest("day")}
    assert warm["night"] > 2.2, "lamps glow through the dark"


def test_lamps_and_shafts_are_read_from_the_data() -> None:
    assert len(lamps_of("street")) == 4
    assert all(len(corners) == 4 for corners in shafts_of("forest"))
    assert shafts_of("street") == ()


def test_no_generator_is_left_unused() -> None:
    named = {entry["what"] for plan in set_data().values() for sheet in plan["layers"] for entry in sheet["puts"]}
    assert set(GENERATORS) == named
