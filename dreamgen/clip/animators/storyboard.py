"""Animator `storyboard`: the illustrator draws every frame, so everything really moves and the truth is exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dreamgen.clip.scenes import Format, Size, Take, film_scenes
from dreamgen.clip.timing import frame_times
from dreamgen.clip.truth import Witness
from dreamgen.core.base import Record
from dreamgen.core.media import Clip, Keyframe, Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines.video import encode_segment
from dreamgen.illustrator import Picture


class StoryboardAnimator(Record):
    """Films shots with the illustrator; every clip comes with the masks of everything in it.

    Masks are those of the entity map, pixel for pixel, in every frame. The visible share of an entity compares them
    with its whole area, which is measured every sixth frame and interpolated in between.
    """

    size: Size = (1024, 576)
    """Width and height of the clips in pixels, both even."""
    fps: int = Field(default=24, ge=1, le=60)
    """Frames a second."""
    workers: int = Field(default=0, ge=0)
    """Processes; 0 for one a CPU. They change no byte."""

    def animate(self, story: Story, style: Style, keyframes: Sequence[Keyframe], into: Path) -> Iterator[Clip]:
        """One clip a scene, in order. The keyframes are not needed: the frames come from where they came from."""
        form = Format(self.size, self.fps)
        yield from film_scenes(story, partial(film_shot, story, style, form), form, self.workers, into)


def film_shot(story: Story, style: Style, form: Format, shot: Shot) -> Take:
    """Draws and encodes one shot, and takes down the truth of its frames."""
    picture = Picture(story, shot, style, form.size)
    times, now = frame_times(shot, form.fps), 0.0
    witness = Witness(picture.numbers, lambda entity: picture.amodal_area(now, entity), len(times))

    def drawn() -> Iterator[NDArray[np.uint8]]:
        nonlocal now
        for index, now in enumerate(times):
            frame = picture.frame(now)
            assert frame.entities is not None  # asked for
            witness.look(index, frame.entities)
            yield frame.image

    segment = encode_segment(drawn(), form.fps, form.size)
    return Take(segment, witness.masklets())
