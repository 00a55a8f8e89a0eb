"""Tiny random networks of transformers' own classes, loaded as anybody's weights are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines import clipsight
from dreamgen.engines.clipsight import KINDS, find, kind_of, open_sight
from dreamgen.errors import MissingExtra, ModelError, UsageError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

Pixels = NDArray[np.uint8]
HALF: dict[str, Any] = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
}  # fmt: skip
TEXT: dict[str, Any] = {**HALF, "vocab_size": 40, "max_position_embeddings": 12, "eos_token_id": 2, "bos_token_id": 1}
WORDS = ("a", "video", "about", "cooking", "football", "pets")


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def built(kind: str) -> Any:
    """A network of a kind, with random weights."""
    vision = {**HALF, "image_size": 32, "patch_size": 16}
    make: dict[str, Callable[[], Any]] = {
        "clip": lambda: transformers.CLIPModel(
            transformers.CLIPConfig(text_config=TEXT, vision_config=vision, projection_dim=16)
        ),
        "siglip": lambda: transformers.SiglipModel(
            transformers.SiglipConfig(text_config={**TEXT, "projection_size": 32}, vision_config=vision)
        ),
        "dinov2": lambda: transformers.Dinov2Model(
            transformers.Dinov2Config(
                hidden_size=32, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2, image_size=28, patch_size=14
            )
        ),
        "xclip": lambda: transformers.XCLIPModel(
            transformers.XCLIPConfig(
                text_config=TEXT, projection_dim=16, prompt_layers=1, prompt_num_attention_heads=2,
                vision_config={
                    **vision, "num_frames": 4, "mit_hidden_size": 16, "mit_intermediate_size": 32,
                    "mit_num_hidden_layers": 1, "mit_num_attention_heads": 2,
                },
            )
        ),
        "videoprism": lambda: transformers.VideoPrismClipModel(
            transformers.VideoPrismConfig(
                text_config={**TEXT, "eos_token_id": None, "bos_token_id": None},
                vision_config={
                    "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2, "image_size": 32,
                    "num_frames": 4, "tubelet_size": [1, 16, 16], "num_spatial_layers": 1, "num_temporal_layers": 1,
                    "num_auxiliary_layers": 1,
                },
            )
        ),
        "vjepa2": lambda: transformers.VJEPA2Model(
            transformers.VJEPA2Config(
                hidden_size=48, num_attention_heads=2, num_hidden_layers=1, crop_size=32, patch_size=16, mlp_ratio=2,
                frames_per_clip=4, tubelet_size=2, pred_hidden_size=48, pred_num_attention_heads=2,
                pred_num_hidden_layers=1, pred_num_mask_tokens=2,
            )
        ),
        "videomae": lambda: transformers.VideoMAEModel(
            transformers.VideoMAEConfig(**{**vision, "num_frames": 4, "tubelet_size": 2})
        ),
    }  # fmt: skip
    torch.manual_seed(7)
    return make[kind]().eval()


def write(kind: str, folder: Path) -> Any:
    """A network's folder, as its makers publish it."""
    if not hasattr(transformers, KINDS[kind].model):
        pytest.skip(f"this transformers has no {KINDS[kind].model}")
    network = built(kind)
    network.save_pretrained(folder)
    side = 28 if kind == "dinov2" else 32
    said = {
        "size": {"shortest_edge": side}, "crop_size": {"height": side, "width": side}, "resample": 3,
        "image_mean": [0.48, 0.45, 0.4], "image_std": [0.26, 0.26, 0.27],
    }  # fmt: skip
    (folder / KINDS[kind].preparation).write_text(json.dumps(said))
    if KINDS[kind].padding:
        write_tokenizer(folder)
    return network


def write_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing

    tokens = {word: number for number, word in enumerate(("<pad>", "<s>", "</s>", "<unk>", *WORDS))}
    split = Tokenizer(WordLevel(tokens, unk_token="<unk>"))
    split.pre_tokenizer = Whitespace()
    split.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=split, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    ).save_pretrained(folder)


