"""One frame of every shot, taken from the videos as they were encoded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from dreamgen.core.media import Clip, Span
from dreamgen.core.story import Shot
from dreamgen.engines.video import read_frame_at
from dreamgen.run.opened import FoundRun, Part, StoryRun

LARGEST = (384, 216)
"""Width and height in pixels that a frame fits into."""

MOST = 240
"""Shots of found footage of which a frame is shown; a page with more would not open."""


@dataclass(frozen=True)
class ShotFrame:
    """The middle of one shot."""

    name: str
    """The id of the shot."""
    heading: str
    """What it is, in a few words."""
    text: str
    """What it was planned to show, or where it comes from."""
    start: float
    """Seconds from the start of the film or clip."""
    end: float
    """Seconds from the start of the film or clip."""
    picture: Image.Image
    """At most as large as `LARGEST`."""


def shot_frames(part: Part) -> Iterator[ShotFrame]:
    """A frame of every shot, in order; none when there is no film yet. Of found footage the first `MOST`."""
    if isinstance(part, StoryRun):
        yield from some_frames(part, len(part.story.shots))
    elif isinstance(part, FoundRun):
        yield from _of_clips(part)


def some_frames(story: StoryRun, most: int) -> Iterator[ShotFrame]:
    """Frames of a film, of at most so many of its shots, evenly through it."""
    film = story.clips.get("film")
    if film is None:
        return
    count = len(film.spans)
    every = range(count) if count <= most else sorted({round(n * (count - 1) / max(1, most - 1)) for n in range(most)})
    plans = {shot.id: shot for shot in story.story.shots}
    for span in (film.spans[number] for number in every):
        shot = plans[span.shot]
        yield _frame(story, film, span, f"{shot.id} · {_camera(shot)}", shot.description)


def _of_clips(found: FoundRun) -> Iterator[ShotFrame]:
    sources = {source.id: source for source in found.sources}
    shots = [(clip, span) for clip in found.clips.values() for span in clip.spans]
    for clip, span in shots[:MOST]:
        where = clip.excerpt
        source = sources[where.source] if where else None
        told = f"{source.name}, from {where.start + span.first / clip.fps:.1f} s" if source and where else ""
        licence = f", {source.licence}" if source and source.licence else ""
        yield _frame(found, clip, span, span.shot, told + licence)


def _camera(shot: Shot) -> str:
    move = shot.camera.move
    return shot.camera.framing + ("" if move == "static" else f", {move.replace('_', ' ')}")


def _frame(part: Part, clip: Clip, span: Span, heading: str, text: str) -> ShotFrame:
    picture = Image.fromarray(read_frame_at(part.folder / clip.video.path, (span.first + span.stop) // 2)[..., ::-1])
    picture.thumbnail(LARGEST)
    return ShotFrame(span.shot, heading, text, span.first / clip.fps, span.stop / clip.fps, picture)
