"""One frame of every shot, taken from the film as it was encoded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from dreamgen.core.story import Shot
from dreamgen.engines.video import read_frame_at
from dreamgen.run.opened import StoryRun

LARGEST = (384, 216)
"""Width and height in pixels that a frame fits into."""


@dataclass(frozen=True)
class ShotFrame:
    """The middle of one shot."""

    shot: Shot
    start: float
    """Seconds from the start of the film."""
    end: float
    """Seconds from the start of the film."""
    picture: Image.Image
    """At most as large as `LARGEST`."""


def shot_frames(story: StoryRun) -> Iterator[ShotFrame]:
    """A frame of every shot, in order; none when there is no film yet."""
    film = story.clips.get("film")
    if film is None:
        return
    plans = {shot.id: shot for shot in story.story.shots}
    for span in film.spans:
        frame = read_frame_at(story.folder / film.video.path, (span.first + span.stop) // 2)
        picture = Image.fromarray(frame[..., ::-1])
        picture.thumbnail(LARGEST)
        yield ShotFrame(plans[span.shot], span.first / film.fps, span.stop / film.fps, picture)
