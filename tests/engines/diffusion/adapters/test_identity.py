from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils._python_dispatch import TorchDispatchMode

from dreamgen.engines.diffusion.adapters.attention import STYLE_LAYERS, Wiring
from dreamgen.engines.diffusion.adapters.identity import ReferenceLock
from dreamgen.engines.diffusion.adapters.ip_adapter import load_ip_adapter
from dreamgen.engines.diffusion.adapters.shares import level_sizes, resized
from dreamgen.engines.diffusion.adapters.vision import ImageEncoder
from dreamgen.engines.diffusion.locks import Batch
from dreamgen.engines.diffusion.orders import Order, Reference, Sampling
from dreamgen.errors import ModelError, UsageError

SIZE = (64, 64)
LEFT = np.zeros(SIZE, np.float32)
LEFT[:, :32] = 1.0


def picture(seed: int) -> Any:
    return np.random.default_rng(seed).integers(0, 256, (64, 48, 3), dtype=np.uint8)


def pillow(image: Any) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(image[..., ::-1]))


@pytest.fixture(scope="module")
def encoder(weights: Path) -> ImageEncoder:
    return ImageEncoder(weights / "image_encoder", torch.device("cpu"), torch.float32)


def locked(
    bench: Any, weights: Path, encoder: ImageEncoder, file: str = "ip.safetensors", kind: Any = "identity"
) -> Any:
    """A network of its own with one adapter, and the lock."""
    unet = bench.network()
    lock = ReferenceLock(Wiring(unet))
    lock.add(kind, load_ip_adapter(weights / file, unet), encoder)
    return unet, lock


@pytest.fixture(scope="module", params=["ip.safetensors", "ip_plus.safetensors"])
def pair(
    bench: Any, request: pytest.FixtureRequest, weights: Path, encoder: ImageEncoder
) -> Iterator[tuple[Any, ReferenceLock, str]]:
    yield (*locked(bench, weights, encoder, request.param), request.param)


def test_two_portraits_in_their_places_and_a_third_in_another_row_equal_diffusers_one_by_one(
    bench: Any, pair: Any, weights: Path
) -> None:
    unet, lock, file = pair
    first = Order("", 1, references=(Reference(picture(1), LEFT, 0.7), Reference(picture(2), 1 - LEFT, 0.5)))
    second = Order("", 2, references=(Reference(picture(3)),))

    lock.dress(bench.batch(first, second))
    ours = bench.call(unet)
    lock.undress()

    pipeline = stock(weights, file)
    embeds = pipeline.prepare_ip_adapter_image_embeds([[pillow(picture(1)), pillow(picture(2))]], None, "cpu", 1, True)
    pipeline.set_ip_adapter_scale([[0.7, 0.5]])
    masks = {"ip_adapter_masks": [torch.from_numpy(np.stack([LEFT, 1 - LEFT]))[None]]}
    assert torch.allclose(
        ours[[0, 2]], theirs(bench, pipeline, [0, 2], embeds, cross_attention_kwargs=masks), atol=1e-5
    )
    embeds = pipeline.prepare_ip_adapter_image_embeds(pillow(picture(3)), None, "cpu", 1, True)
    pipeline.set_ip_adapter_scale(0.6)
    assert torch.allclose(ours[[1, 3]], theirs(bench, pipeline, [1, 3], embeds), atol=1e-5)


def stock(weights: Path, file: str) -> Any:
    from diffusers import StableDiffusionXLPipeline

    pipeline = StableDiffusionXLPipeline.from_pretrained(weights / "sdxl", use_safetensors=True)
    pipeline.load_ip_adapter(str(weights), subfolder="", weight_name=file, local_files_only=True)
    return pipeline


def theirs(bench: Any, pipeline: Any, rows: Sequence[int], embeds: Any, **more: Any) -> torch.Tensor:
    given = bench.inputs(rows)
    given["added_cond_kwargs"]["image_embeds"] = embeds
    with torch.no_grad():
        seen: torch.Tensor = pipeline.unet(**given, **more).sample
    return seen


