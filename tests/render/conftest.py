"""A small world: two shots with two people."""

import pytest

from dreamgen.core.layout import Box, Layout, Placement
from dreamgen.core.media import Style
from dreamgen.core.story import Act, Character, Event, Location, Scene, Shot, Story, Trait


def _shot(name: str, x: float) -> Shot:
    layout = Layout(
        placements=(
            Placement(who="mara", box=Box(x0=x, y0=0.3, x1=x + 0.16, y1=0.85), depth=0.2),
            Placement(who="tomi", box=Box(x0=x + 0.3, y0=0.42, x1=x + 0.42, y1=0.82), facing="left"),
        )
    )
    event = Event(id=f"{name}-wave", who="mara", does="wave", action="wave", whom="tomi", end=1.5)
    return Shot(id=name, location="woods", events=(event,), layout=layout, seconds=1.5)


@pytest.fixture(scope="session")
def story() -> Story:
    scene = Scene(id="scene-1", title="One", shots=(_shot("shot-1", 0.1), _shot("shot-2", 0.4)))
    return Story(
        id="lantern",
        title="The lantern in the woods",
        overview="Mara waves.",
        plot="Mara waves.",
        seed=7,
        cast=(
            Character(id="mara", name="Mara", kind="woman", traits=(Trait(slot="top", value="coat", colour="red"),)),
            Character(id="tomi", name="Tomi", kind="boy", traits=(Trait(slot="top", value="shirt", colour="blue"),)),
        ),
        locations=(Location(id="woods", name="the woods", set="forest"),),
        acts=(Act(id="act-1", title="All", scenes=(scene,)),),
    )


@pytest.fixture(scope="session")
def style() -> Style:
    return Style(name="flat", words="flat", painter="flat")
