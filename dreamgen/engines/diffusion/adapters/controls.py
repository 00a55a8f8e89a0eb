"""Keeps the layout: a ControlNet (Zhang et al. 2023) or a T2I-Adapter (Mou et al. 2023), each picture with its own."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dreamgen.engines.device import sent
from dreamgen.engines.diffusion.orders import Order
from dreamgen.engines.diffusion.wholeness import check_filled
from dreamgen.errors import ModelError, UsageError, first_line

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.locks import Batch

_KINDS = ("ControlNetModel", "T2IAdapter")
_FOR_SDXL = "Take a ControlNet or T2I-Adapter for SDXL, in diffusers' layout."


def load_control(folder: Path, unet: Any) -> ControlLock:
    """Reads whichever of the two lies in a folder.

    Raises:
        ModelError: when there is neither, or it was made for another model than `unet`.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ModelError(f"there is no control network in {folder}", _FOR_SDXL) from None
    kind = config.get("_class_name")
    if kind not in _KINDS:
        raise ModelError(
            f"{folder} holds {kind or 'something unnamed'}, which is not one of {', '.join(_KINDS)}", _FOR_SDXL
        )
    _check_fit(folder, config, unet)
    network = _load(folder, kind, unet)
    return ControlNetLock(network) if kind == "ControlNetModel" else T2IAdapterLock(network)


class ControlLock(ABC):
    """Follows `Order.control`; rows without one get exactly nothing added.

    Args:
        network: the control network.
    """

    multiple = 8
    """Of what the sides of a picture must be multiples."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self.runs = 0
        """How often the network ran."""
        self._images: torch.Tensor | None = None
        self._scales: torch.Tensor | None = None

    def dress(self, batch: Batch) -> None:
        """Takes the batch's layouts; without one nothing is put on."""
        import torch

        self.undress()
        if not any(_controlled(order) for order in batch.orders):
            return
        if any(side % self.multiple for side in batch.sampling.size):
            raise UsageError(
                f"a picture of {'x'.join(map(str, batch.sampling.size))} can't follow this control network",
                f"Take sides that are multiples of {self.multiple}.",
            )
        images = torch.stack([_prepared(order, batch.sampling.size) for order in batch.orders])
        scales = torch.tensor([order.control_scale if _controlled(order) else 0.0 for order in batch.orders])
        if batch.guided:
            images, scales = images.repeat(2, 1, 1, 1), scales.repeat(2)
        self._images = sent(images.to(batch.dtype), batch.device)
        self._scales = sent(scales.to(batch.dtype), batch.device)[:, None, None, None]
        self._worn(batch)

    def before_step(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        """The residuals of this step."""
        if self._images is None:
            return {}
        return self._residuals(latents, step, timestep, words, pooled)

    def undress(self) -> None:
        """Lets the layouts go."""
        self._images = self._scales = None

    def _worn(self, batch: Batch) -> None:  # noqa: B027 -- most have nothing to get ready
        """Gets ready for this batch."""

    @abstractmethod
    def _residuals(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        """What the layouts add to the network's features at this step, by the names of its arguments."""

    def _scaled(self, features: Sequence[torch.Tensor], rows: int) -> list[torch.Tensor]:
        """Each row by its own scale; when guidance has ended, only the last rows are left."""
        assert self._scales is not None, "worn with scales"
        scales = self._scales[self._scales.shape[0] - rows :]
        return [feature[feature.shape[0] - rows :] * scales for feature in features]


class ControlNetLock(ControlLock):
    """A copy of half of the network that sees the layout, and runs at every step.

    While DeepCache reuses the deep layers, its own residuals for them have no effect; those for the shallow ones are
    reused along with it, so a skipped step does not pay for it either.
    """

    _every = 1
    _kept: tuple[torch.Tensor, ...] = ()

    def _worn(self, batch: Batch) -> None:
        self._every = batch.sampling.cache_every if batch.sampling.cache == "deepcache" else 1
        self._kept = ()

    def undress(self) -> None:
        """Lets the layouts and what was kept go."""
        super().undress()
        self._kept = ()

    def _residuals(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        assert self._images is not None, "worn with images"
        rows = latents.shape[0]
        if step % self._every == 0 or not self._kept:
            self.runs += 1
            down, middle = self.network(
                latents,
                timestep,
                encoder_hidden_states=words,
                controlnet_cond=self._images[self._images.shape[0] - rows :],
                added_cond_kwargs=pooled,
                return_dict=False,
            )
            self._kept = (*down, middle)
        *down, middle = self._scaled(self._kept, rows)
        return {"down_block_additional_residuals": tuple(down), "mid_block_additional_residual": middle}


class T2IAdapterLock(ControlLock):
    """A small network that sees the layout once a batch; its features are added at every step."""

    multiple = 32
    _features: Sequence[torch.Tensor] = ()

    def _worn(self, batch: Batch) -> None:
        import torch

        assert self._images is not None, "worn with images"
        half = len(batch.orders)
        self.runs += 1
        with torch.no_grad():
            seen = self.network(self._images[-half:])
        self._features = [feature.repeat(2, 1, 1, 1) if batch.guided else feature for feature in seen]

    def _residuals(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        # the network takes them off the list, so it gets a fresh one
        return {"down_intrablock_additional_residuals": self._scaled(self._features, latents.shape[0])}


def _controlled(order: Order) -> bool:
    return order.control is not None and order.control_scale != 0


def _prepared(order: Order, size: tuple[int, int]) -> torch.Tensor:
    """A layout as the networks were trained to see it: (3, h, w), RGB, 0-1; black where there is none."""
    import numpy as np
    import torch
    from PIL import Image

    if order.control is None:
        return torch.zeros(3, size[1], size[0])
    image = Image.fromarray(np.ascontiguousarray(order.control[..., ::-1]))
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(image, dtype=np.float32) / 255.0).permute(2, 0, 1)


def _check_fit(folder: Path, config: dict[str, Any], unet: Any) -> None:
    """Refuses a control network of another model."""
    widths = list(unet.config.block_out_channels)
    if config["_class_name"] == "ControlNetModel":
        found = (config.get("cross_attention_dim"), list(config.get("block_out_channels", ())))
        wanted = (unet.config.cross_attention_dim, widths)
    else:
        found = (config.get("adapter_type"), list(config.get("channels", ()))[: len(widths)])
        wanted = ("full_adapter_xl", widths)
    if found != wanted:
        raise ModelError(
            f"{folder} is for another model: it has {found[0]}, {found[1]}, not {wanted[0]}, {wanted[1]}", _FOR_SDXL
        )


def _load(folder: Path, kind: str, unet: Any) -> Any:
    import diffusers
    import torch

    try:
        network = getattr(diffusers, kind).from_pretrained(folder, local_files_only=True, use_safetensors=True)
    except (OSError, ValueError, RuntimeError) as error:
        first = first_line(error)
        raise ModelError(f"{folder} could not be loaded as {kind}: {first}", _FOR_SDXL) from None
    check_filled(folder, {"": network})
    place = next(iter(unet.parameters()))
    network = network.to(place.device, place.dtype).eval().requires_grad_(False)
    # convolutions of a GPU like the channels last, as the network's own are
    return network.to(memory_format=torch.channels_last) if place.is_cuda else network
