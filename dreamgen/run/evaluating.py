"""What a run's pictures are worth, measured after the fact and kept beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.media import Keyframe, Portrait
from dreamgen.engines.embedding import Eyes, open_eyes
from dreamgen.engines.histograms import ColourEyes
from dreamgen.engines.perceptual import Distance, EyesDistance, open_lpips
from dreamgen.engines.pictures import read_picture
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.metrics.consistency import Consistency, measure
from dreamgen.metrics.stills import Still, read_stills
from dreamgen.run import disk
from dreamgen.run.hints import AGAIN, UNFINISHED
from dreamgen.run.opened import StoryRun
from dreamgen.run.store import entries
from dreamgen.run.watch import SILENT, Watch

CONSISTENCY = "consistency.json"
"""In the story's folder: what was measured last."""

T = TypeVar("T")

_KEYFRAMES = TypeAdapter(tuple[Keyframe, ...])
_PORTRAITS = TypeAdapter(tuple[Portrait, ...])


class Weights(Record):
    """What to measure with. Without any, colours and edges are compared, which is neither CLIP nor LPIPS."""

    clip: str = ""
    """CLIP: a folder or a name on the hub; empty for none."""
    dino: str = ""
    """DINOv2: a folder or a name on the hub; empty for none."""
    lpips: str = ""
    """LPIPS: a safetensors file; empty for none."""
    device: str = "auto"
    """Where networks run."""


@dataclass(frozen=True)
class Instruments:
    """What measures, loaded once for any number of stories."""

    eyes: tuple[Eyes, ...]
    """Compare whole pictures, and characters with their portraits."""
    distance: Distance
    """Compares pictures that follow each other."""


def open_instruments(weights: Weights) -> Instruments:
    """Loads what is named.

    The distance is LPIPS where it is named, else that of DINOv2, of CLIP or of colours, the first that there is.

    Raises:
        MissingExtra: without torch or transformers, where weights are named.
        ModelError: for weights that can't be had.
    """
    named = ("dino", weights.dino), ("clip", weights.clip)
    loaded: dict[str, Eyes] = {by: open_eyes(by, model, weights.device) for by, model in named if model}  # type: ignore[arg-type]
    eyes = tuple(loaded[by] for by in ("clip", "dino") if by in loaded) or (ColourEyes(),)
    nearest = loaded.get("dino") or eyes[0]
    return Instruments(eyes, open_lpips(weights.lpips, weights.device) if weights.lpips else EyesDistance(nearest))


def evaluate(story: StoryRun, instruments: Instruments, watch: Watch = SILENT) -> Consistency:
    """Measures a story's keyframes and writes consistency.json in its folder.

    Raises:
        UsageError: when the story has no keyframes yet.
        DreamgenError: for a picture that is damaged.
    """
    keyframes = keyframes_of(story)
    if not keyframes:
        raise UsageError(f"{story.folder} has no keyframes yet", UNFINISHED)
    portraits = {one.entity: read_picture(story.folder / one.image.path) for one in _portraits(story)}
    cast = [character.id for character in story.story.cast]
    watch.begins("evaluate", len(keyframes), 0)
    try:
        stills = _told(read_stills(keyframes, cast, story.folder), watch)
        found = measure(
            stills, portraits, instruments.eyes, instruments.distance, story.story.seed, _pictures(keyframes)
        )
    finally:
        watch.ends("evaluate")
    disk.write_whole(story.folder / CONSISTENCY, found.model_dump_json(indent=1) + "\n")
    return found


def evaluated(story: StoryRun) -> Consistency | None:
    """What was measured of the keyframes that the story has now; None when nothing was.

    Raises:
        DreamgenError: when the file is damaged.
    """
    path = story.folder / CONSISTENCY
    if not path.is_file():
        return None
    try:
        found = Consistency.model_validate_json(path.read_bytes())
    except ValidationError:
        raise DreamgenError(f"{path} is damaged", "Measure again: dreamgen evaluate consistency.") from None
    return found if found.of == _pictures(keyframes_of(story)) else None


def keyframes_of(story: StoryRun) -> tuple[Keyframe, ...]:
    """The keyframes, in the order of the story; empty until they are drawn."""
    drawn = {
        entry.made.item: _read(_KEYFRAMES, entry.value, story) for entry in entries(story.folder, "render")
    }  # fmt: skip
    return tuple(frame for scene in story.story.scenes for frame in drawn.get(scene.id, ()))


def _portraits(story: StoryRun) -> tuple[Portrait, ...]:
    return tuple(one for entry in entries(story.folder, "render-cast") for one in _read(_PORTRAITS, entry.value, story))


def _pictures(keyframes: Sequence[Keyframe]) -> str:
    return fingerprint([frame.image.sha256 for frame in keyframes])


def _read(shape: TypeAdapter[T], value: object, story: StoryRun) -> T:
    try:
        return shape.validate_python(value)
    except ValidationError:
        raise DreamgenError(f"{story.folder} holds a damaged entry", AGAIN) from None


def _told(stills: Iterator[Still], watch: Watch) -> Iterator[Still]:
    for still in stills:
        yield still
        watch.made("evaluate", still.shot)
