"""The story that the video benchmark films: two people walk through a wood with a lantern, at dusk and by day."""

from __future__ import annotations

from dreamgen.core.layout import Box, Camera, Layout, Placement
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.core.vocabulary import TimeOfDay


def walk_story(shots: int = 2, seconds: float = 4.0) -> Story:
    """One scene of `shots` moving shots, each with two walking characters, a lantern, a pan and a zoom."""
    lights: tuple[TimeOfDay, ...] = ("sunset", "day")
    takes = tuple(_shot(f"shot-{index + 1}", lights[index % 2], seconds) for index in range(shots))
    return Story(
        id="walk",
        title="The lantern in the wood",
        overview="Mara and Tomi walk home.",
        plot="Mara and Tomi walk home.",
        seed=3,
        cast=(
            Character(
                id="mara",
                name="Mara",
                kind="woman",
                traits=(
                    Trait(slot="hair", value="grey"),
                    Trait(slot="hairstyle", value="bun"),
                    Trait(slot="top", value="raincoat", colour="yellow"),
                    Trait(slot="bottom", value="trousers", colour="navy"),
                    Trait(slot="scarf", value="scarf", colour="red"),
                ),
            ),
            Character(
                id="tomi",
                name="Tomi",
                kind="boy",
                traits=(
                    Trait(slot="hair", value="brown"),
                    Trait(slot="hairstyle", value="short"),
                    Trait(slot="top", value="sweater", colour="teal"),
                    Trait(slot="bottom", value="shorts", colour="brown"),
                    Trait(slot="hat", value="cap", colour="crimson"),
                ),
            ),
        ),
        props=(Prop(id="lantern", name="a lantern", kind="lantern"),),
        locations=(Location(id="wood", name="the wood", set="forest"),),
        acts=(Act(id="act-1", title="Home", scenes=(Scene(id="scene-1", title="Home", shots=takes),)),),
    )


def _shot(name: str, light: TimeOfDay, seconds: float) -> Shot:
    mara = Placement(
        who="mara",
        box=Box(x0=0.26, y0=0.4, x1=0.38, y1=0.9),
        end_box=Box(x0=0.54, y0=0.4, x1=0.66, y1=0.9),
        depth=0.3,
        pose="walk",
        holds="lantern",
    )
    tomi = Placement(
        who="tomi",
        box=Box(x0=0.16, y0=0.53, x1=0.25, y1=0.89),
        end_box=Box(x0=0.44, y0=0.53, x1=0.53, y1=0.89),
        depth=0.35,
        pose="walk",
        expression="happy",
    )
    events = tuple(
        Event(id=f"{name}-{who}", who=who, does="walk", action="walk", using=using, end=seconds)
        for who, using in (("mara", "lantern"), ("tomi", None))
    )
    camera = Camera(
        move="zoom_in", start=Box(x0=0.0, y0=0.02, x1=0.96, y1=0.98), end=Box(x0=0.18, y0=0.14, x1=1.0, y1=0.96)
    )
    layout = Layout(placements=(mara, tomi))
    return Shot(
        id=name, location="wood", time_of_day=light, events=events, layout=layout, camera=camera, seconds=seconds
    )
