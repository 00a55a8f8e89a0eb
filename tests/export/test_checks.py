from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Turn
from dreamgen.errors import DreamgenError
from dreamgen.export.checks import Fault, check, look_at, pair_defects
from dreamgen.export.conversations import TAG, messages, plain
from dreamgen.export.llava import LlavaExporter
from tests.datasets import dataset

TAGS = (
    "<video>", "<image>", "<audio>", "<ref-object>", "<bbox>", "<start-image>", "<cot-process>",
    "<|vision_start|>", "<|video_pad|>", "<|image_pad|>", "<|im_start|>", "<|im_end|>", "<|endoftext|>",
    "<|object_ref_start|>", "<IMG_CONTEXT>", "<img>", "</img>", "<box>", "<quad>", "<im_patch>", "<s>", "</s>",
    "<|image|>", "<|image_1|>", "<|begin_of_text|>", "<start_of_turn>", "<video_soft_token>",
    "<\uff5cUser\uff5c>", "<\uff5cend\u2581of\u2581sentence\uff5c>",
)  # fmt: skip
"""What the trainers and tokenizers of ../shared/formats.md and their like count, replace or end a turn at."""


def test_a_sound_dataset_passes(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> None:
    assert check(dataset(pairs, [clip], media)) == {}
    assert look_at(clip, media) is None and not [*pair_defects(pairs, [clip])]


def test_two_pairs_of_one_name_are_refused(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> None:
    with pytest.raises(DreamgenError, match="several pairs are called p1"):
        check(dataset((*pairs, pairs[0]), [clip], media))


def test_a_pair_about_an_unknown_clip_is_refused(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    stray = pairs[0].model_copy(update={"clip": "scene-09"})
    with pytest.raises(DreamgenError, match="scene-09, which is not among the clips"):
        LlavaExporter().export(dataset([stray], [clip], media), into)


def test_a_missing_video_is_no_matter_of_loaders_and_stops_everything(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    (media / clip.video.path).unlink()
    with pytest.raises(DreamgenError, match=r"clips/scene-01\.mp4 is missing"):
        LlavaExporter().export(dataset(pairs, [clip], media), into)


def test_a_record_that_is_wrong_about_its_video_is_found(clip: Clip, media: Path) -> None:
    longer = clip.model_copy(update={"frames": 48})
    found = look_at(longer, media)
    assert isinstance(found, Fault) and found.reason == "wrong_record" and "24 frames of (96, 64)" in found.detail


def test_a_turn_without_words_is_found(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> None:
    mute = pairs[1].model_copy(update={"turns": (pairs[1].turns[0], Turn(role="assistant", text=" \n"))})
    assert {name: fault.reason for name, fault in check(dataset([mute], [clip], media)).items()} == {"p2": "empty_text"}
    assert [*pair_defects([mute], [clip])] == ["a turn of p2 has no words"]


@pytest.mark.parametrize("tag", TAGS)
def test_what_trainers_take_for_more_than_words_loses_its_brackets(
    tag: str, pairs: tuple[InstructionPair, ...], clip: Clip, media: Path
) -> None:
    turns = (Turn(role="human", text=f"Who says “{tag}”?"), Turn(role="assistant", text=f"Mara{tag}"))
    options = (f"a {tag} b", "c")
    told = messages(pairs[1].model_copy(update={"turns": turns}))
    told += messages(pairs[0].model_copy(update={"options": options}))
    assert all(tag not in text and not TAG.search(text) for _, text in told)
    assert told[0][1] == f"Who says “({tag.strip('<>|').strip(chr(0xFF5C))})”?"


def test_other_words_stay_as_they_are() -> None:
    for text in ("2 < 3 and 5 > 4", "I <3 you", "a << b >> c", "x <- y", "<>", "(video)", "the film “Video”"):
        assert plain(text) == text
    assert plain("Cafe\u0301 <image>") == "Caf\u00e9 (image)"
    assert plain("<<video>>") == "<(video)>" and not TAG.search(plain("<<video>>"))
