"""A small company on any set, staged by hand."""

from __future__ import annotations

from typing import Any

import pytest

from dreamgen.core.layout import Box, Camera, Layout, Placement
from dreamgen.core.media import Style
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.illustrator import Picture, stage_of
from dreamgen.illustrator.measure import box_at

CAST = (
    Character(
        id="mara", name="Mara", kind="old woman",
        traits=(
            Trait(slot="hair", value="grey"), Trait(slot="top", value="coat", colour="red"),
            Trait(slot="bottom", value="trousers", colour="navy"), Trait(slot="glasses", value="glasses"),
        ),
    ),
    Character(id="jon", name="Jon", kind="man", traits=(Trait(slot="top", value="sweater", colour="teal"),)),
    Character(id="tomi", name="Tomi", kind="boy", traits=(Trait(slot="top", value="hoodie", colour="yellow"),)),
    Character(id="rex", name="Rex", kind="dog", traits=(Trait(slot="coat", value="plain", colour="brown"),)),
)  # fmt: skip
PROPS = (Prop(id="lantern", name="lantern", kind="lantern"), Prop(id="chest", name="chest", kind="chest"))


class Stagehand:
    """Builds one-shot stories and their pictures."""

    size = (256, 144)

    def place(self, who: str, x: float, depth: float = 0.5, set_name: str = "forest", **rest: Any) -> Placement:
        """A body whose feet are at `x` (stage fractions); `to` is where it goes."""
        stage = stage_of(set_name)
        y, scale, to = stage.ground_at(depth), stage.scale_at(depth), rest.pop("to", None)
        character = next((member for member in CAST if member.id == who), None)
        pose, facing = rest.get("pose", "stand"), rest.get("facing", "right")
        if character is None:
            box = Box(x0=x - 0.06, y0=y - 0.12, x1=x + 0.06, y1=y)
        else:
            box = box_at(character, pose, facing, (x, y), scale)
        end = box.model_copy(update={"x0": box.x0 + to - x, "x1": box.x1 + to - x}) if to is not None else None
        return Placement(who=who, box=box, end_box=end, depth=depth, **rest)

    def window(self, x: float, y: float, zoom: float) -> Box:
        """A camera window around (x, y)."""
        return Box(x0=x - 0.5 / zoom, y0=y - 0.5 / zoom, x1=x + 0.5 / zoom, y1=y + 0.5 / zoom)

    def stage(self, *places: Placement, set_name: str = "forest", seed: int = 7, **shot: Any) -> tuple[Story, Shot]:
        """A story of one shot; `says` becomes a speech of Mara from 0.5 to 1.5 seconds."""
        says, start, end = shot.pop("says", None), shot.pop("start", None), shot.pop("end", None)
        events: tuple[Event, ...] = ()
        if says is not None:
            events = (Event(id="e1", who="mara", does="talk", action="say", says=says, start=0.5, end=1.5),)
        camera = Camera() if start is None else Camera(start=start, end=end or start)
        take = Shot(id="s1", location="there", layout=Layout(placements=places), camera=camera, events=events, **shot)
        story = Story(
            id="demo", title="The Lantern", overview="A test.", plot="A test.", seed=seed, cast=CAST, props=PROPS,
            locations=(Location(id="there", name="there", set=set_name),),
            acts=(Act(id="a", title="a", scenes=(Scene(id="sc", title="s", shots=(take,)),)),),
        )  # fmt: skip
        return story, take

    def picture(self, *places: Placement, painter: str = "flat", **shot: Any) -> Picture:
        """The picture of one shot; keywords of `Picture` may be among those of the shot."""
        options = {key: shot.pop(key) for key in ("size", "effects") if key in shot}
        story, take = self.stage(*places, **shot)
        return Picture(story, take, self.style(painter), **{"size": self.size, **options})

    def style(self, painter: str = "flat") -> Style:
        """A style of that painter."""
        return Style(name=painter, words="", painter=painter)


@pytest.fixture(scope="session")
def hand() -> Stagehand:
    """The one who stages."""
    return Stagehand()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="redraw tests/illustrator/golden; look at them!")
