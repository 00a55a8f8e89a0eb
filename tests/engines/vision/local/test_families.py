"""Every family goes through transformers' own classes, and shares a clip without changing an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.vision.local.noisy import QUESTIONS, model, noise, question

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from dreamgen.engines.exactness import exactly  # noqa: E402
from dreamgen.engines.vision.local import LocalSees  # noqa: E402
from dreamgen.engines.vision.local.prompts import asked  # noqa: E402
from dreamgen.engines.vision.local.reading import begin, read, whole  # noqa: E402
from dreamgen.engines.vision.local.weights import Weights, shared  # noqa: E402
from dreamgen.engines.vision.seeing import Frames, Query  # noqa: E402


def loaded(folder: Path) -> Weights:
    return shared(model(folder))


def scores(weights: Weights, frames: Frames, queries: tuple[Query, ...]) -> tuple[Any, Any]:
    """What comes after every question: read alone and in one go, and read after a beginning that all share."""
    shown = weights.family.show(frames, weights.about)
    parts = [asked(weights, query, shown) for query in queries]
    with exactly(weights.place):
        alone = torch.stack([whole(weights, part.before + part.after, shown) for part in parts])
        begun, _ = begin(weights, parts[0].before, shown, frames.name)
        together = read(weights, begun, [part.after for part in parts]).scores[:, -1]
    return alone, together


def test_questions_that_share_a_clip_are_answered_as_if_each_had_it_alone(every: Path) -> None:
    weights = loaded(every)
    alone, together = scores(weights, noise(5, (112, 70)), QUESTIONS)
    assert float((alone - together).abs().max()) < 1e-4
    # and they are different questions
    assert float((alone[0] - alone[1]).abs().max()) > 1e-2


@pytest.mark.parametrize("family", ["qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe"])
def test_a_question_stands_nearer_than_it_has_tokens_before_it_where_places_have_three_axes(
    family: str, written: Callable[[str], Path]
) -> None:
    weights = loaded(written(family))
    frames = noise(2, (112, 84))
    shown = weights.family.show(frames, weights.about)
    with exactly(weights.place):
        begun, _ = begin(weights, asked(weights, QUESTIONS[0], shown).before, shown, frames.name)
    _, down, across = (int(size) // 2 for size in shown.inputs["image_grid_thw"][0])
    assert begun.shift == 2 * (max(down, across) - down * across) < 0


def test_the_network_is_of_transformers_own_class(every: Path) -> None:
    weights = loaded(every)
    assert type(weights.network).__module__ == f"transformers.models.{every.name}.modeling_{every.name}"
    assert type(weights.network).__name__.endswith("ForConditionalGeneration")


def test_other_pictures_and_other_times_get_other_answers(each: Path) -> None:
    weights = loaded(each)
    frames = noise(2)
    later = Frames(frames.pixels, (1.5, 3.5), 4.0, "1" * 32)
    (one, _), (other, _), (late, _) = (
        scores(weights, shown, QUESTIONS[:1]) for shown in (frames, noise(2, seed=7), later)
    )
    assert float((one - other).abs().max()) > 1e-2
    assert float((one - late).abs().max()) > 1e-3


@pytest.mark.parametrize(("number", "size"), [(1, (31, 200)), (2, (448, 252))])
def test_frames_may_be_one_or_many_and_of_any_size(each: Path, number: int, size: tuple[int, int]) -> None:
    alone, together = scores(loaded(each), noise(number, size), QUESTIONS[:2])
    assert float((alone - together).abs().max()) < 1e-4


def test_every_frame_has_its_visual_tokens_where_the_text_says_its_time(each: Path) -> None:
    weights = loaded(each)
    frames = noise(3)
    shown = weights.family.show(frames, weights.about)
    parts = asked(weights, QUESTIONS[0], shown)
    assert sum(token == shown.mark for token in parts.before) == shown.visual > 0
    assert shown.mark not in parts.after
    text = weights.tokenizer.decode(list(parts.before))
    told = [text.index(time) for time in ("0.5", "1.5", "2.5")]
    assert told == sorted(told)
    assert weights.tokenizer.decode(list(parts.after)).startswith(("Is it day?", "<", "\n"))


def test_free_words_are_the_likeliest_token_every_time(each: Path) -> None:
    weights = loaded(each)
    frames, query = noise(2), question("Say what you see.", ())
    seen = next(LocalSees(model(each, max_output_tokens=5)).ask(frames, [query]))
    shown = weights.family.show(frames, weights.about)
    part = asked(weights, query, shown)
    tokens = [*part.before, *part.after]
    start = len(tokens)
    with exactly(weights.place):
        while len(tokens) < start + 5 and tokens[-1] not in weights.ends:
            tokens.append(int(whole(weights, tokens, shown).argmax()))
    said = [token for token in tokens[start:] if token not in weights.ends]
    expected = weights.tokenizer.decode(said, skip_special_tokens=True).strip()
    told = seen.text if not seen.failure else seen.detail.partition("max_output_tokens. ")[2]
    assert told == " ".join(expected.split())
    assert seen.tokens_out == len(tokens) - start


def test_a_batch_gives_the_answers_of_single_questions(each: Path) -> None:
    frames = noise(3)
    one_by_one = [seen.chances for seen in LocalSees(model(each), together=1).ask(frames, QUESTIONS)]
    at_once = [seen.chances for seen in LocalSees(model(each), together=8).ask(frames, QUESTIONS)]
    assert np.allclose(one_by_one, at_once, atol=2e-4)
    assert all(len(chances) == 2 for chances in one_by_one)


PIL = {
    "qwen2_5_vl": ("qwen2_vl", "Qwen2VLImageProcessorPil"),
    "qwen3_vl": ("qwen2_vl", "Qwen2VLImageProcessorPil"),
    "idefics3": ("idefics3", "Idefics3ImageProcessorPil"),
    "smolvlm": ("smolvlm", "SmolVLMImageProcessorPil"),
    "llava_onevision": ("llava_onevision", "LlavaOnevisionImageProcessorPil"),
    "internvl": ("got_ocr2", "GotOcr2ImageProcessorPil"),
}
"""transformers' own image processors that need no torchvision, since 5.0."""