def test_a_reference_changes_what_is_drawn_and_taken_away_leaves_the_same_bytes(
    bench: Any, pair: Any, unet: Any
) -> None:
    dressed, lock, _ = pair
    plain = bench.call(unet)
    assert torch.equal(bench.call(dressed), plain)

    lock.dress(bench.batch(Order("", 1, references=(Reference(picture(1)),)), Order("", 2)))
    worn = bench.call(dressed)
    assert (worn - plain)[[0, 2]].abs().max() > 1e-2
    assert torch.allclose(worn[[1, 3]], plain[[1, 3]], atol=1e-5)
    lock.undress()
    assert torch.equal(bench.call(dressed), plain)


def test_a_reference_of_scale_zero_is_none_to_the_bit(bench: Any, pair: Any, unet: Any) -> None:
    dressed, lock, _ = pair
    order = Order("", 1, references=(Reference(picture(1), scale=0.0),))
    lock.dress(bench.batch(order, order))
    assert torch.equal(bench.call(dressed), bench.call(unet))
    lock.undress()


def test_outside_its_mask_a_reference_adds_exactly_nothing(bench: Any, weights: Path, encoder: ImageEncoder) -> None:
    unet, lock = locked(bench, weights, encoder)
    attention = unet.get_submodule("down_blocks.1.attentions.0.transformer_blocks.0.attn2")
    generator = torch.Generator().manual_seed(1)
    states, words = torch.randn(2, 64, 64, generator=generator), torch.randn(2, 77, 64, generator=generator)
    with torch.no_grad():
        plain = attention(states, words)
        lock.dress(bench.batch(Order("", 1, references=(Reference(picture(1), LEFT),))))
        change = (attention(states, words) - plain).abs().amax(-1).reshape(2, 8, 8)

    # bicubic interpolation looks two places across the edge of the mask
    assert change[:, :, 6:].max() == 0.0
    assert change[:, :, :3].min() > 0.0


