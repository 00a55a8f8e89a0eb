"""The small scene in which a style shows what it looks like: two people, a dog, a lantern, by day and by night."""

from __future__ import annotations

from typing import Final

from dreamgen.core.layout import Box, Camera, Layout, Placement
from dreamgen.core.story import Act, Character, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.core.vocabulary import Facing, Feeling, Pose, TimeOfDay
from dreamgen.illustrator import stage_of
from dreamgen.illustrator.measure import box_at

_ANNA: Final = Character(
    id="anna", name="Anna", kind="woman",
    traits=(
        Trait(slot="hair", value="brown"), Trait(slot="hairstyle", value="bun"),
        Trait(slot="top", value="coat", colour="red"), Trait(slot="bottom", value="skirt", colour="navy"),
    ),
)  # fmt: skip
_TOM: Final = Character(
    id="tom", name="Tom", kind="boy",
    traits=(
        Trait(slot="hair", value="blonde"), Trait(slot="top", value="sweater", colour="teal"),
        Trait(slot="bottom", value="trousers", colour="brown"),
    ),
)  # fmt: skip
_REX: Final = Character(id="rex", name="Rex", kind="dog", traits=(Trait(slot="coat", value="spotted", colour="brown"),))
_LANTERN: Final = Prop(id="lantern", name="lantern", kind="lantern", colour="yellow")
_TIMES: Final[tuple[TimeOfDay, ...]] = ("day", "night")


def preview_story() -> Story:
    """The scene as a staged story of one still shot for each time of day; the same whenever it is asked for."""
    return Story(
        id="preview", title="A style", overview="What a style looks like.", plot="", seed=3, cast=(_ANNA, _TOM, _REX),
        props=(_LANTERN,), locations=(Location(id="street", name="a street of the village", set="street"),),
        acts=(Act(id="act-1", title="a", scenes=(Scene(id="scene-1", title="s", shots=tuple(map(_shot, _TIMES))),)),),
    )  # fmt: skip


def _shot(time: TimeOfDay) -> Shot:
    window = Box(x0=0.31, y0=0.42, x1=0.85, y1=0.96)
    placed = (
        _placed(_ANNA, 0.42, 0.35, "right", "wave", "happy"),
        _placed(_TOM, 0.60, 0.20, "left", "stand", "happy", holds="lantern"),
        _placed(_REX, 0.75, 0.15, "left", "stand", "neutral"),
    )
    return Shot(
        id=time, location="street", time_of_day=time, seconds=1.0, layout=Layout(placements=placed),
        camera=Camera(framing="full", start=window, end=window),
        description="A woman in a red coat waves to a boy with a lantern. A dog stands beside them.",
    )  # fmt: skip


def _placed(
    who: Character, x: float, depth: float, facing: Facing, pose: Pose, feels: Feeling, holds: str | None = None
) -> Placement:
    stage = stage_of("street")
    feet = (x, stage.ground_at(depth))
    box = box_at(who, pose, facing, feet, stage.scale_at(depth))
    return Placement(who=who.id, box=box, depth=depth, facing=facing, pose=pose, expression=feels, holds=holds)
