"""What is practised at which step: picture, prompt, noise and its amount, each by a seed of its own.

A step's lesson follows from its number alone. So a training that was killed goes on as if nothing had happened, and
two trainings are the same to the byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.engines.diffusion.training.images import Fit, Picture, pixels
from dreamgen.engines.diffusion.training.noising import TIMESTEPS, Lesson, Network

if TYPE_CHECKING:
    import torch


class Lessons:
    """Draws lessons from pictures and prompts.

    Args:
        network: whose VAE makes latents; it should be in float32.
        pictures: to learn from.
        prompts: to learn with.
        seed: of all that is drawn by lot.
        side: width and height of the pictures in pixels.
        fit: how pictures that are not square become so.
        autocontrast: whether pictures are spread over the whole range of brightness.
        flip: whether every picture also counts mirrored.
        held: latents kept in memory; others are made again each time.
    """

    def __init__(  # noqa: PLR0913 -- all that shapes a lesson
        self,
        network: Network,
        pictures: Sequence[Picture],
        prompts: Sequence[str],
        *,
        seed: int,
        side: int,
        fit: Fit = "stretch",
        autocontrast: bool = True,
        flip: bool = True,
        held: int = 4096,
    ) -> None:
        self._network = network
        self._pictures = tuple(pictures)
        self._prompts = tuple(prompts)
        self._seed = seed
        self._side = side
        self._fit = fit
        self._autocontrast = autocontrast
        self._views = (False, True) if flip else (False,)
        self._held = held
        self._latents: dict[tuple[int, bool], torch.Tensor] = {}

    def at(self, step: int, part: int = 0, batch: int = 1) -> Lesson:
        """The lesson of a step, from 0, and of its part where gradients are added up."""
        chosen = []
        for place in range(batch):
            where = ("lesson", step, part, place)
            lot = derived_random(self._seed, *where)
            picture, mirrored = lot.randrange(len(self._pictures)), lot.choice(self._views)
            prompt, timestep = lot.choice(self._prompts), lot.randrange(TIMESTEPS)
            chosen.append(self._one(picture, mirrored, prompt, timestep, derive_seed(self._seed, "noise", *where)))
        return _batch(chosen)

    def fixed(self, count: int) -> tuple[Lesson, ...]:
        """Lessons that are always the same, over all amounts of noise: to see whether something was learned."""
        return tuple(
            self._one(
                number % len(self._pictures),
                False,
                self._prompts[number % len(self._prompts)],
                (2 * number + 1) * TIMESTEPS // (2 * count),
                derive_seed(self._seed, "noise", "fixed", number),
            )
            for number in range(count)
        )

    def _one(self, picture: int, mirrored: bool, prompt: str, timestep: int, seed: int) -> Lesson:
        import torch

        latents = self._latent(picture, mirrored)
        noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(seed))
        return Lesson(latents, noise, torch.tensor([timestep]), (prompt,))

    def _latent(self, picture: int, mirrored: bool) -> torch.Tensor:
        """A picture's latents (1, 4, h, w), drawn once from what the VAE holds possible."""
        kept = self._latents.get((picture, mirrored))
        if kept is None:
            kept = self._encoded(picture, mirrored)
            if len(self._latents) < self._held:
                self._latents[picture, mirrored] = kept
        return kept

    def _encoded(self, picture: int, mirrored: bool) -> torch.Tensor:
        import torch

        vae, file = self._network.vae, self._pictures[picture]
        image = pixels(file.path, self._side, self._fit, self._autocontrast)
        image = image[:, ::-1].copy() if mirrored else image
        plane = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 127.5 - 1.0
        generator = torch.Generator().manual_seed(derive_seed(self._seed, "latent", file.sha256, int(mirrored)))
        with torch.no_grad():
            found = vae.encode(plane.to(self._network.device, vae.dtype))
            if hasattr(found, "latents"):  # a tiny VAE gives the latents themselves
                return _scaled(found.latents, vae)
            likely = found.latent_dist
            chance = torch.randn(likely.mean.shape, generator=generator).to(likely.mean)
            return _scaled(likely.mean + likely.std * chance, vae)


def _scaled(latents: torch.Tensor, vae: Any) -> torch.Tensor:
    return latents.float().cpu() * float(vae.config.scaling_factor)


def _batch(lessons: Sequence[Lesson]) -> Lesson:
    import torch

    return Lesson(
        torch.cat([lesson.latents for lesson in lessons]),
        torch.cat([lesson.noise for lesson in lessons]),
        torch.cat([lesson.timesteps for lesson in lessons]),
        tuple(prompt for lesson in lessons for prompt in lesson.prompts),
    )