@pytest.mark.parametrize("family", PIL)
def test_frames_become_the_numbers_of_the_familys_own_processor(family: str, written: Callable[[str], Path]) -> None:
    weights = loaded(written(family))
    # of the shape that the processor would make them, so that nobody resizes twice
    frames = noise(2, (56, 56))
    name, kind = PIL[family]
    library = pytest.importorskip(f"transformers.models.{name}.image_processing_pil_{name}")
    own = getattr(library, kind).from_pretrained(written(family))
    theirs = own([Image.fromarray(one) for one in frames.pixels], return_tensors="pt")
    ours = weights.family.show(frames, weights.about).inputs
    pixels = ours.get("pixel_values", ours.get("pixel_values_videos"))
    expected = theirs["pixel_values"]
    if family == "llava_onevision":
        expected = expected[:, 0][None]  # the first of several views of a picture is the whole of it
    assert pixels is not None and pixels.shape == expected.shape
    assert float((pixels - expected).abs().max()) < 1e-5
    if "image_grid_thw" in ours:
        assert ours["image_grid_thw"].tolist() == theirs["image_grid_thw"].tolist()


def test_a_wide_frame_keeps_its_shape_in_qwen_as_in_its_own_processor(written: Callable[[str], Path]) -> None:
    weights = loaded(written("qwen2_5_vl"))
    library = pytest.importorskip("transformers.models.qwen2_vl.image_processing_pil_qwen2_vl")
    own = library.Qwen2VLImageProcessorPil.from_pretrained(written("qwen2_5_vl"))
    for size in ((112, 30), (448, 252), (40, 90), (20, 20)):
        frames = noise(1, size)
        theirs = own([Image.fromarray(frames.pixels[0])], return_tensors="pt")
        ours = weights.family.show(frames, weights.about)
        assert ours.inputs["image_grid_thw"].tolist() == theirs["image_grid_thw"].tolist()
        assert float((ours.inputs["pixel_values"] - theirs["pixel_values"]).abs().max()) < 1e-5


def test_a_conversation_of_idefics_has_the_tokens_of_its_own_processor(written: Callable[[str], Path]) -> None:
    transformers = pytest.importorskip("transformers")
    folder = written("idefics3")
    weights = loaded(folder)
    frames = noise(2, (56, 56))
    shown = weights.family.show(frames, weights.about)
    part = asked(weights, QUESTIONS[0], shown)
    library = pytest.importorskip("transformers.models.idefics3.image_processing_pil_idefics3")
    own = transformers.Idefics3Processor(
        image_processor=library.Idefics3ImageProcessorPil.from_pretrained(folder),
        tokenizer=weights.tokenizer,
        image_seq_len=shown.runs[0],
    )
    text = "<|im_start|>system\nYou watch a video.<|im_end|>\n<|im_start|>user\n"
    text += shown.text.replace("<fake_token_around_image><global-img><image><fake_token_around_image>", "<image>")
    text += f"{QUESTIONS[0].text}<|im_end|>\n<|im_start|>assistant\n"
    theirs = own(text=[text], images=[[Image.fromarray(one) for one in frames.pixels]])["input_ids"][0]
    assert theirs == [*part.before, *part.after]
