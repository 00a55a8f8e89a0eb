"""Schedulers by name: which amounts of noise are gone through, and how a step is made."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dreamgen.errors import unknown_name

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.adapters.distilled import Schedule

_KARRAS = {"use_karras_sigmas": True}
_SDE = {"algorithm_type": "sde-dpmsolver++"}

SCHEDULERS: dict[str, tuple[str, dict[str, Any]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-karras": ("EulerDiscreteScheduler", _KARRAS),
    "euler-a": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "heun-karras": ("HeunDiscreteScheduler", _KARRAS),
    "dpm2": ("KDPM2DiscreteScheduler", {}),
    "dpm2-a": ("KDPM2AncestralDiscreteScheduler", {}),
    "dpm++2m": ("DPMSolverMultistepScheduler", {}),
    "dpm++2m-karras": ("DPMSolverMultistepScheduler", _KARRAS),
    "dpm++2m-sde": ("DPMSolverMultistepScheduler", _SDE),
    "dpm++2m-sde-karras": ("DPMSolverMultistepScheduler", {**_SDE, **_KARRAS}),
    "dpm++2s": ("DPMSolverSinglestepScheduler", {}),
    "deis": ("DEISMultistepScheduler", {}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "ddim": ("DDIMScheduler", {"clip_sample": False, "set_alpha_to_one": False}),
    "ddpm": ("DDPMScheduler", {"clip_sample": False}),
    "lcm": ("LCMScheduler", {"clip_sample": False}),
    "tcd": ("TCDScheduler", {"clip_sample": False}),
}
"""Name to diffusers' class and what its settings must say over the model's own."""


class Timetable:
    """The scheduler of one batch: it remembers earlier steps, so every batch gets a fresh one.

    Args:
        own: the model's scheduler, whose settings are taken over.
        name: of another one; empty for the model's own.
        special: what a distilled model needs instead of all that.
        steps: calls of the network, or half of them where a step takes two.

    Raises:
        UsageError: for a name that is none of `SCHEDULERS`.
    """

    def __init__(self, own: Any, name: str, steps: int, special: Schedule | None = None) -> None:
        self.scheduler = _made(own, name, special)
        if special is not None and special.timesteps:
            self.scheduler.set_timesteps(timesteps=list(special.timesteps), device="cpu")
        else:
            self.scheduler.set_timesteps(steps, device="cpu")
        # as diffusers' pipelines call them: DDIM and TCD add no fresh noise unless told to
        self._eta = special.eta if special is not None and special.eta is not None else 0.0
        self._takes = set(inspect.signature(self.scheduler.step).parameters)

    @property
    def timesteps(self) -> torch.Tensor:
        """All of them, (calls,), on the CPU: indexing with numbers on a GPU would wait for it at each step."""
        found: torch.Tensor = self.scheduler.timesteps
        return found

    def before(self, share: float) -> int:
        """How many calls the base network makes when another one takes over after this share of the noise."""
        return int((self.timesteps >= self._cut(share)).sum()) if 0 < share < 1 else len(self.timesteps)

    def after(self, share: float) -> int:
        """The first call of the network that takes over there."""
        count = int((self.timesteps < self._cut(share)).sum())
        # every step but the first takes two calls and must not be cut in its middle
        count += self.scheduler.order == 2 and count % 2 == 0
        return len(self.timesteps) - count

    def late(self, steps: int, strength: float) -> int:
        """The first call when only the last part of the noise is gone through, from a picture: one step at least."""
        anew = max(int(steps * strength), 1) if strength > 0 else 0
        return (steps - min(anew, steps)) * int(self.scheduler.order)

    @property
    def noisiest(self) -> float:
        """The spread of the noise before the first call."""
        return float(self.scheduler.init_noise_sigma)

    def noised(self, latents: torch.Tensor, noise: torch.Tensor, call: int) -> torch.Tensor:
        """Finished latents as noisy as they are before a call."""
        self.begin(call)
        at = self.timesteps[call : call + 1].repeat(len(latents))
        noisy: torch.Tensor = self.scheduler.add_noise(latents, noise, at)
        return noisy

    def begin(self, call: int) -> None:
        """Says which call comes first."""
        if hasattr(self.scheduler, "set_begin_index"):
            self.scheduler.set_begin_index(call)

    def step(
        self, noise: torch.Tensor, timestep: torch.Tensor, latents: torch.Tensor, generators: Sequence[torch.Generator]
    ) -> torch.Tensor:
        """Latents with a step less noise; fresh noise comes from each row's own generator."""
        extra: dict[str, Any] = {}
        if "generator" in self._takes:
            extra["generator"] = list(generators)
        if "eta" in self._takes:
            extra["eta"] = self._eta
        stepped: torch.Tensor = self.scheduler.step(noise, timestep, latents, **extra, return_dict=False)[0]
        return stepped

    def _cut(self, share: float) -> int:
        total = int(self.scheduler.config.num_train_timesteps)
        return round(total - share * total)


def check_scheduler(name: str) -> None:
    """Refuses a name that is none of `SCHEDULERS`; empty is the model's own."""
    if name and name not in SCHEDULERS:
        raise unknown_name("scheduler", name, SCHEDULERS)


def _made(own: Any, name: str, special: Schedule | None) -> Any:
    import diffusers

    if special is not None:
        return getattr(diffusers, special.scheduler).from_config(own.config, **dict(special.options))
    if not name:
        return type(own).from_config(own.config)
    check_scheduler(name)
    kind, options = SCHEDULERS[name]
    return getattr(diffusers, kind).from_config(own.config, **options)
