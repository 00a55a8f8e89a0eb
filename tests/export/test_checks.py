from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Turn
from dreamgen.errors import DreamgenError
from dreamgen.export.checks import check
from dreamgen.export.conversations import messages
from dreamgen.export.llava import LlavaExporter
from tests.datasets import dataset


def test_a_sound_dataset_passes(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> None:
    check(dataset(pairs, [clip], media))


def test_two_pairs_of_one_name_are_refused(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> None:
    with pytest.raises(DreamgenError, match="2 pairs are called p1"):
        check(dataset((*pairs, pairs[0]), [clip], media))


def test_a_pair_about_an_unknown_clip_is_refused(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    stray = pairs[0].model_copy(update={"clip": "scene-09"})
    with pytest.raises(DreamgenError, match="scene-09, which is not among the clips"):
        LlavaExporter().export(dataset([stray], [clip], media), into)


def test_a_missing_video_is_refused(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> None:
    (media / clip.video.path).unlink()
    with pytest.raises(DreamgenError, match=r"clips/scene-01\.mp4 is missing"):
        check(dataset(pairs, [clip], media))


def test_a_record_that_is_wrong_about_its_video_is_refused(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path
) -> None:
    longer = clip.model_copy(update={"frames": 48})
    with pytest.raises(DreamgenError, match="24 frames of"):
        check(dataset(pairs, [longer], media))


def test_words_that_loaders_count_lose_their_brackets(pairs: tuple[InstructionPair, ...]) -> None:
    turns = (Turn(role="human", text="Who says “<video>”?"), Turn(role="assistant", text="Caf\u0065\u0301 <image>"))
    pair = pairs[1].model_copy(update={"turns": turns})
    assert messages(pair) == [("human", "Who says “(video)”?"), ("assistant", "Caf\u00e9 (image)")]
