from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from dreamgen.engines.device import Machine
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.loading import quiet
from dreamgen.engines.diffusion.orders import LoraUse, Order, Pixels, Sampling
from dreamgen.engines.diffusion.painting import Painter, Painting
from dreamgen.engines.diffusion.studio import Studio, close_studios, open_studio
from dreamgen.errors import ModelError, UsageError

SMALL = Sampling(size=(64, 64), steps=3)
DOG = Order("a red dog", seed=3, negative="blue photo")
LONG = " ".join(["a woman in a red coat standing at night, dramatic photo of the forest"] * 8)


@pytest.fixture(scope="module")
def studio(weights: Path) -> Studio:
    return open_studio(Checkpoint(model=str(weights / "sdxl")))


@pytest.fixture(scope="module")
def start() -> Pixels:
    rows, columns = np.mgrid[0:64, 0:64]
    return np.stack([rows, columns, 255 - rows], axis=-1).astype(np.uint8)


def draw(studio: Studio, *orders: Order, sampling: Sampling = SMALL) -> list[Pixels]:
    images = [drawing.image for drawing in studio.draw(orders, sampling)]
    assert all(image is not None for image in images)
    return [image for image in images if image is not None]


def pipeline(kind: str, folder: Path) -> Any:
    import diffusers

    with quiet():
        pipe = getattr(diffusers, kind).from_pretrained(folder, add_watermarker=False, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def by_diffusers(pipe: Any, order: Order, **more: Any) -> Pixels:
    import torch

    generator = torch.Generator().manual_seed(order.seed)
    with quiet():
        made = pipe(order.prompt, negative_prompt=order.negative or None, generator=generator, output_type="np", **more)
    image: Pixels = (made.images[0] * 255).round().astype(np.uint8)[..., ::-1]
    return image


TEXT = {"width": 64, "height": 64, "num_inference_steps": 3, "guidance_scale": 5.0}


@pytest.fixture(scope="module")
def sdxl(weights: Path) -> Any:
    return pipeline("StableDiffusionXLPipeline", weights / "sdxl")


@pytest.mark.parametrize("order", [DOG, Order("a dog in the forest", seed=4)], ids=["negative", "none"])
def test_a_picture_is_the_one_that_diffusers_draws(studio: Studio, sdxl: Any, order: Order) -> None:
    (image,) = draw(studio, order)
    assert image.shape == (64, 64, 3)
    np.testing.assert_array_equal(image, by_diffusers(sdxl, order, **TEXT))


def test_without_guidance_too(studio: Studio, sdxl: Any) -> None:
    (image,) = draw(studio, DOG, sampling=SMALL.model_copy(update={"guidance": 1.0}))
    np.testing.assert_array_equal(image, by_diffusers(sdxl, DOG, **{**TEXT, "guidance_scale": 1.0}))


def test_a_picture_that_begins_from_another_is_the_one_that_diffusers_draws(
    studio: Studio, weights: Path, start: Pixels
) -> None:
    from PIL import Image

    order = Order("a red dog", seed=3, negative="blue", start=start, strength=0.6)
    sampling = SMALL.model_copy(update={"steps": 5})
    (image,) = draw(studio, order, sampling=sampling)
    pipe = pipeline("StableDiffusionXLImg2ImgPipeline", weights / "sdxl")
    shown = Image.fromarray(np.ascontiguousarray(start[..., ::-1]))
    same = by_diffusers(pipe, order, image=shown, strength=0.6, num_inference_steps=5, guidance_scale=5.0)
    assert np.abs(image.astype(int) - same).max() <= 1


def test_how_much_is_drawn_anew_is_a_share(studio: Studio, start: Pixels) -> None:
    kept, anew = (Order("a dog", seed=1, start=start, strength=strength) for strength in (0.0, 0.2))
    pictures = draw(studio, kept, anew)
    assert np.abs(pictures[0].astype(int) - pictures[1]).mean() > 1
    with pytest.raises(UsageError, match="drawn anew"):
        draw(studio, replace(kept, strength=1.5))


def test_the_refiner_takes_over_as_diffusers_pair_does(weights: Path, sdxl: Any) -> None:
    import torch

    checkpoint = Checkpoint(model=str(weights / "sdxl"), refiner=str(weights / "refiner"))
    sampling = SMALL.model_copy(update={"steps": 5, "refine_from": 0.6})
    (image,) = draw(Studio(checkpoint), DOG, sampling=sampling)
    refiner = pipeline("StableDiffusionXLImg2ImgPipeline", weights / "refiner")
    refiner.vae = sdxl.vae
    more = {"negative_prompt": DOG.negative, "num_inference_steps": 5, "guidance_scale": 5.0}
    generator = torch.Generator().manual_seed(DOG.seed)
    base = {"width": 64, "height": 64, "denoising_end": 0.6, "output_type": "latent", "generator": generator}
    with quiet():
        latents = sdxl(DOG.prompt, **base, **more).images
        made = refiner(DOG.prompt, image=latents, denoising_start=0.6, output_type="np", **more).images[0]
    np.testing.assert_array_equal(image, (made * 255).round().astype(np.uint8)[..., ::-1])
    (alone,) = draw(Studio(checkpoint), DOG, sampling=sampling.model_copy(update={"refine_from": 1.0}))
    assert np.abs(alone.astype(int) - image).mean() > 1


def test_a_picture_is_the_same_at_any_place_of_any_batch(studio: Studio, weights: Path) -> None:
    orders = [
        DOG,
        Order("a forest at night", seed=4, loras=(LoraUse(weights / "lora_a.safetensors", 0.8),)),
        Order(LONG, seed=5),
        Order("a street", seed=6, negative=LONG),
    ]
    alone = [draw(studio, order)[0] for order in orders]
    for batch in (2, 4):
        together = draw(studio, *orders, sampling=SMALL.model_copy(update={"batch": batch}))
        for one, other in zip(alone, together, strict=True):
            assert np.abs(one.astype(int) - other).max() <= 1
    turned = draw(studio, *orders[::-1], sampling=SMALL.model_copy(update={"batch": 4}))[::-1]
    for one, other in zip(alone, turned, strict=True):
        assert np.abs(one.astype(int) - other).max() <= 1


def test_bytes_do_not_depend_on_what_else_is_drawn(studio: Studio) -> None:
    first = draw(studio, DOG)
    second = draw(studio, Order("a coat", seed=9), DOG)
    np.testing.assert_array_equal(first[0], second[1])


def test_drawings_come_in_order_and_say_how_many_were_drawn_at_once(studio: Studio, start: Pixels) -> None:
    plain = [Order("a dog", seed=seed) for seed in range(3)]
    orders = [*plain, Order("a dog", seed=3, start=start), Order("a dog", seed=4, start=start, strength=0.9)]
    sampling = SMALL.model_copy(update={"batch": 2, "steps": 2})
    found = [(drawing.index, drawing.batch) for drawing in studio.draw(orders, sampling)]
    assert found == [(0, 2), (1, 2), (2, 1), (3, 1), (4, 1)]


def test_a_gpu_s_way_through_the_batches_gives_the_same_drawings(
    weights: Path, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread begins the next batch before the last one is looked at."""
    orders = [Order("a dog", seed=seed) for seed in range(5)]
    sampling = SMALL.model_copy(update={"steps": 1, "batch": 2})
    expected = list(studio.draw(orders, sampling))
    monkeypatch.setattr(Machine, "gpu", property(lambda place: True))
    monkeypatch.setattr("dreamgen.engines.diffusion.painting.on", lambda place: nullcontext())
    other = Studio(studio.checkpoint)
    for drawing, same in zip(other.draw(orders, sampling), expected, strict=True):
        assert drawing.image is not None and same.image is not None
        assert (drawing.index, drawing.batch) == (same.index, same.batch)
        assert np.abs(drawing.image.astype(int) - same.image).max() <= 1
    # whoever stops looking is not waited for
    next(other.draw(orders, sampling))


def test_a_gpu_is_always_asked_by_the_same_thread(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Machine, "gpu", property(lambda place: True))
    monkeypatch.setattr("dreamgen.engines.diffusion.painting.on", lambda place: nullcontext())
    monkeypatch.setattr("torch.cuda.empty_cache", lambda: None)
    studio = Studio(Checkpoint(model=str(weights / "sdxl")))
    threads = []
    begin = studio.painter.begin

    def noted(*args: Any) -> Painting:
        threads.append(threading.current_thread())
        return begin(*args)

    monkeypatch.setattr(studio.painter, "begin", noted)
    sampling = SMALL.model_copy(update={"steps": 1, "batch": 1})
    for _ in range(3):
        assert len(list(studio.draw([DOG], sampling))) == 1
    (worker,) = set(threads)
    assert worker is not threading.current_thread()
    studio.close()
    assert not worker.is_alive()


def test_orders_are_asked_for_one_batch_at_a_time(studio: Studio) -> None:
    asked = []

    def orders() -> Any:
        for seed in range(4):
            asked.append(seed)
            yield Order("a dog", seed=seed)

    next(studio.draw(orders(), SMALL.model_copy(update={"batch": 2, "steps": 1})))
    assert asked == [0, 1]


def test_equal_checkpoints_share_a_studio_and_other_weights_do_not(weights: Path, tmp_path: Path) -> None:
    from dreamgen.engines.diffusion.blank import write_tiny_vae

    vae = write_tiny_vae(tmp_path / "vae")
    checkpoint = Checkpoint(model=str(weights / "sdxl"), vae=str(vae))
    first = open_studio(checkpoint)
    assert open_studio(checkpoint.model_copy()) is first
    write_tiny_vae(vae, seed=60)
    assert open_studio(checkpoint) is not first


def test_a_tiny_vae_decodes_other_pixels(studio: Studio, weights: Path) -> None:
    tiny = Studio(Checkpoint(model=str(weights / "sdxl"), vae=str(weights / "tiny_vae")))
    assert np.abs(draw(tiny, DOG)[0].astype(int) - draw(studio, DOG)[0]).mean() > 1


def test_memory_that_is_not_enough_halves_the_batch_and_says_so(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(Checkpoint(model=str(weights / "sdxl")))
    sampling = SMALL.model_copy(update={"batch": 4, "steps": 1})
    orders = [Order("a dog", seed=seed) for seed in range(6)]
    expected = draw(studio, *orders, sampling=sampling)
    only = studio.painter.begin

    def small(orders: list[Order], *more: Any) -> Painting:
        if len(orders) > 1:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return only(orders, *more)

    monkeypatch.setattr(studio.painter, "begin", small)
    drawings = list(studio.draw(orders, sampling))
    assert [drawing.index for drawing in drawings] == list(range(6))
    assert {drawing.strained for drawing in drawings} == {"batch 4 halved to 1 (out of memory)"}
    for drawing, image in zip(drawings, expected, strict=True):
        assert drawing.image is not None
        assert np.abs(drawing.image.astype(int) - image).max() <= 1


def test_one_picture_that_is_too_large_is_an_error_with_the_next_move(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Studio(Checkpoint(model=str(weights / "sdxl")))

    def never(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(studio.painter, "begin", never)
    with pytest.raises(ModelError, match="one picture alone") as caught:
        draw(studio, DOG)
    assert "diffusion.vae" in caught.value.hint


Break = Callable[[str], Path]


@pytest.fixture
def broken(weights: Path, tmp_path: Path) -> Break:
    """Copies the model with one of its networks overflowing in float16, and sound in float32."""
    import shutil

    from safetensors.torch import load_file, save_file

    def copy(part: str) -> Path:
        shutil.copytree(weights / "sdxl", tmp_path / "sdxl")
        file = tmp_path / "sdxl" / part / "diffusion_pytorch_model.safetensors"
        tensors = load_file(file)
        # what comes before the last normalisation may be as large as it likes
        name = {"vae": "decoder.up_blocks.3.resnets.0.conv2.weight", "unet": "up_blocks.2.resnets.0.conv2.weight"}[part]
        tensors[name] *= 1e6
        tensors[name].clamp_(-6e4, 6e4)
        save_file(tensors, file)
        return tmp_path / "sdxl"

    return copy


@pytest.mark.parametrize("part", ["vae", "unet"])
def test_broken_numbers_are_drawn_again_in_float32(broken: Break, part: str) -> None:
    folder = broken(part)
    half = Checkpoint(model=str(folder), dtype="float16")
    sampling = SMALL.model_copy(update={"steps": 1})
    (drawing,) = Studio(half).draw([DOG], sampling)
    image, verb = drawing.image, {"vae": "decoded", "unet": "drawn"}[part]
    assert image is not None
    assert drawing.strained == f"{verb} again in float32 (not a number)"
    (exact,) = draw(Studio(half.model_copy(update={"dtype": "float32"})), DOG, sampling=sampling)
    assert np.abs(image.astype(int) - exact).mean() < 3


def test_numbers_that_stay_broken_give_no_picture(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    studio = Studio(Checkpoint(model=str(weights / "sdxl")))
    with torch.no_grad():
        studio.loaded.unet.conv_out.bias.fill_(float("nan"))
    (drawing,) = studio.draw([DOG], SMALL.model_copy(update={"steps": 1}))
    assert drawing.image is None


@pytest.mark.parametrize("size", [(66, 64), (32, 32)])
def test_sizes_that_can_t_be_drawn_are_refused(studio: Studio, size: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="can't be"):
        draw(studio, DOG, sampling=Sampling(size=size))


def test_a_picture_to_begin_from_has_the_new_one_s_size(studio: Studio) -> None:
    order = Order("a dog", seed=1, start=np.zeros((128, 128, 3), np.uint8))
    with pytest.raises(UsageError, match="128x128"):
        draw(studio, order)


def test_pictures_can_only_be_compared_with_an_image_encoder(studio: Studio, weights: Path) -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    with pytest.raises(UsageError, match="image encoder"):
        studio.look(image)
    seeing = open_studio(Checkpoint(model=str(weights / "sdxl"), image_encoder=str(weights / "image_encoder")))
    assert np.linalg.norm(seeing.look(image)) == pytest.approx(1.0, abs=1e-5)


def test_guidance_that_stops_costs_fewer_rows(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = []
    painter = studio.painter
    assert isinstance(painter, Painter)
    (network,) = painter.networks

    def counting(latents: Any, *args: Any, **extra: Any) -> Any:
        rows.append(len(latents))
        return network(latents, *args, **extra)

    monkeypatch.setitem(painter.__dict__, "networks", (counting,))
    draw(studio, DOG, sampling=SMALL.model_copy(update={"steps": 4, "guidance_stop": 0.5}))
    assert rows == [2, 2, 1, 1]


def test_a_distilled_model_has_no_refiner() -> None:
    with pytest.raises(UsageError, match=r"diffusion\.refiner .* diffusion\.distilled=lcm") as caught:
        open_studio(Checkpoint(refiner="owner/refiner", distilled="lcm"))
    assert "diffusion.refiner=" in caught.value.hint and "diffusion.distilled=" in caught.value.hint


def test_a_decoder_in_float32_that_does_not_fit_is_no_traceback(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    half = Studio(Checkpoint(model=str(broken("vae")), dtype="float16"))

    def full(*_: Any) -> Any:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr("dreamgen.engines.diffusion.painting.copy", SimpleNamespace(deepcopy=full))
    (drawing,) = half.draw([DOG], SMALL.model_copy(update={"steps": 1}))
    # the whole model in float32 is the next try
    assert drawing.image is not None
    assert drawing.strained == "drawn again in float32 (not a number)"


def test_float32_that_does_not_help_is_tried_once(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    studio = Studio(Checkpoint(model=str(weights / "sdxl"), dtype="bfloat16"))
    made = []
    only = studio._painter

    def counted(checkpoint: Checkpoint) -> Any:
        painter = only(checkpoint)
        made.append(painter)
        with torch.no_grad():
            painter.loaded.unet.conv_out.bias.fill_(float("nan"))
        return painter

    monkeypatch.setattr(studio, "_painter", counted)
    with torch.no_grad():
        studio.loaded.unet.conv_out.bias.fill_(float("nan"))
    drawings = list(studio.draw([DOG] * 3, SMALL.model_copy(update={"steps": 1})))
    assert [drawing.image for drawing in drawings] == [None] * 3
    assert len(made) == 1
    assert "did not help before" in drawings[-1].strained


def test_a_closed_studio_lets_its_networks_go_and_may_draw_again(weights: Path) -> None:
    studio = Studio(
        Checkpoint(
            model=str(weights / "sdxl"),
            identity=str(weights / "ip.safetensors"),
            image_encoder=str(weights / "image_encoder"),
            control=str(weights / "controlnet"),
        )
    )
    order = replace(DOG, loras=(LoraUse(weights / "lora_a.safetensors"),))
    expected = draw(studio, order)
    gone = [weakref.ref(network) for network in (studio.loaded.unet, studio.loaded.vae, studio.loaded.text_encoder)]
    studio.close()
    assert [network() for network in gone] == [None] * 3
    np.testing.assert_array_equal(draw(studio, order), expected)


def test_studios_are_closed_when_there_are_too_many_and_on_demand(weights: Path) -> None:
    checkpoints = [Checkpoint(model=str(weights / "sdxl"), threads=number) for number in (1, 2, 3)]
    gone = []
    for checkpoint in checkpoints:
        gone.append(weakref.ref(open_studio(checkpoint).loaded.unet))
    assert [network() is None for network in gone] == [True, False, False]
    close_studios()
    assert [network() is None for network in gone] == [True] * 3


def test_a_studio_that_draws_is_closed_when_it_is_done(weights: Path) -> None:
    studio = Studio(Checkpoint(model=str(weights / "sdxl")))
    drawings = studio.draw([DOG, DOG], SMALL.model_copy(update={"steps": 1}))
    assert next(drawings).image is not None
    network = weakref.ref(studio.loaded.unet)
    studio.close()
    assert next(drawings).image is not None
    assert network() is not None
    assert list(drawings) == []
    assert network() is None


def test_how_many_are_drawn_at_once_can_be_asked(weights: Path) -> None:
    studio = Studio(Checkpoint(model=str(weights / "sdxl")))
    assert studio.batch_size(SMALL) == 1
    assert studio.batch_size(SMALL.model_copy(update={"batch": 4})) == 4
