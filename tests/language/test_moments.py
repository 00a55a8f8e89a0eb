from __future__ import annotations

import pytest

from dreamgen.core.claims import Claim, Cut, Place, WeatherIs
from dreamgen.core.media import Clip
from dreamgen.language.moments import around, named, throughout, whole
from dreamgen.language.world import World


@pytest.fixture
def world(clip: Clip, small_world: tuple[Claim, ...]) -> World:
    return World.of(clip, small_world)


def test_what_always_holds_needs_no_moment(world: World) -> None:
    assert [moment.words for moment in throughout(world, 0.0, 8.0)] == [""]


def test_what_holds_in_one_shot_is_asked_about_that_shot(world: World) -> None:
    texts = {moment.words for moment in throughout(world, 4.0, 8.0)}
    assert texts == {"in the second shot", "in the street", "while the sky is clear"}


def test_what_fills_no_shot_gets_its_seconds(world: World) -> None:
    assert [moment.words for moment in throughout(world, 0.9, 3.1)] == ["between 0:01 and 0:03"]


def test_what_happens_inside_a_shot_is_asked_about_the_shot(world: World) -> None:
    assert around(world, 1.0, 3.0)[0].span == (0.0, 4.0)


def test_what_happens_over_a_cut_is_asked_about_the_clip(world: World) -> None:
    assert around(world, 3.0, 5.0) == (whole(world),)


def test_shots_are_not_counted_where_a_cut_is_in_doubt(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    doubtful = World.of(clip, [claim for claim in small_world if not isinstance(claim, Cut)])
    assert doubtful.shots == ()
    assert not any("shot" in moment.words for moment in named(doubtful))


def test_weather_names_no_moment_when_it_comes_back() -> None:
    spans = [(0.0, 2.0, "rain"), (2.0, 4.0, "clear"), (4.0, 6.0, "rain")]
    claims = [WeatherIs.model_validate({"weather": w, "start": a, "end": b}) for a, b, w in spans]
    texts = {moment.words for moment in named(World.of_claims(claims))}
    assert texts == {"", "while the sky is clear"}


def test_a_moment_rests_on_the_claims_that_name_it(world: World) -> None:
    moment = next(moment for moment in named(world) if moment.words == "in the street")
    assert [world.by_id[name] for name in moment.claims] == [Place(place="street", start=4.0, end=8.0)]
