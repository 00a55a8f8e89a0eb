"""A small world: two shots in a forest and a street, a woman in a red coat, a boy in a yellow hoodie, a dog."""

from __future__ import annotations

import pytest

from dreamgen.core.claims import (
    Absence,
    Action,
    Attribute,
    CameraMove,
    Cause,
    Claim,
    Count,
    Cut,
    Duration,
    Expression,
    Interaction,
    Movement,
    Narration,
    Order,
    Place,
    Presence,
    Relation,
    Speech,
    Time,
    WeatherIs,
)
from dreamgen.core.media import Clip, MediaRef, Span


def _looks() -> list[Claim]:
    whole = {"start": 0.0, "end": 8.0}
    first = {"start": 0.0, "end": 4.0}
    second = {"start": 4.0, "end": 8.0}
    return [
        Presence(entity="mara", what="woman", category="person", name="Mara", **whole),
        Presence(entity="tom", what="boy", category="person", name="Tom", **first),
        Presence(entity="rex", what="dog", category="animal", name="Rex", **second),
        Presence(entity="lantern", what="lantern", category="prop", **second),
        Absence(entity="tom", what="boy", category="person", **second),
        Absence(entity="rex", what="dog", category="animal", **first),
        Absence(entity="keeper", what="old man", category="person", **whole),
        Attribute(entity="mara", slot="top", value="coat", colour="red", **whole),
        Attribute(entity="mara", slot="hair", value="black", **whole),
        Attribute(entity="mara", slot="hat", value="straw hat", colour="beige", **whole),
        Attribute(entity="tom", slot="top", value="hoodie", colour="yellow", **first),
        Attribute(entity="tom", slot="bottom", value="trousers", colour="blue", **first),
        Attribute(entity="tom", slot="hair", value="blonde", **first),
        Attribute(entity="tom", slot="glasses", value="glasses", **first),
        Attribute(entity="rex", slot="coat", value="plain", colour="white", **second),
    ]


@pytest.fixture
def small_world() -> tuple[Claim, ...]:
    first, second = {"start": 0.0, "end": 4.0}, {"start": 4.0, "end": 8.0}
    walk = Action(entity="mara", action="walk", **first)
    wave = Action(entity="tom", action="wave", **first)
    sit = Action(entity="mara", action="sit", using="lantern", **second)
    speech = Speech(entity="mara", words="Come home with me.", start=5.0, end=7.5)
    look = Interaction(entity="tom", action="wave at", other="mara", **first)
    run = Action(entity="rex", action="run", **second)
    return (
        *_looks(),
        walk,
        wave,
        sit,
        run,
        speech,
        look,
        Count(what="people", number=2, **first),
        Count(what="people", number=1, **second),
        Count(what="animals", number=0, **first),
        Count(what="animals", number=1, **second),
        Expression(entity="mara", feeling="happy", **second),
        Expression(entity="tom", feeling="sad", **first),
        Relation(entity="mara", relation="left of", other="tom", **first),
        Place(place="forest", **first),
        Place(place="street", **second),
        Time(time="night", start=0.0, end=8.0),
        WeatherIs(weather="snow", **first),
        WeatherIs(weather="clear", **second),
        Movement(entity="mara", direction="right", **first),
        Movement(entity="rex", direction="left", **second),
        CameraMove(move="zoom_in", **first),
        CameraMove(move="static", **second),
        Cut(start=4.0, end=4.0),
        Order(first=walk.id, second=sit.id, start=0.0, end=8.0),
        Duration(of=walk.id, seconds=4.0, **first),
        Cause(effect=sit.id, because="because her feet hurt", **second),
        Narration(text="Mara walks through the snowy forest and Tom waves.", **first),
        Narration(text="Mara rests in the street.", **second),
    )


@pytest.fixture
def clip() -> Clip:
    return Clip(
        id="scene-01",
        video=MediaRef(path="clips/scene-01.mp4", sha256="0" * 64),
        fps=24,
        size=(1024, 576),
        frames=192,
        spans=(Span(shot="shot-01", first=0, stop=96), Span(shot="shot-02", first=96, stop=192)),
    )
