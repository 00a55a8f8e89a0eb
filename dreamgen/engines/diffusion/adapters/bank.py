"""A bank of LoRAs: every picture of a batch has its own, at its own weights, in one call of fixed shape.

Each changed layer holds the factors of all slots side by side, padded to the bank's rank, and multiplies what comes
out of the first factors by a weight for every row and slot. So which LoRAs are worn by whom is only numbers in
buffers: nothing is recompiled, and a row with weight zero gets exactly nothing added. (PEFT's adapter_names splits the
batch by adapter in each layer; Chen et al. 2024, Punica, and Sheng et al. 2024, S-LoRA, have the same aim with kernels
of their own.)
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dreamgen.engines.device import sent
from dreamgen.engines.diffusion.adapters.fusion import Fusion, add_change
from dreamgen.engines.diffusion.adapters.lora_files import (
    Factors,
    Stamp,
    read_lora,
    remembered,
    stamp_of,
)
from dreamgen.engines.diffusion.adapters.shares import refill
from dreamgen.engines.diffusion.orders import LoraUse

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.locks import Batch


class LoraBank:
    """Applies `Order.loras` to the network.

    Args:
        unet: the network.
        slots: LoRAs held at once; more are made room for, and compiled for, when one batch needs them. An unused slot
            costs as much as a used one.
        rank: to which factors are padded; a larger one is made room for, too.
        fuse: adds the LoRAs to the weights while all pictures of a batch have the same ones: as fast as none, and the
            same bytes whatever was worn before, where slots round a little otherwise when there were made more of
            them. For float32 alone: half numbers round a small change of the weights away, so that a picture would
            look otherwise in a batch of its like than in a mixed one. The change stays in the weights as long as
            batches wear it; whoever calls the network otherwise finds it as it was, to the bit.
        always: wears filled slots with weights of zero where a batch has no LoRA, so that a compiled network has no
            second graph for that.
    """

    def __init__(self, unet: Any, slots: int = 1, rank: int = 0, fuse: bool = False, always: bool = False) -> None:
        import torch

        self._unet = unet
        self._always = always
        self._fused = Fusion(unet) if fuse else None
        self.slots = slots
        self.rank = rank
        self.worn = False
        self.weights: torch.Tensor | None = None
        """(rows, slots * rank)."""
        self.loads = 0
        """How often a LoRA was put into a slot."""
        self._held: OrderedDict[Stamp, int] = OrderedDict()
        self._layers: dict[str, _Layer] = {}
        # all at once: a hook that comes after compiling is not seen by compiled code
        for name, module in unet.named_modules():
            if isinstance(module, torch.nn.Linear | torch.nn.Conv2d):
                self._layers[name] = _Layer(self, module)
                module.register_forward_hook(self._layers[name])

    def dress(self, batch: Batch) -> None:
        """Brings the LoRAs of the batch into the weights, or into slots with every row's weights."""
        self.undress()
        rows = [_worn(order.loras) for order in batch.orders]
        if self._fused is not None and all(row == rows[0] for row in rows):
            self._fused.wear(rows[0])
            return
        if self._fused is not None:
            self._fused.restore()
        wanted = list(dict.fromkeys(stamp for row in rows for stamp in row))
        if wanted:
            self._hold(wanted)
        elif not (self._always and self._held):
            return
        self._weigh(batch, rows)
        self.worn = True

    def before_step(
        self, latents: torch.Tensor, step: int, timestep: torch.Tensor, words: torch.Tensor, pooled: dict[str, Any]
    ) -> dict[str, Any]:
        """Nothing: the layers have it."""
        return {}

    def undress(self) -> None:
        """The network computes again what it did; slots stay filled, and weights changed, for the next batch."""
        self.worn = False
        if self._fused is not None:
            self._fused.rest()

    def fuse_for_good(self, path: Path, weight: float = 1.0) -> None:
        """Adds a LoRA to the weights and leaves it there: one that a distilled model is made of."""
        if self._fused is not None:
            self._fused.restore()
        for name, factors in read_lora(path, self._unet).unet.items():
            add_change(self._unet.get_submodule(name), factors, weight)

    def _weigh(self, batch: Batch, rows: Sequence[dict[Stamp, float]]) -> None:
        """Sets the weight of every slot in every row."""
        import torch

        table = torch.zeros(len(rows), self.slots)
        for number, row in enumerate(rows):
            for stamp, weight in row.items():
                table[number, self._held[stamp]] = weight
        spread = table.repeat_interleave(self.rank, dim=1)
        if batch.guided:
            spread = torch.cat([spread, spread])
        self.weights = refill(self.weights, sent(spread.to(batch.dtype), batch.device))

    def _hold(self, wanted: list[Stamp]) -> None:
        """Fills slots with what is wanted and not held, over what was wanted longest ago."""
        missing = {stamp: remembered(stamp, self._unet) for stamp in wanted if stamp not in self._held}
        rank = max([self.rank, *(lora.rank for lora in missing.values())])
        if rank > self.rank or len(wanted) > self.slots:
            self.rank, self.slots = rank, max(self.slots, len(wanted))
            self._held.clear()
            for layer in self._layers.values():
                layer.empty()
            missing = {stamp: missing.get(stamp) or remembered(stamp, self._unet) for stamp in wanted}
        for stamp in wanted:
            if stamp in self._held:
                self._held.move_to_end(stamp)
        for stamp, lora in missing.items():
            slot = self._free_slot(wanted)
            for name, layer in self._layers.items():
                layer.put(slot, lora.unet.get(name))
            self._held[stamp] = slot
            self.loads += 1

    def _free_slot(self, wanted: list[Stamp]) -> int:
        """An empty slot, or the one whose LoRA was not asked for longest."""
        empty = set(range(self.slots)) - set(self._held.values())
        if empty:
            return min(empty)
        return self._held.pop(next(stamp for stamp in self._held if stamp not in wanted))


