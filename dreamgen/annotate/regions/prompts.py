"""Things that a person pointed out: boxes and clicks in a file of JSON lines.

A line: {"clip": "dog-001", "frame": 12, "what": "dog", "box": [0.2, 0.3, 0.6, 0.9]}; or
{"video": "dog.mp4", "time": 1.5, "what": "dog", "points": [[0.4, 0.5], [0.9, 0.1, 0]]}. Places are fractions of the
picture; a click with a third number 0 says where the thing is not. Lines with one `id` are of one thing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from dreamgen.core.base import Record
from dreamgen.core.layout import Box
from dreamgen.core.media import Asset
from dreamgen.errors import UsageError

_SHOWN = 3
"""Lines that a complaint shows at most."""
_FORM = 'A line: {"clip": "dog-001", "frame": 12, "what": "dog", "box": [0.2, 0.3, 0.6, 0.9]}'


class Prompt(Record):
    """One line of the file."""

    clip: str = ""
    """The id of a clip; `time` and `frame` are then the clip's."""
    video: str = ""
    """The name of a video, with or without its folder; `time` is then the video's."""
    time: float | None = Field(default=None, ge=0.0)
    """Seconds."""
    frame: int | None = Field(default=None, ge=0)
    """Of the clip, from 0."""
    what: str = Field(min_length=1)
    """What a viewer would call it: dog, old man."""
    category: Literal["person", "animal", "prop", ""] = ""
    """The sort of thing it is; empty where the word says it."""
    id: str = ""
    """Lines with the same one are of one thing; empty for a line that stands alone."""
    box: tuple[float, float, float, float] | None = None
    """Left, top, right and bottom, in frame fractions."""
    points: tuple[tuple[float, float] | tuple[float, float, Literal[0, 1]], ...] = ()
    """Clicks, in frame fractions; a third number 0 says that the thing is not there."""

    @model_validator(mode="after")
    def _whole(self) -> Prompt:
        if bool(self.clip) == bool(self.video):
            raise ValueError("name a clip or a video, and not both")
        if (self.time is None) == (self.frame is None):
            raise ValueError("say a time or a frame, and not both")
        if self.video and self.frame is not None:
            raise ValueError("in a video say a time: frames are counted in clips")
        if self.box is None and not any(len(point) == 2 or point[2] for point in self.points):
            raise ValueError("give a box, or a point on the thing")
        numbers = [*(self.box or ()), *(value for point in self.points for value in point[:2])]
        if any(not 0 <= value <= 1 for value in numbers):
            raise ValueError("places are fractions of the picture, 0-1: divide pixels by its width and height")
        if self.box is not None and (self.box[2] <= self.box[0] or self.box[3] <= self.box[1]):
            raise ValueError("a box is left, top, right, bottom")
        return self

    @property
    def bounds(self) -> Box | None:
        """The box as a record."""
        return None if self.box is None else Box(x0=self.box[0], y0=self.box[1], x1=self.box[2], y1=self.box[3])

    @property
    def clicks(self) -> tuple[tuple[float, float, bool], ...]:
        """The points, each with whether the thing is there."""
        return tuple((point[0], point[1], len(point) == 2 or bool(point[2])) for point in self.points)


def asset_of(path: str) -> Asset:
    """A file of prompts as a record that follows its bytes.

    Raises:
        UsageError: when it is not there.
    """
    found = Path(path).expanduser()
    if not found.is_file():
        raise UsageError(f"there is no file of prompts {path}", "Give a file of JSON lines with boxes or points.")
    return Asset(where=str(found.resolve()), sha256=hashlib.sha256(found.read_bytes()).hexdigest())


def read_prompts(file: Asset) -> tuple[Prompt, ...]:
    """Every line of a file.

    Raises:
        UsageError: for a line that is none, with its number.
    """
    lines = Path(file.where).read_text("utf-8", errors="replace").splitlines()
    told, wrong = [], []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                told.append(Prompt.model_validate_json(line))
            except ValidationError as error:
                wrong.append(f"line {number}: {error.errors(include_url=False)[0]['msg']}")
    if wrong:
        raise UsageError(f"{file.where} can't be used: {'; '.join(wrong[:_SHOWN])}", _FORM)
    return tuple(told)


def of_clip(
    prompts: Sequence[Prompt], clip: str, video: str, start: float, fps: float, frames: int
) -> Iterator[tuple[Prompt, int]]:
    """The prompts of one clip, each with its frame.

    Args:
        prompts: of all clips.
        clip: its id.
        video: the name of the video that it was cut from.
        start: seconds of that video at which it begins.
        fps: its frames a second.
        frames: its length.
    """
    for prompt in prompts:
        here = prompt.clip == clip if prompt.clip else prompt.video in (video, Path(video).name)
        if not here:
            continue
        time = (prompt.time or 0.0) - (0.0 if prompt.clip else start)
        frame = prompt.frame if prompt.frame is not None else round(time * fps)
        if 0 <= frame < frames:
            yield prompt, frame
