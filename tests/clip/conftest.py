"""A small world: two scenes of two short shots, and small pictures."""

import shutil
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from dreamgen.clip.animators.diffusion import DiffusionAnimator
from dreamgen.core.layout import Box, Camera, Layout, Placement
from dreamgen.core.media import Clip, Keyframe, Style
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.engines.diffusion.blank_motion import write_motion
from dreamgen.render.renderers.storyboard import StoryboardRenderer

SIZE = (192, 108)
FPS = 8


def _shot(name: str, camera: Camera) -> Shot:
    mara = Placement(
        who="mara",
        box=Box(x0=0.2, y0=0.3, x1=0.36, y1=0.85),
        end_box=Box(x0=0.36, y0=0.3, x1=0.52, y1=0.85),
        depth=0.2,
        pose="walk",
    )
    tomi = Placement(who="tomi", box=Box(x0=0.4, y0=0.42, x1=0.52, y1=0.82), depth=0.5, facing="left")
    walk = Event(id=f"{name}-walk", who="mara", does="walk", action="walk", end=0.75)
    wave = Event(id=f"{name}-say", who="tomi", does="talk", action="say", says="Wait for me!", start=0.25, end=0.75)
    layout = Layout(placements=(mara, tomi))
    return Shot(id=name, location="woods", events=(walk, wave), layout=layout, camera=camera, seconds=0.75)


@pytest.fixture(scope="session")
def story() -> Story:
    whole, near = Box(x0=0, y0=0, x1=1, y1=1), Box(x0=0.1, y0=0.1, x1=0.9, y1=0.9)
    left, right = Box(x0=0, y0=0.1, x1=0.8, y1=0.9), Box(x0=0.2, y0=0.1, x1=1, y1=0.9)
    cameras = (
        Camera(move="zoom_in", start=whole, end=near),
        Camera(move="pan_right", start=left, end=right),
        Camera(),
        Camera(move="zoom_out", start=near, end=whole),
    )
    shots = [_shot(f"shot-{index}", camera) for index, camera in enumerate(cameras, 1)]
    scenes = (
        Scene(id="scene-1", title="One", shots=tuple(shots[:2])),
        Scene(id="scene-2", title="Two", shots=tuple(shots[2:])),
    )
    return Story(
        id="lantern",
        title="The lantern in the woods",
        overview="Mara and Tomi walk.",
        plot="Mara and Tomi walk.",
        seed=7,
        cast=(
            Character(id="mara", name="Mara", kind="woman", traits=(Trait(slot="top", value="coat", colour="red"),)),
            Character(id="tomi", name="Tomi", kind="boy", traits=(Trait(slot="top", value="shirt", colour="blue"),)),
        ),
        props=(Prop(id="book", name="a book", kind="book", colour="green"),),
        locations=(Location(id="woods", name="the woods", set="forest"),),
        acts=(Act(id="act-1", title="All", scenes=scenes),),
    )


@pytest.fixture(scope="session")
def style() -> Style:
    return Style(name="flat", words="flat", painter="flat")


@pytest.fixture(scope="session")
def rendered(story: Story, style: Style, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Keyframe, ...]]:
    """A story's folder with keyframes and portraits, and the keyframes; to be copied, not written to."""
    folder = tmp_path_factory.mktemp("rendered")
    renderer = StoryboardRenderer(size=(256, 144), workers=1)
    list(renderer.introduce(story, style, folder))
    return folder, tuple(renderer.render(story, style, folder))


@pytest.fixture
def folder(rendered: tuple[Path, tuple[Keyframe, ...]], tmp_path: Path) -> Path:
    """The story's folder, to be written to."""
    return Path(shutil.copytree(rendered[0], tmp_path / "lantern"))


@pytest.fixture(scope="session")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The diffusion animator with tiny random weights."""
    for library in ("torch", "diffusers", "transformers", "accelerate"):
        pytest.importorskip(library)
    model = write_motion(tmp_path_factory.mktemp("weights") / "ltx", "ltx")
    return partial(DiffusionAnimator, model=str(model), steps=2, offline=True)


@pytest.fixture(scope="session")
def filmed(
    story: Story, style: Style, rendered: tuple[Path, tuple[Keyframe, ...]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Any], tuple[Path, tuple[Clip, ...]]]:
    """What a kind of animator makes of the story: the folder and the clips; to be read, not written to."""

    @cache
    def film(kind: Any) -> tuple[Path, tuple[Clip, ...]]:
        folder = Path(shutil.copytree(rendered[0], tmp_path_factory.mktemp("filmed") / "lantern"))
        return folder, tuple(kind(size=SIZE, fps=FPS, workers=1).animate(story, style, rendered[1], folder))

    return film