class _Layer:
    """The change of one layer: a forward hook, which PyTorch calls with what went in and came out."""

    def __init__(self, bank: LoraBank, module: Any) -> None:
        self._bank = bank
        self._module = module
        self.down: torch.Tensor | None = None
        self.up: torch.Tensor | None = None

    def __call__(self, module: Any, args: tuple[Any, ...], output: torch.Tensor) -> torch.Tensor | None:
        import torch
        from torch.nn.functional import conv2d, linear

        if not self._bank.worn or self.down is None or self.up is None:
            return None
        assert self._bank.weights is not None, "worn with weights"
        weights = self._bank.weights[self._bank.weights.shape[0] - output.shape[0] :]
        if isinstance(module, torch.nn.Conv2d):
            low = conv2d(args[0], self.down, None, module.stride, module.padding, module.dilation)
            return output + conv2d(low * weights[:, :, None, None], self.up)
        low = linear(args[0], self.down)
        return output + linear(low * weights.reshape(weights.shape[0], *[1] * (low.ndim - 2), -1), self.up)

    def empty(self) -> None:
        """Lets the buffers go."""
        self.down = self.up = None

    def put(self, slot: int, factors: Factors | None) -> None:
        """Overwrites a slot; None leaves it without effect."""
        import torch

        weight, width = self._module.weight, self._bank.slots * self._bank.rank
        if self.down is None or self.up is None:
            if factors is None:
                return
            self.down = torch.zeros(width, *weight.shape[1:], device=weight.device, dtype=weight.dtype)
            self.up = torch.zeros(weight.shape[0], width, *[1] * (weight.ndim - 2)).to(self.down)
        first = slot * self._bank.rank
        self.down[first : first + self._bank.rank] = 0
        self.up[:, first : first + self._bank.rank] = 0
        if factors is not None:
            rank = factors.down.shape[0]
            self.down[first : first + rank] = factors.down.to(self.down)
            self.up[:, first : first + rank] = factors.scaled_up.to(self.up)


class HasTextEncoders(Protocol):
    """A loaded model."""

    @property
    def text_encoders(self) -> Sequence[Any]:
        """SDXL's two; the refiner has one, which LoRAs are not for."""
        ...

    @property
    def unet(self) -> Any:
        """The network that the LoRAs are for."""
        ...


@contextmanager
def text_encoders_with(loaded: HasTextEncoders, uses: Sequence[LoraUse]) -> Iterator[None]:
    """Lets the text encoders wear their parts of LoRAs; afterwards they are what they were, to the bit."""
    hooks = []
    encoders = dict(zip(("text_encoder", "text_encoder_2"), loaded.text_encoders, strict=False))
    try:
        for stamp, weight in _worn(uses).items() if len(encoders) == 2 else ():
            lora = remembered(stamp, loaded.unet)
            for part, encoder in encoders.items():
                for name, factors in getattr(lora, part).items():
                    hooks.append(_text_layer(encoder, name).register_forward_hook(_added(factors, weight)))
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _text_layer(encoder: Any, name: str) -> Any:
    """A layer of a text encoder; transformers 5 has no `text_model` around CLIP's layers any more."""
    return encoder.get_submodule(name if hasattr(encoder, "text_model") else name.removeprefix("text_model."))


def _added(factors: Factors, weight: float) -> Any:
    from torch.nn.functional import linear

    def add(_: Any, args: tuple[Any, ...], output: torch.Tensor) -> torch.Tensor:
        return output + linear(linear(args[0], factors.down.to(output)), factors.scaled_up.to(output)) * weight

    return add


def _worn(uses: Sequence[LoraUse]) -> dict[Stamp, float]:
    """What counts, by file; one given twice counts twice."""
    worn: dict[Stamp, float] = {}
    for use in uses:
        if use.weight:
            stamp = stamp_of(use.file)
            worn[stamp] = worn.get(stamp, 0.0) + use.weight
    return worn
