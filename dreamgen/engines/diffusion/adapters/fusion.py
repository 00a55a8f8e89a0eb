"""LoRAs added to a network's weights, and the weights as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dreamgen.engines.diffusion.adapters.lora_files import Factors, Stamp, remembered

if TYPE_CHECKING:
    import torch


class Fusion:
    """The LoRAs that a network has in its weights.

    They stay there when they come off, since the next batch most often has the same ones. A call of the network while
    nothing is worn puts the weights back first, whoever makes it.

    Args:
        unet: the network; it gets a hook.
    """

    def __init__(self, unet: Any) -> None:
        self._unet = unet
        self._row: dict[Stamp, float] = {}
        self._worn = False
        self.originals: dict[Any, torch.Tensor] = {}
        """The changed layers' weights as they were, by layer."""
        unet.register_forward_pre_hook(self._before_call)

    def wear(self, row: dict[Stamp, float]) -> None:
        """Adds these LoRAs, at these weights, unless they are there; others go."""
        if row != self._row:
            self.restore()
            try:
                self._add(row)
            except BaseException:
                self.restore()
                raise
            self._row = dict(row)
        self._worn = True

    def rest(self) -> None:
        """They are not worn, and may stay for those who wear them next."""
        self._worn = False

    def restore(self) -> None:
        """The weights are what they were, to the bit."""
        import torch

        with torch.no_grad():
            for module, weight in self.originals.items():
                module.weight.copy_(weight)
        self.originals.clear()
        self._row = {}

    def _add(self, row: dict[Stamp, float]) -> None:
        for stamp, weight in row.items():
            for name, factors in remembered(stamp, self._unet).unet.items():
                module = self._unet.get_submodule(name)
                if module not in self.originals:
                    self.originals[module] = module.weight.detach().clone()
                add_change(module, factors, weight)

    def _before_call(self, *_: Any) -> None:
        if not self._worn and self.originals:
            self.restore()


def add_change(module: Any, factors: Factors, weight: float) -> None:
    """Adds a change to the layer's weights, computed in float32."""
    import torch

    with torch.no_grad():
        place = module.weight.device
        change = factors.scaled_up.to(place).flatten(1) @ factors.down.to(place).float().flatten(1) * weight
        module.weight.copy_(module.weight.float() + change.reshape(module.weight.shape))
