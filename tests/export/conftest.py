"""A tiny dataset: one clip of two seconds, a choice, an open question, a yes/no question and a dialogue about it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.media import Clip, Span
from dreamgen.core.pairs import Form, InstructionPair, Program, Turn
from dreamgen.engines.files import refer
from dreamgen.engines.video import write_video


def make_pair(name: str, form: Form, *texts: str, options: tuple[str, ...] = ()) -> InstructionPair:
    roles = ("human", "assistant") * (len(texts) // 2)
    return InstructionPair(
        id=name,
        clip="scene-01",
        task="attribute",
        form=form,
        turns=tuple(Turn.model_validate({"role": role, "text": text}) for role, text in zip(roles, texts, strict=True)),
        options=options,
        answer_index=options.index(texts[-1]) if options else None,
        span=(0.0, 2.0),
        claims=("c1",),
        program=Program(name="colour_of", arguments=(("claim", "c1"),)),
    )


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A story's folder with one clip in it."""
    frames = (np.full((64, 96, 3), 8 * n, np.uint8) for n in range(24))
    (tmp_path / "story" / "clips").mkdir(parents=True)
    write_video(frames, tmp_path / "story" / "clips" / "scene-01.mp4", 12, (96, 64))
    return tmp_path / "story"


@pytest.fixture
def clip(media: Path) -> Clip:
    video = refer(media / "clips" / "scene-01.mp4", media)
    return Clip(id="scene-01", video=video, fps=12, size=(96, 64), frames=24, spans=(Span(shot="s", first=0, stop=24),))


@pytest.fixture
def pairs() -> tuple[InstructionPair, ...]:
    return (
        make_pair("p1", "choice", "What colour is the coat?", "Red", options=("Blue", "Red", "Grey", "Green")),
        make_pair("p2", "open", "What is she doing?", "She is walking."),
        make_pair("p3", "yes_no", "Is there a dog?", "No."),
        make_pair("p4", "dialogue", "Where is this?", "In a forest.", "And who is there?", "The boy."),
    )


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "dataset").mkdir()
    return tmp_path / "dataset"
