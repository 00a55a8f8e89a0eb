"""The point of the locks: whatever the pictures of a batch have of their own, each is drawn as if it were alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from dreamgen.engines.diffusion.blank import write_lora
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.denoising import denoise, generators_of, noise_of, stretches
from dreamgen.engines.diffusion.locks import Batch
from dreamgen.engines.diffusion.orders import LoraUse, Order, Reference, Region, Sampling
from dreamgen.engines.diffusion.painting import Painter
from dreamgen.engines.diffusion.studio import Studio

SIZE = (64, 64)
LEFT = np.zeros(SIZE, np.float32)
LEFT[:, :32] = 1.0
# numpy's, of an old line in diffusers' schedulers
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

TWO_STEPS = Sampling(size=SIZE, steps=2)


def picture(seed: int, side: int = 64) -> Any:
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def studio(weights: Path) -> Studio:
    return Studio(
        Checkpoint(
            model=str(weights / "sdxl"),
            identity=str(weights / "ip.safetensors"),
            style_adapter=str(weights / "ip_plus.safetensors"),
            image_encoder=str(weights / "image_encoder"),
            control=str(weights / "controlnet"),
            device="cpu",
        )
    )


@pytest.fixture(scope="module")
def orders(weights: Path) -> list[Order]:
    """Five pictures with everything of their own: words, masks, portraits, styles, LoRAs, layouts, noise."""
    ann, ben = Reference(picture(1), LEFT, 0.7), Reference(picture(2), 1 - LEFT, 0.5)
    one, other = weights / "lora_a.safetensors", weights / "lora_b.safetensors"
    return [
        Order("a woman and a man in the street", 11, references=(ann, ben), control=picture(3), control_scale=0.8),
        Order("a dog", 12, negative="night", references=(Reference(picture(4)),), loras=(LoraUse(one, 0.7),)),
        Order(
            "a forest at night",
            13,
            regions=(Region("a red coat", LEFT), Region("a green dog", 1 - LEFT)),
            references=(Reference(picture(5), lock="style"),),
            loras=(LoraUse(one, 0.4), LoraUse(other, -0.5)),
        ),
        Order("a woman", 14, references=(ann, Reference(picture(6), lock="style")), control=picture(7)),
        Order("a man standing in the forest", 15),
    ]


def latents(studio: Studio, orders: Sequence[Order], sampling: Sampling = TWO_STEPS) -> torch.Tensor:
    """What the loop makes of a batch, before the VAE rounds it to bytes."""
    painter, loaded = studio.painter, studio.loaded
    assert isinstance(painter, Painter)
    batch = Batch(orders, sampling, sampling.guidance > 1.0, loaded.device, loaded.dtype)
    parts = stretches(loaded, painter.networks, painter.readers, sampling, None, list(painter.locks), None)
    generators = generators_of(orders)
    noise = noise_of(batch, generators) * parts[0].timetable.noisiest
    return denoise(batch, parts, noise, generators)


def test_a_mixed_batch_equals_its_pictures_one_by_one(studio: Studio, orders: list[Order]) -> None:
    together = latents(studio, orders)
    for number, order in enumerate(orders):
        alone = latents(studio, [order])[0]
        assert (together[number] - alone).abs().max() < 1e-5 * together[number].abs().max(), f"picture {number}"


def test_who_else_is_in_the_batch_makes_no_difference(studio: Studio, orders: list[Order]) -> None:
    forwards, backwards = latents(studio, orders[:3]), latents(studio, [orders[4], *orders[2::-1]])
    assert (forwards - backwards.flip(0)[:3]).abs().max() < 1e-5 * forwards.abs().max()


def test_diffusers_own_pipeline_mixes_the_references_up(studio: Studio, weights: Path) -> None:
    """Stock diffusers, given embeddings of a reference for each prompt as it asks for them, draws wrong pictures and
    says nothing; alone, each of them is right."""
    orders = [
        Order("a woman", 21, references=(Reference(picture(1)),)),
        Order("a dog", 22, references=(Reference(picture(2)),)),
    ]
    ours = latents(studio, orders)
    pipeline, embeds = stock(weights), []
    for order in orders:
        image = Image.fromarray(np.ascontiguousarray(order.references[0].image[..., ::-1]))
        embeds.append(pipeline.prepare_ip_adapter_image_embeds(image, None, "cpu", 1, True)[0])

    alone = torch.cat([drawn(pipeline, [order], each) for order, each in zip(orders, embeds, strict=True)])
    assert (ours - alone).abs().max() < 1e-4

    unlike, like = zip(*[each.chunk(2) for each in embeds], strict=True)
    together = drawn(pipeline, orders, torch.cat([*unlike, *like]))
    assert (together - alone).abs().max() > 1e-2


def stock(weights: Path) -> Any:
    from diffusers import StableDiffusionXLPipeline

    pipeline = StableDiffusionXLPipeline.from_pretrained(weights / "sdxl", use_safetensors=True, add_watermarker=False)
    pipeline.load_ip_adapter(str(weights), subfolder="", weight_name="ip.safetensors", local_files_only=True)
    pipeline.set_ip_adapter_scale(0.6)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def drawn(pipeline: Any, orders: Sequence[Order], embeds: torch.Tensor) -> torch.Tensor:
    noise = torch.cat(
        [torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(order.seed)) for order in orders]
    )
    found: torch.Tensor = pipeline(
        [order.prompt for order in orders],
        ip_adapter_image_embeds=[embeds],
        num_inference_steps=2,
        guidance_scale=5.0,
        width=SIZE[0],
        height=SIZE[1],
        latents=noise,
        output_type="latent",
    ).images
    return found


@pytest.mark.parametrize(
    "lock",
    [
        {"references": (Reference(picture(1), LEFT),)},
        {"references": (Reference(picture(2), lock="style", scale=1.0),)},
        {"control": picture(3), "control_scale": 1.0},
        {"regions": (Region("a red coat", LEFT),)},
    ],
    ids=["identity", "style", "layout", "regions"],
)
def test_each_lock_changes_the_picture_and_let_go_leaves_the_same_bytes(studio: Studio, lock: dict[str, Any]) -> None:
    def bytes_of(**more: Any) -> Any:
        (drawing,) = studio.draw([Order("a woman in the forest", 31, **more)], TWO_STEPS)
        assert drawing.image is not None
        return drawing.image

    free = bytes_of()
    held = bytes_of(**lock)
    assert (held != free).mean() > 0.01
    assert np.array_equal(bytes_of(), free)
    assert np.array_equal(bytes_of(**lock), held)


def test_a_cached_walk_of_a_mixed_batch_equals_its_pictures_one_by_one(studio: Studio, orders: list[Order]) -> None:
    for cache in ("deepcache", "tgate"):
        sampling = Sampling.model_validate({"size": SIZE, "steps": 4, "cache": cache, "cache_every": 2})
        together = latents(studio, orders[:3], sampling)
        for number, order in enumerate(orders[:3]):
            alone = latents(studio, [order], sampling)[0]
            assert (together[number] - alone).abs().max() < 1e-5 * together[number].abs().max(), f"{cache} {number}"


def test_guidance_that_ends_early_keeps_every_row_to_its_own(studio: Studio, orders: list[Order]) -> None:
    sampling = Sampling(size=SIZE, steps=4, guidance_stop=0.5)
    together = latents(studio, orders, sampling)
    for number, order in enumerate(orders):
        alone = latents(studio, [order], sampling)[0]
        assert (together[number] - alone).abs().max() < 1e-5 * together[number].abs().max(), f"picture {number}"


def test_what_was_drawn_before_makes_no_difference_to_the_bytes(
    studio: Studio, orders: list[Order], tmp_path: Path
) -> None:
    large = write_lora(tmp_path / "large.safetensors", seed=9, rank=16)
    crowd = Order("", 6, references=(Reference(picture(1), LEFT),) * 6, loras=(LoraUse(large), *orders[2].loras))
    before = [drawing.image for drawing in studio.draw(orders[1:3], TWO_STEPS)]
    latents(studio, [crowd, orders[1], orders[2]])
    after = [drawing.image for drawing in studio.draw(orders[1:3], TWO_STEPS)]
    for one, other in zip(before, after, strict=True):
        assert one is not None and other is not None and np.array_equal(one, other)


def in_company(weights: Path, seed: int) -> list[list[Order]]:
    """A picture with a LoRA in a batch of its like, and with others that have none, another one, or both."""
    one, other = (LoraUse(weights / f"lora_{name}.safetensors", 0.8) for name in "ab")
    order = Order("a dog in the street", seed, loras=(one,))
    return [[order, Order("a forest", 9, loras=worn)] for worn in ((one,), (), (other,), (one, other))]


def test_a_lora_in_the_weights_and_one_in_a_slot_draw_the_same(studio: Studio, weights: Path) -> None:
    fused, *mixed = (latents(studio, orders)[0] for orders in in_company(weights, seed=1))
    assert all((each - fused).abs().max() < 1e-5 * fused.abs().max() for each in mixed)


def test_half_numbers_draw_the_same_whoever_is_in_the_batch(weights: Path) -> None:
    """The tolerance of docs/diffusion.md."""
    studio = Studio(Checkpoint(model=str(weights / "sdxl"), device="cpu", dtype="bfloat16"))
    sampling = Sampling(size=SIZE, steps=4, batch=2)
    for seed in (1, 2):
        pictures = [next(iter(studio.draw(orders, sampling))).image for orders in in_company(weights, seed)]
        shown = np.stack([image for image in pictures if image is not None]).astype(int)
        assert len(shown) == len(pictures) and np.abs(shown - shown[0]).max() <= 2


def test_half_numbers_wear_every_lock(studio: Studio, orders: list[Order]) -> None:
    half = Studio(studio.checkpoint.model_copy(update={"dtype": "bfloat16"}))
    together, exact = latents(half, orders[:3]), latents(studio, orders[:3])
    assert torch.isfinite(together).all()
    assert (together - exact).norm() < 0.05 * exact.norm()
