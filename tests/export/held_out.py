"""A small dataset: a story to train on, and one that is held out, with a clip, its twin and two binary pairs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from dreamgen.core.dataset import Dataset, Split
from dreamgen.core.media import Clip
from dreamgen.core.pairs import Form, InstructionPair
from dreamgen.engines.files import refer
from dreamgen.engines.video import write_video
from tests.datasets import dataset
from tests.export.conftest import make_pair

TWIN = "held-scene-01-direction"


def asked(
    name: str, form: Form, *texts: str, options: tuple[str, ...] = (), clip: str = "held-scene-01", **facts: Any
) -> InstructionPair:
    """A pair about the clip that is held out."""
    return make_pair(name, form, *texts, options=options).model_copy(update={"clip": clip, **facts})


def held_pairs() -> tuple[InstructionPair, ...]:
    """What is asked of the story that is held out."""
    way, ways, colours = "Which way does the boy go?", ("To the left", "To the right"), ("Red", "Blue")
    moves: dict[str, Any] = {
        "task": "movement",
        "benchmarks": ("MVBench/moving_direction", "TempCompass/object motion"),
    }
    binary: dict[str, Any] = {"question": "held-q1", "benchmarks": ("PLM-FGQA/Object Attributes",)}
    camera: dict[str, Any] = {"task": "camera", "benchmarks": ("TempCompass/camera motion",)}
    said = "A boy says: “Hello.” The camera stays still.", "A boy says: “Hello.” The camera pans."
    return (
        asked("h1", "choice", way, ways[0], options=ways, twin="h2", **moves),
        asked("h2", "choice", way, ways[1], options=ways, twin="h1", clip=TWIN, **moves),
        asked("h3", "choice", "What colour is the coat?", "Red", options=colours, **binary),
        asked("h4", "choice", "What colour is the hat?", "Blue", options=colours, **binary),
        asked("h5", "yes_no", "Does the camera pan?", "No.", **camera),
        asked("h6", "choice", "Which caption is right?", said[0], options=said, task="caption_matching",
              benchmarks=("TempCompass/camera motion", "TempCompass/caption matching")),
        asked("h7", "yes_no", "Is there a dog?", "Yes.", task="existence", benchmarks=("MVBench/object_existence",)),
        asked("h8", "choice", "When does the boy run?", "At the end", options=("At the start", "At the end"),
              task="localisation", benchmarks=("MVBench/action_localization",)),
        asked("h9", "open", "Where is this?", "In a forest."),
        asked("h10", "caption", "Describe the video.", "A boy walks to the left in a forest.", task="summary",
              benchmarks=("TempCompass/captioning",)),
        asked("h11", "dialogue", "Where is this?", "In a forest.", "Is it night?", "No."),
    )  # fmt: skip


def held(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, split: Split | None = "test", **change: Any
) -> Dataset:
    """These pairs to train on and `held_pairs` held out; with no split all are trained on."""
    clips = [clip]
    for name, folder in (("held-scene-01", "held"), (TWIN, "twins/direction")):
        path = media / folder / "clips" / f"{name}.mp4"
        if not path.exists():
            path.parent.mkdir(parents=True)
            shutil.copyfile(media / clip.video.path, path)
        twin = "held-scene-01" if name == TWIN else ""
        clips.append(clip.model_copy(update={"id": name, "video": refer(path, media), "twin_of": twin}))
    known = dataset((*pairs, *held_pairs()), clips, media)
    groups = {"scene-01": "scene-01", "held-scene-01": "held", TWIN: "held"}
    splits: dict[str, Split] = {"held": split} if split else {}
    return Dataset(media=media, clips=known.clips, pairs=known.pairs, groups=groups, splits=splits, **change)


def held_world(folder: Path, split: Split | None = "test") -> Dataset:
    """The same with clips of its own, made in `folder`."""
    frames = (np.full((64, 96, 3), 8 * n, np.uint8) for n in range(24))
    path = folder / "clips" / "scene-01.mp4"
    path.parent.mkdir(parents=True)
    write_video(frames, path, 12, (96, 64))
    clip = Clip(id="scene-01", video=refer(path, folder), fps=12, size=(96, 64), frames=24)
    trained = make_pair("p1", "choice", "What colour is the coat?", "Red", options=("Blue", "Red"))
    return held((trained,), clip, folder, split)
