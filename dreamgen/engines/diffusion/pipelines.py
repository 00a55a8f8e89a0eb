"""Any text-to-image pipeline of diffusers (FLUX, Stable Diffusion 3, Qwen-Image), by its own call, a picture at a time.

Such models follow words only. What else an order asks for is refused with the switch that turns it off.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.device import Machine, machine, need, on, set_up
from dreamgen.engines.diffusion.adapters.vision import ImageEncoder
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.loading import quiet
from dreamgen.engines.diffusion.memory import out_of_memory
from dreamgen.engines.diffusion.orders import Order, Pixels, Sampling
from dreamgen.engines.diffusion.painting import Painted, Painting
from dreamgen.engines.diffusion.soundness import check_model, variant_of
from dreamgen.engines.diffusion.wholeness import check_filled, transformers_of
from dreamgen.engines.staying import loading
from dreamgen.errors import ModelError, UsageError, first_line

_LOCKED: tuple[tuple[str, Callable[[Order], bool], str], ...] = (
    ("a reference for its identity", lambda order: _follows(order, "identity"), "identity_lock"),
    ("a reference for its style", lambda order: _follows(order, "style"), "style_lock"),
    ("a LoRA", lambda order: any(use.weight for use in order.loras), "style_lock"),
    ("a learned word", lambda order: bool(order.words), "style_lock"),
    ("a layout", lambda order: order.control is not None and order.control_scale != 0, "layout_lock"),
    ("a picture to begin from", lambda order: order.start is not None, "layout_lock"),
    ("words for parts of it", lambda order: bool(order.regions), "regions"),
)
"""What such a model can't follow, and the renderer's option for it."""


class PipelinePainter:
    """A pipeline of diffusers that is not SDXL. It is loaded when it is first needed.

    Args:
        checkpoint: which weights, and where.
        find: a name of weights to the local file or folder.
    """

    def __init__(self, checkpoint: Checkpoint, find: Callable[[str], Path]) -> None:
        need()
        self.checkpoint = checkpoint
        self._find = find
        for name in ("refiner", "distilled", "identity", "style_adapter", "control"):
            if getattr(checkpoint, name):
                raise UsageError(f"diffusion.{name} is for SDXL only", f"--set diffusion.{name}= turns it off.")

    @cached_property
    def place(self) -> Machine:
        """Where it draws, and in which numbers."""
        return machine(self.checkpoint.device, self.checkpoint.dtype)

    @cached_property
    def eyes(self) -> ImageEncoder | None:
        """An image encoder to compare pictures with, where one is named."""
        name = self.checkpoint.image_encoder
        with quiet():
            return ImageEncoder(self._find(name), self.place.device, self.place.dtype) if name else None

    @property
    def loaded(self) -> Any:
        """Nobody can learn with it."""
        raise UsageError("only SDXL's networks can be taught", "--set diffusion.family=sdxl, with an SDXL model.")

    @cached_property
    def pipe(self) -> Any:
        """The pipeline."""
        set_up(self.place, self.checkpoint.threads)
        folder = self._find(self.checkpoint.model)
        with loading("diffusion"), quiet():
            index = check_model(folder, (), "a text-to-image model", self.checkpoint.variant)
            # parts that a publisher left out, such as the third text encoder, are wanted by name
            pipe = self._read(folder, {name: None for name, part in index.items() if part == [None, None]})
            self._put(pipe)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def wake(self) -> None:
        """Loads the pipeline, unless it is there."""
        _ = self.pipe

    def batch_size(self, sampling: Sampling) -> int:
        """One: only so is every picture the same, whatever else is drawn."""
        return 1

    def paint(self, orders: Sequence[Order], sampling: Sampling, rows: int) -> list[Pixels | None]:
        """A picture an order; None where the numbers were broken."""
        set_up(self.place, self.checkpoint.threads)
        for order in orders:
            refuse_locks(order)
        with quiet(), on(self.place):
            return [self._one(order, sampling) for order in orders]

    def begin(self, orders: Sequence[Order], sampling: Sampling, rows: int) -> Painting:
        """The same; a pipeline of diffusers waits for its own pictures."""
        images: list[Painted] = [(image, "") for image in self.paint(orders, sampling, rows)]
        return lambda: images

    def dropped(self, sampling: Sampling) -> str:
        """What the pipeline has no use for, in words; empty when it takes everything."""
        name, takes = type(self.pipe).__name__, self._takes
        missing = [] if "negative_prompt" in takes else ["negative prompt"]
        missing += ["scheduler"] if sampling.scheduler else []
        missing += ["guidance stop"] if sampling.guidance_stop < 1 else []
        missing += ["step cache"] if sampling.cache != "none" else []
        return f"{name} has no choice of {', '.join(missing)}" if missing else ""

    @cached_property
    def _takes(self) -> dict[str, Any]:
        """Arguments of the pipeline's call, and their defaults."""
        parameters = inspect.signature(type(self.pipe).__call__).parameters
        return {name: parameter.default for name, parameter in parameters.items()}

    def _one(self, order: Order, sampling: Sampling) -> Pixels | None:
        import torch

        given: dict[str, Any] = {
            "prompt": order.prompt,
            "negative_prompt": order.negative or self._no_negative(sampling),
            "width": sampling.size[0],
            "height": sampling.size[1],
            "num_inference_steps": sampling.steps,
            "generator": torch.Generator().manual_seed(order.seed),
            "output_type": "np",
            **self._guidance(sampling),
        }
        image = self._called({name: value for name, value in given.items() if name in self._takes})
        if image.shape[:2] != sampling.size[::-1]:
            height, width = image.shape[:2]
            raise UsageError(
                f"{type(self.pipe).__name__} draws {width}x{height} instead of {sampling.size[0]}x{sampling.size[1]}",
                "Take sides that are multiples of 16 or 32.",
            )
        if not np.isfinite(image).all():
            return None
        pixels: Pixels = np.ascontiguousarray((image * 255).round().astype(np.uint8)[..., ::-1])
        return pixels

    def _called(self, given: dict[str, Any]) -> NDArray[np.float32]:
        try:
            image: NDArray[np.float32] = self.pipe(**given).images[0]
        except ValueError as error:
            first = first_line(error)
            raise UsageError(f"{type(self.pipe).__name__} can't draw this: {first}") from None
        return image

    def _guidance(self, sampling: Sampling) -> dict[str, float]:
        """Some pipelines call classifier-free guidance true, since their networks are told of another one."""
        return {"true_cfg_scale" if self._truly_guided else "guidance_scale": sampling.guidance}

    def _no_negative(self, sampling: Sampling) -> str | None:
        """The empty negative prompt: true guidance is left out in silence where there is none at all."""
        return " " if self._truly_guided and sampling.guidance > 1 else None

    @property
    def _truly_guided(self) -> bool:
        true = self._takes.get("true_cfg_scale")
        return isinstance(true, int | float) and true > 1

    def _read(self, folder: Path, parts: dict[str, None]) -> Any:
        from diffusers import AutoPipelineForText2Image

        index = json.loads((folder / "model_index.json").read_text("utf-8"))
        variant = variant_of(folder, self.checkpoint.variant) or None
        options: dict[str, Any] = {"variant": variant, "use_safetensors": True, "local_files_only": True}
        try:
            encoders = transformers_of(folder, index, parts, self.place.dtype, **options)
            pipe = AutoPipelineForText2Image.from_pretrained(
                folder, dtype=self.place.dtype, **options, **parts, **encoders
            )
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
            first = first_line(error)
            raise ModelError(f"{folder} could not be loaded as a text-to-image model: {first}") from None
        check_filled(folder, pipe.components)
        return pipe

    def _put(self, pipe: Any) -> None:
        """Puts the networks on the device; those that do not fit side by side take turns."""
        try:
            pipe.to(self.place.device)
            return
        except RuntimeError as error:
            if not self.place.gpu or not out_of_memory(error):
                raise
        pipe.to("cpu")
        pipe.enable_model_cpu_offload(device=self.place.device)


def refuse_locks(order: Order) -> None:
    """Refuses an order that asks for more than words.

    Raises:
        UsageError: with the switch that turns it off.
    """
    for what, asked, switch in _LOCKED:
        if asked(order):
            raise UsageError(
                f"a picture has {what}, which only SDXL can follow here", f"--set render.{switch}=false turns it off."
            )


def _follows(order: Order, lock: str) -> bool:
    return any(reference.lock == lock and reference.scale for reference in order.references)