class Largest(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """The largest tensor that is made."""

    numbers = 0

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = operation(*args, **(kwargs or {}))
        for each in made if isinstance(made, tuple | list) else [made]:
            self.numbers = max(self.numbers, each.numel() if isinstance(each, torch.Tensor) else 0)
        return made


def test_no_scores_of_all_references_are_kept(bench: Any, weights: Path, encoder: ImageEncoder) -> None:
    unet, lock = locked(bench, weights, encoder, "ip_plus.safetensors")
    attention = unet.get_submodule("down_blocks.1.attentions.0.transformer_blocks.0.attn2")
    order = Order("", 1, references=(Reference(picture(1), scale=0.5),) * 4)
    lock.dress(Batch([order], Sampling(size=(256, 256)), True, torch.device("cpu"), torch.float32))
    generator = torch.Generator().manual_seed(1)
    states, words = torch.randn(2, 256, 64, generator=generator), torch.randn(2, 77, 64, generator=generator)
    with torch.no_grad(), Largest() as largest:  # type: ignore[no-untyped-call]
        seen = attention(states, words)
    assert largest.numbers <= states.numel()

    lock.undress()
    with torch.no_grad():
        query = attention.to_q(states).unflatten(-1, (attention.heads, -1)).transpose(1, 2)
        (tap,) = attention.processor.taps
        scores = (query * query.shape[-1] ** -0.5) @ tap.keys.transpose(-1, -2)
        by_slot = scores.unflatten(-1, (4, -1)).softmax(-1) * 0.5
        added = (by_slot.flatten(-2) @ tap.values).transpose(1, 2).flatten(2)
        exact = attention(states, words) + added @ attention.to_out[0].weight.T
    assert (seen - exact).abs().max() < 1e-6 * exact.abs().max()


def test_two_portraits_stay_apart(bench: Any, weights: Path, encoder: ImageEncoder) -> None:
    unet, lock = locked(bench, weights, encoder)
    attention = unet.get_submodule("down_blocks.1.attentions.0.transformer_blocks.0.attn2")
    generator = torch.Generator().manual_seed(1)
    states, words = torch.randn(2, 64, 64, generator=generator), torch.randn(2, 77, 64, generator=generator)

    def seen(*references: Reference) -> torch.Tensor:
        lock.dress(bench.batch(Order("", 1, references=references)))
        with torch.no_grad():
            result: torch.Tensor = attention(states, words)
        lock.undress()
        return result.reshape(2, 8, 8, 64)

    ann, ben = Reference(picture(1), LEFT), Reference(picture(2), 1 - LEFT)
    both = seen(ann, ben)
    assert torch.allclose(both[:, :, :2], seen(ann)[:, :, :2], atol=1e-6)
    assert torch.allclose(both[:, :, 6:], seen(ben)[:, :, 6:], atol=1e-6)
    assert not torch.allclose(both[:, :, 6:], seen(ann)[:, :, 6:], atol=1e-2)


def test_a_style_reference_acts_only_in_the_layers_of_style(
    bench: Any, weights: Path, encoder: ImageEncoder, unet: Any
) -> None:
    styled, lock = locked(bench, weights, encoder, kind="style")
    lock.dress(bench.batch(*[Order("", 1, references=(Reference(picture(4), lock="style"),))] * 2))
    assert (bench.call(styled) - bench.call(unet)).abs().max() > 1e-3
    with_taps = [
        name for name, module in styled.named_modules() if getattr(getattr(module, "processor", None), "taps", [])
    ]
    assert with_taps and all(name.startswith(STYLE_LAYERS) for name in with_taps)

    everywhere = bench.network()
    lock = ReferenceLock(Wiring(everywhere), style_everywhere=True)
    lock.add("style", load_ip_adapter(weights / "ip.safetensors", everywhere), encoder)
    lock.dress(bench.batch(*[Order("", 1, references=(Reference(picture(4), lock="style"),))] * 2))
    assert not torch.allclose(bench.call(everywhere), bench.call(styled), atol=1e-3)


def test_after_guidance_the_positive_rows_go_on_as_they_were(bench: Any, pair: Any) -> None:
    unet, lock, _ = pair
    orders = [
        Order("", 1, references=(Reference(picture(1), LEFT),)),
        Order("", 2, references=(Reference(picture(2)),)),
    ]
    lock.dress(bench.batch(*orders))
    assert torch.allclose(bench.call(unet, [2, 3]), bench.call(unet)[2:], atol=1e-5)
    lock.undress()


@pytest.mark.parametrize(("size", "places"), [((1024, 576), (72, 128)), ((1024, 576), (18, 32)), ((128, 128), (8, 8))])
def test_masks_are_resized_as_diffusers_does(size: tuple[int, int], places: tuple[int, int]) -> None:
    from diffusers.image_processor import IPAdapterMaskProcessor

    mask = np.random.default_rng(1).random((size[1], size[0]), dtype=np.float32)
    assert places in level_sizes((size[0] // 8, size[1] // 8), 3)
    stock = IPAdapterMaskProcessor.downsample(torch.from_numpy(mask)[None], 1, places[0] * places[1], 1)
    assert torch.equal(resized(mask, *places), stock.flatten())


def test_odd_feature_maps_round_up_as_the_network_does(bench: Any, pair: Any) -> None:
    unet, lock, _ = pair
    mask = np.ones((72, 104), np.float32)
    order = Order("", 1, references=(Reference(picture(1), mask),))
    lock.dress(Batch([order], Sampling(size=(104, 72)), False, torch.device("cpu"), torch.float32))
    given = {**bench.inputs([0]), "sample": torch.zeros(1, 4, 9, 13)}
    with torch.no_grad():
        assert unet(**given).sample.shape == (1, 4, 9, 13)
    lock.undress()


def test_a_picture_is_looked_at_once(encoder: ImageEncoder) -> None:
    before = encoder.looks
    for _ in range(3):
        encoder.see(picture(77), pooled=True)
        encoder.see(picture(77), pooled=False)
    assert encoder.looks == before + 2


def test_a_look_is_of_length_one_and_tells_pictures_apart(encoder: ImageEncoder) -> None:
    one, other = encoder.look(picture(1)), encoder.look(picture(2))
    assert one.dtype == np.float32 and np.isclose(np.linalg.norm(one), 1.0)
    assert np.isclose(one @ one, 1.0) and one @ other < 0.9999


def test_an_encoder_without_a_preprocessor_takes_its_own_size(
    weights: Path, tmp_path: Path, encoder: ImageEncoder
) -> None:
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((weights / "image_encoder" / name).read_bytes())
    bare = ImageEncoder(tmp_path, torch.device("cpu"), torch.float32)
    assert np.allclose(bare.look(picture(1)), encoder.look(picture(1)))


def test_wrong_files_are_refused_in_words(weights: Path, tmp_path: Path, unet: Any, encoder: ImageEncoder) -> None:
    from safetensors.torch import load_file, save_file

    def refused(message: str, path: Path) -> None:
        with pytest.raises(ModelError, match=message):
            load_ip_adapter(path, unet)

    refused("there is no IP-Adapter", tmp_path / "nowhere.safetensors")
    (tmp_path / "text.safetensors").write_text("hello")
    refused("no safetensors file", tmp_path / "text.safetensors")
    refused("is no IP-Adapter", weights / "lora_a.safetensors")

    tensors = load_file(weights / "ip.safetensors")
    narrow = {key: torch.zeros(tensor.shape[0], 768) if "_ip." in key else tensor for key, tensor in tensors.items()}
    save_file(narrow, tmp_path / "sd1.safetensors")
    refused("is for Stable Diffusion 1", tmp_path / "sd1.safetensors")

    fewer = {key: tensor for key, tensor in tensors.items() if not key.startswith("ip_adapter.7.")}
    save_file(fewer, tmp_path / "fewer.safetensors")
    refused("no IP-Adapter for this model", tmp_path / "fewer.safetensors")

    faces = {key: tensor for key, tensor in tensors.items() if not key.startswith("image_proj")}
    save_file({**faces, "image_proj.proj.0.weight": torch.zeros(2, 2)}, tmp_path / "faceid.safetensors")
    refused("FaceID", tmp_path / "faceid.safetensors")

    with pytest.raises(ModelError, match="no image encoder"):
        ImageEncoder(tmp_path / "nowhere", torch.device("cpu"), torch.float32)


def test_an_adapter_of_another_image_encoder_is_refused(bench: Any, weights: Path, tmp_path: Path, unet: Any) -> None:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    shape = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 1, "num_attention_heads": 4}
    CLIPVisionModelWithProjection(
        CLIPVisionConfig(**shape, projection_dim=48, image_size=32, patch_size=8)
    ).save_pretrained(tmp_path)
    other = ImageEncoder(tmp_path, torch.device("cpu"), torch.float32)
    fresh = bench.network()
    with pytest.raises(ModelError, match="wants 32 numbers of its image encoder"):
        ReferenceLock(Wiring(fresh)).add("identity", load_ip_adapter(weights / "ip.safetensors", unet), other)


def test_references_that_cannot_be_followed_are_refused(bench: Any, pair: Any) -> None:
    _, lock, _ = pair
    with pytest.raises(UsageError, match="reference for its style") as error:
        lock.dress(bench.batch(Order("", 1, references=(Reference(picture(1), lock="style"),))))
    assert "diffusion.style_adapter" in error.value.hint


def test_a_crowd_is_made_room_for(bench: Any, pair: Any) -> None:
    unet, lock, _ = pair
    crowd = Order("", 1, references=tuple(Reference(picture(seed), LEFT, 0.2) for seed in range(6)))
    single = Order("", 2, references=(Reference(picture(1)),))
    lock.dress(bench.batch(crowd, single))
    together = bench.call(unet)
    lock.dress(bench.batch(single))
    assert torch.allclose(bench.call(unet, [1, 3]), together[[1, 3]], atol=1e-5)
    lock.undress()