def film(seed: int, frames: int = 4) -> list[Pixels]:
    return list(np.random.default_rng(seed).integers(0, 256, (frames, 40, 64, 3), np.uint8))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_gives_a_clip_one_vector_of_length_1(kind: str, tmp_path: Path) -> None:
    write(kind, tmp_path)
    sight = open_sight(str(tmp_path), "cpu")
    one, again, other = sight.see(film(1)), sight.see(film(1)), sight.see(film(2))
    assert one.dtype == np.float32
    assert one.ndim == 1
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(one, again)
    assert not np.allclose(one, other, atol=1e-4)
    assert sight.frames == (4 if KINDS[kind].video else 0)
    assert sight.reads == bool(KINDS[kind].padding)


@pytest.mark.parametrize("kind", [kind for kind, known in KINDS.items() if known.padding])
def test_texts_and_clips_share_a_space(kind: str, tmp_path: Path) -> None:
    write(kind, tmp_path)
    sight = open_sight(str(tmp_path), "cpu")
    texts = sight.read(["a video about cooking", "a video about football"])
    assert texts.shape == (2, len(sight.see(film(1))))
    assert np.allclose(np.linalg.norm(texts, axis=1), 1, atol=1e-5)
    assert not np.allclose(texts[0], texts[1], atol=1e-4)
    # alone or in company, a text is where it is
    assert np.array_equal(sight.read(["a video about football"])[0], texts[1])


def test_clip_sees_and_reads_what_transformers_clip_does(tmp_path: Path) -> None:
    network = write("clip", tmp_path)
    sight, (picture,) = open_sight(str(tmp_path), "cpu"), film(3, 1)
    from PIL import Image

    processor = transformers.CLIPImageProcessorPil.from_pretrained(tmp_path)
    pixels = processor(Image.fromarray(picture[..., ::-1]), return_tensors="pt").pixel_values
    words = transformers.AutoTokenizer.from_pretrained(tmp_path)(["a video about pets"], return_tensors="pt")
    with torch.inference_mode():
        out = network(input_ids=words.input_ids, attention_mask=words.attention_mask, pixel_values=pixels)
    assert np.allclose(sight.see([picture]), out.image_embeds[0].numpy(), atol=1e-5)
    assert np.allclose(sight.read(["a video about pets"])[0], out.text_embeds[0].numpy(), atol=1e-5)


def test_a_clip_is_the_mean_of_its_frames_where_each_is_looked_at_alone(tmp_path: Path) -> None:
    write("dinov2", tmp_path)
    sight, frames = open_sight(str(tmp_path), "cpu"), film(4, 3)
    alone = np.stack([sight.see([frame]) for frame in frames]).mean(axis=0)
    assert np.allclose(sight.see(frames), alone / np.linalg.norm(alone), atol=1e-5)


def test_a_video_encoder_cares_for_the_order_of_frames(tmp_path: Path) -> None:
    write("videomae", tmp_path)
    sight, frames = open_sight(str(tmp_path), "cpu"), film(5)
    assert not np.allclose(sight.see(frames), sight.see(frames[::-1]), atol=1e-4)


def test_a_network_without_words_does_not_read(tmp_path: Path) -> None:
    write("dinov2", tmp_path)
    with pytest.raises(UsageError, match="can't read"):
        open_sight(str(tmp_path), "cpu").read(["a video"])


def test_other_networks_are_refused_by_name_and_what_fits_is_listed(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelError, match="is bert") as told:
        kind_of(tmp_path, "somebody/bert")
    assert "siglip" in told.value.hint
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelError, match=r"no config\.json"):
        kind_of(tmp_path, "somebody/broken")


def test_pickles_are_not_read(tmp_path: Path) -> None:
    write("dinov2", tmp_path)
    (tmp_path / "model.safetensors").unlink()
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelError, match="can't be loaded"):
        open_sight(str(tmp_path), "cpu")


def test_numbers_that_nobody_knows_are_not_guessed(tmp_path: Path) -> None:
    write("siglip", tmp_path)
    (tmp_path / "preprocessor_config.json").unlink()
    with pytest.raises(ModelError, match="has no preprocessor_config"):
        open_sight(str(tmp_path), "cpu")


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no weights at"):
        find(str(tmp_path / "nothing"))
    with pytest.raises(ModelError, match="not on this machine") as told:
        find("somebody/clip-that-is-not-here")
    assert "embed.model" in told.value.hint


def test_a_missing_library_is_told_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipsight, "installed", lambda library: library != "transformers")
    with pytest.raises(MissingExtra, match=r"transformers") as told:
        open_sight("anything")
    assert "dreamgen[vlm]" in told.value.hint
