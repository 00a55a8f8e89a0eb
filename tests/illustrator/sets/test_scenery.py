from __future__ import annotations

from itertools import pairwise

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
    assert all(len(corners) == 4 for corners in shafts_of("forest", 1))
    assert shafts_of("street", 1) == ()


def test_half_of_the_rooms_are_mirrored_with_the_light_from_their_window() -> None:
    def window(seed: int) -> float:
        return float(min(corners[0][0] for corners in shafts_of("room", seed)))

    panes = {window(seed) < 512 for seed in range(12)}
    assert panes == {True, False}
    walls = {seed: next(layer for layer in layers("room", seed) if layer.name == "wall") for seed in range(12)}
    shelves = {seed: max(wall.inked.high[:, 0]) for seed, wall in walls.items()}
    assert len(set(shelves.values())) > 1


@pytest.mark.parametrize("name", set_names())
def test_two_places_with_one_set_look_different(name: str) -> None:
    def colours(seed: int) -> list[object]:
        return [item.fill for layer in layers(name, seed) if layer.name != "sky" for item in layer.inked.items]

    plain = [colours(seed) for seed in range(4)]
    assert all(one != other for one, other in pairwise(plain))


@pytest.mark.parametrize("name", ["street", "park", "rooftop", "forest"])
def test_nothing_moves_when_night_falls(name: str) -> None:
    def places(time: TimeOfDay) -> set[tuple[float, ...]]:
        found = set()
        for layer in layers(name, time=time):
            for item, low, high in zip(layer.inked.items, layer.inked.low, layer.inked.high, strict=True):
                if layer.name != "sky" and item.kind == "main" and item.alpha == 1:
                    found.add((*low.tolist(), *high.tolist()))
        return found

    assert places("day") == places("night")


def test_no_generator_is_left_unused() -> None:
    named = {entry["what"] for plan in set_data().values() for sheet in plan["layers"] for entry in sheet["puts"]}
    assert set(GENERATORS) == named
