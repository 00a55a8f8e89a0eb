"""Renderer `storyboard`: the illustrator draws a portrait of everybody and the middle of every shot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.media import EntityMap, Keyframe, Portrait, Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines.files import refer
from dreamgen.engines.pictures import write_png
from dreamgen.engines.processes import map_processes
from dreamgen.illustrator import Picture, portrait

Side = Annotated[int, Field(ge=16)]


class StoryboardRenderer(Record):
    """The whole cast under portraits/, one keyframe a shot under keyframes/, and who is where in it under maps/."""

    size: tuple[Side, Side] = (1024, 576)
    """Width and height of the keyframes in pixels, 16:9. For `kenburns`, larger than the clips."""
    workers: int = Field(default=0, ge=0)
    """Processes; 0 for one a CPU. They change no byte."""

    def introduce(self, story: Story, style: Style, into: Path) -> Iterator[Portrait]:
        """One portrait a character, in order."""
        for character in story.cast:
            path = into / "portraits" / f"{character.id}.png"
            write_png(portrait(story, character.id, style), path)
            yield Portrait(entity=character.id, image=refer(path, into))

    def render(self, story: Story, style: Style, into: Path) -> Iterator[Keyframe]:
        """One keyframe a shot, in order."""
        draw = partial(draw_keyframe, story, style, self.size, into)
        with closing(map_processes(draw, story.shots, self.workers, name=lambda shot: shot.id)) as keyframes:
            yield from keyframes


def draw_keyframe(story: Story, style: Style, size: tuple[int, int], into: Path, shot: Shot) -> Keyframe:
    """Draws the middle of a shot, without the words that are spoken in it, to keyframes/ and maps/ in `into`."""
    image, truth = into / "keyframes" / f"{shot.id}.png", into / "maps" / f"{shot.id}.png"
    picture = Picture(story, shot.unspoken, style, size)
    frame = picture.frame(shot.seconds / 2)
    assert frame.entities is not None  # asked for
    write_png(frame.image, image)
    write_png(frame.entities, truth)
    return Keyframe(
        shot=shot.id,
        t=shot.seconds / 2,
        image=refer(image, into),
        layout=shot.layout,
        made_by="storyboard",
        map=EntityMap(image=refer(truth, into), numbers=tuple(picture.numbers.items())),
    )
