"""Shots in, scenes out: what every animator does around the frames of one shot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator

from dreamgen.clip.joining import join_synthetic
from dreamgen.clip.timing import spans
from dreamgen.clip.truth import Masklets, joined, shifted, write_masklets
from dreamgen.core.media import Clip, Portrait
from dreamgen.core.story import Scene, Shot, Story
from dreamgen.engines.files import refer
from dreamgen.engines.marking import Pictures
from dreamgen.engines.processes import map_processes
from dreamgen.errors import DreamgenError


def _encodable(size: tuple[int, int]) -> tuple[int, int]:
    if any(side < 16 or side % 2 for side in size):
        raise ValueError("H.264 needs an even width and height of at least 16 pixels")
    return size


Size = Annotated[tuple[int, int], AfterValidator(_encodable)]
"""Width and height that a clip can have, in pixels."""


class Take(NamedTuple):
    """One filmed shot."""

    segment: bytes
    """An mp4 of its own."""
    masklets: Masklets | None
    """Frames count from the start of the shot; None where the truth is not known."""
    pictures: Literal["drawn", "generated"] = "drawn"
    """Who made what is seen in it: the illustrator, or a model."""
    strained: str = ""
    """What the machine could not do as asked, with the shot and a reason."""


class Format(NamedTuple):
    """What all clips of a film share."""

    size: tuple[int, int]
    """Width and height in pixels."""
    fps: int
    """Frames a second."""
    motion: Literal["drawn", "still", "generated"] = "drawn"
    """Who moves what is seen; see `Clip.motion`."""


def film_scenes(
    story: Story, film_shot: Callable[[Shot], Take], form: Format, workers: int, into: Path
) -> Iterator[Clip]:
    """Films every shot and yields each scene's clip as soon as its last shot is done.

    All shots are handed out at the start: while a scene's last shot is filmed, other workers are in the next scene.

    Args:
        story: the scenes to film.
        film_shot: pickled, and called in worker processes.
        form: size and rate of the clips.
        workers: processes; 0 for one a CPU. They change no byte.
        into: the story's folder, which holds the portraits of the cast.
    """
    portraits = portraits_of(story, into)
    with closing(map_processes(film_shot, story.shots, workers, name=lambda shot: shot.id)) as takes:
        for scene in story.scenes:
            yield _cut(scene, [next(takes) for _ in scene.shots], form, portraits, into)


def _cut(scene: Scene, takes: list[Take], form: Format, portraits: tuple[Portrait, ...], into: Path) -> Clip:
    video = into / "clips" / f"{scene.id}.mp4"
    pictures: Pictures = "generated" if any(take.pictures == "generated" for take in takes) else "drawn"
    frames = join_synthetic([take.segment for take in takes], video, pictures)
    where = spans(scene.shots, form.fps)
    truth = None
    if all(take.masklets is not None for take in takes):
        truth = into / "clips" / f"{scene.id}.masklets.jsonl.gz"
        parts = (
            tuple(shifted(masklet, span.first) for masklet in take.masklets or ())
            for take, span in zip(takes, where, strict=True)
        )
        write_masklets(joined(parts), truth)
    return Clip(
        id=scene.id,
        video=refer(video, into),
        fps=form.fps,
        size=form.size,
        frames=frames,
        spans=where,
        portraits=portraits,
        masklets=truth and refer(truth, into),
        motion=form.motion,
        pictures=pictures,
        strained="; ".join(take.strained for take in takes if take.strained),
    )


def portraits_of(story: Story, into: Path) -> tuple[Portrait, ...]:
    """The portraits that the render stage left in the story's folder, for the whole cast.

    Raises:
        DreamgenError: when one is missing.
    """
    found = []
    for character in story.cast:
        path = into / "portraits" / f"{character.id}.png"
        if not path.is_file():
            raise DreamgenError(f"{path} is missing", "Render the keyframes first: the portraits come with them.")
        found.append(Portrait(entity=character.id, image=refer(path, into)))
    return tuple(found)
