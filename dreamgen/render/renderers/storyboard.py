"""Renderer `storyboard`: the illustrator draws the middle of every shot, and a portrait of everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.media import Keyframe, Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines.files import refer, whole
from dreamgen.engines.processes import map_processes
from dreamgen.illustrator import Picture, portrait

Side = Annotated[int, Field(ge=16)]


class StoryboardRenderer(Record):
    """One keyframe a shot under keyframes/, and the whole cast under portraits/."""

    size: tuple[Side, Side] = (1024, 576)
    """Width and height of the keyframes in pixels, 16:9. For `kenburns`, larger than the clips."""
    workers: int = Field(default=0, ge=0)
    """Processes; 0 for one a CPU. They change no byte."""

    def render(self, story: Story, style: Style, into: Path) -> Iterator[Keyframe]:
        """The portraits, then one keyframe a shot, in order."""
        for character in story.cast:
            _write_png(portrait(story, character.id, style), into / "portraits" / f"{character.id}.png")
        draw = partial(draw_keyframe, story, style, self.size, into)
        with closing(map_processes(draw, story.shots, self.workers, name=lambda shot: shot.id)) as paths:
            for shot, path in zip(story.shots, paths, strict=True):
                image = refer(path, into)
                yield Keyframe(shot=shot.id, t=shot.seconds / 2, image=image, layout=shot.layout, made_by="storyboard")


def draw_keyframe(story: Story, style: Style, size: tuple[int, int], into: Path, shot: Shot) -> Path:
    """Draws the middle of a shot to keyframes/ in the folder `into`."""
    path = into / "keyframes" / f"{shot.id}.png"
    frame = Picture(story, shot, style, size).frame(shot.seconds / 2, truth=False)
    _write_png(frame.image, path)
    return path


def _write_png(picture: NDArray[np.uint8], path: Path) -> None:
    with whole(path) as unfinished:
        # level 1: a painted picture hardly shrinks further, and the next level takes twice the time
        Image.fromarray(np.ascontiguousarray(picture[..., ::-1])).save(unfinished, compress_level=1)
