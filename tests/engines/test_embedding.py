from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dreamgen.engines.embedding import open_eyes
from dreamgen.engines.histograms import ColourEyes
from dreamgen.engines.readying import read_readying
from dreamgen.errors import ModelError, UsageError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

Pixels = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def noise(seed: int, width: int = 96, height: int = 54) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole CLIP, tiny and random, with text and image halves."""
    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    half: dict[str, Any] = {
        "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
    }  # fmt: skip
    config = transformers.CLIPConfig(
        text_config={**half, "vocab_size": 64, "max_position_embeddings": 16},
        vision_config={**half, "image_size": 32, "patch_size": 8, "projection_dim": 16},
        projection_dim=16,
    )
    transformers.CLIPModel(config).save_pretrained(folder)
    write_preparation(folder, 32)
    return folder


@pytest.fixture(scope="module")
def dino(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dino")
    torch.manual_seed(1)
    config = transformers.Dinov2Config(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2, image_size=28, patch_size=14
    )
    transformers.Dinov2Model(config).save_pretrained(folder)
    write_preparation(folder, 28, size={"shortest_edge": 36}, image_mean=[0.485, 0.456, 0.406])
    return folder


def write_preparation(folder: Path, side: int, **more: Any) -> None:
    said = {
        "size": {"shortest_edge": side}, "crop_size": {"height": side, "width": side}, "resample": 3,
        "do_center_crop": True, "image_mean": [0.48, 0.45, 0.4], "image_std": [0.26, 0.26, 0.27], **more,
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(said))


def test_clip_sees_what_transformers_clip_sees(clip: Path) -> None:
    picture = noise(1)
    processor = transformers.CLIPImageProcessorPil.from_pretrained(clip)
    pixels = processor(Image.fromarray(picture[..., ::-1]), return_tensors="pt").pixel_values
    whole = transformers.CLIPModel.from_pretrained(clip).eval()
    with torch.inference_mode():
        out = whole.visual_projection(whole.vision_model(pixels).pooler_output)[0]
    vector = open_eyes("clip", str(clip), "cpu").look([picture])[0]
    assert np.allclose(vector, (out / out.norm()).numpy(), atol=1e-6)


def test_dino_sees_what_transformers_dino_sees(dino: Path) -> None:
    picture = noise(2)
    processor = transformers.BitImageProcessorPil.from_pretrained(dino)
    pixels = processor(Image.fromarray(picture[..., ::-1]), return_tensors="pt").pixel_values
    with torch.inference_mode():
        out = transformers.Dinov2Model.from_pretrained(dino).eval()(pixels).last_hidden_state[0, 0]
    vector = open_eyes("dino", str(dino), "cpu").look([picture])[0]
    assert np.allclose(vector, (out / out.norm()).numpy(), atol=1e-6)


@pytest.mark.parametrize("size", [(96, 54), (54, 96), (31, 33), (20, 200)])
def test_pictures_are_readied_as_the_processor_does_it(clip: Path, size: tuple[int, int]) -> None:
    picture = noise(3, *size)
    processor = transformers.CLIPImageProcessorPil.from_pretrained(clip)
    wanted = processor(Image.fromarray(picture[..., ::-1]), return_tensors="np").pixel_values[0]
    assert np.allclose(read_readying(clip, 32)(picture), wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("said", "shape"),
    [
        ({"size": 40, "crop_size": 32}, (3, 32, 32)),
        ({"size": {"height": 24, "width": 48}, "do_center_crop": False}, (3, 24, 48)),
        ({}, (3, 32, 32)),
    ],
)
def test_older_ways_to_say_the_size_are_understood(
    tmp_path: Path, said: dict[str, Any], shape: tuple[int, int, int]
) -> None:
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(said))
    assert read_readying(tmp_path, 32)(noise(4)).shape == shape


def test_without_the_file_clips_numbers_are_taken(tmp_path: Path) -> None:
    assert read_readying(tmp_path, 16)(noise(4)).shape == (3, 16, 16)


def test_a_file_that_makes_no_sense_is_told(tmp_path: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text('{"size": "large"}')
    with pytest.raises(ModelError, match="can't be understood"):
        read_readying(tmp_path, 16)


def test_vectors_have_length_1_and_a_picture_is_looked_at_once(clip: Path) -> None:
    eyes = open_eyes("clip", str(clip), "cpu")
    first = eyes.look([noise(1), noise(2), noise(1)])
    again = eyes.look([noise(2)])
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-6)
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(first[1], again[0])
    assert eyes.looks == 2


def test_what_was_drawn_before_changes_no_bit(clip: Path) -> None:
    eyes, found = open_eyes("clip", str(clip), "cpu"), list[tuple[int, str]]()
    eyes._network.register_forward_pre_hook(
        lambda *_: found.append((torch.get_num_threads(), torch.get_float32_matmul_precision()))
    )
    torch.set_num_threads(2)
    torch.set_float32_matmul_precision("high")
    try:
        eyes.look([noise(1)])
        assert (torch.get_num_threads(), torch.get_float32_matmul_precision()) == (2, "high")
    finally:
        torch.set_num_threads(1)
        torch.set_float32_matmul_precision("highest")
    assert found == [(1, "highest")]


def test_weights_of_another_kind_are_refused(clip: Path, dino: Path) -> None:
    with pytest.raises(ModelError, match="is no DINOv2, but clip"):
        open_eyes("dino", str(clip), "cpu")
    with pytest.raises(ModelError, match="is no CLIP, but dinov2"):
        open_eyes("clip", str(dino), "cpu")


def test_only_safetensors_are_read(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((clip / "config.json").read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelError, match="can be loaded"):
        open_eyes("clip", str(tmp_path), "cpu")


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no weights at"):
        open_eyes("clip", str(tmp_path / "nothing"), "cpu")
    with pytest.raises(UsageError, match="is not safetensors"):
        open_eyes("clip", "somebody/model.pt", "cpu")


def test_a_network_with_too_few_weights_is_refused(clip: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    (tmp_path / "config.json").write_bytes((clip / "config.json").read_bytes())
    state = load_file(clip / "model.safetensors")
    del state["visual_projection.weight"]
    save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="lacks the weights visual_projection"):
        open_eyes("clip", str(tmp_path), "cpu")


def test_colours_tell_a_red_picture_from_a_blue_one() -> None:
    red, dark_red, blue = (
        np.full((54, 96, 3), colour, np.uint8) for colour in ((20, 20, 200), (20, 20, 190), (200, 40, 20))
    )
    one, near, far = ColourEyes().look([red, dark_red, blue])
    assert one @ one == pytest.approx(1)
    assert one @ near > 0.95
    assert one @ far < 0.6
