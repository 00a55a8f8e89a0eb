"""The groups of rows of the diffusion benchmark: DreamFrame's way, ours, and what each part of ours costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import diffusion_seed as seed
import diffusion_world as world
from diffusion_graphs import forget_graphs
from diffusion_kernels import kernels
from diffusion_measures import Bench, Draw, counted

from dreamgen.engines.device import machine, tidy
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.decoding import decode
from dreamgen.engines.diffusion.orders import Draws, Order, Sampling
from dreamgen.engines.diffusion.studio import Studio
from dreamgen.engines.pictures import write_png
from dreamgen.errors import DreamgenError

Orders = Sequence[Order]
Asked = Callable[[int, int], list[Order]]
"""So many pictures of the story with this number. No two repeats draw the same story, so that nothing of one is at hand
in the next, whatever the studio remembers."""


class Ways:
    """All that is measured, on one machine.

    Args:
        bench: the machine.
        weights: everything that there is to draw with.
        size: of the pictures.
        batch: pictures at once, in our ways, and batches in a repeat.
        steps: of DreamFrame's way, of the long one and of the short one.
    """

    def __init__(
        self,
        bench: Bench,
        weights: Checkpoint,
        size: tuple[int, int],
        batch: tuple[int, int],
        steps: tuple[int, int, int],
    ) -> None:
        self.bench, self.weights, self.size = bench, weights, size
        self.batch, self.rounds = batch
        self.seed_steps, self.long, self.short = steps
        self.out = bench.folder / "pictures"
        self.out.mkdir()
        self.bare = world.without_locks(weights)
        self._stories = count(1)
        self._studio: Studio | None = None
        self._counted: dict[tuple[Checkpoint, Sampling, tuple[bool, ...]], float] = {}

    def groups(self) -> dict[str, Callable[[], None]]:
        """Group to what measures it, in the order of the tables."""
        return {
            "seed": self.seed,
            "ours": self.ours,
            "compiled": self.compiled,
            "mixed": self.mixed,
            "cost": partial(self.costs, "cost", self._sampling(self.short * 2, 5.0)),
            "cost-unguided": partial(self.costs, "cost-unguided", self._sampling(self.short, 1.0)),
            "attention": self.attention,
            "cache": self.cache,
            "parts": self.parts,
            "batch": self.batches,
        }

    def seed(self) -> None:
        """DreamFrame's way, and ours with equal words at equal steps and size."""
        self._stock()
        both = world.without_locks(self.weights, refiner=self.weights.refiner)
        sampling = self._sampling(self.seed_steps, 5.0, refine_from=seed.SPLIT)
        for at_once, name in ((1, "one at a time"), (self.batch, f"{self.batch} at once")):
            self._row("seed", f"ours, {self.seed_steps} steps, {name}", both, stock_words, sampling, at_once)

    def ours(self) -> None:
        """The recipes' own settings."""
        long, short = self._sampling(self.long, 5.0), self._sampling(self.short, 1.0)
        self._row("ours", f"{self.long} steps with guidance", self.bare, world.plain, long)
        self._row("ours", f"{self.short} steps without guidance", self.bare, world.plain, short)
        name = f"{self.short} steps without guidance, LoRA and references"
        self._row("ours", name, self._followed(), partial(self._held, mixed=True), short)

    def compiled(self) -> None:
        """The same, compiled by torch: once for every shape, which takes minutes."""
        long, short = self._sampling(self.long, 5.0), self._sampling(self.short, 1.0)
        name = f"{self.short} steps without guidance, LoRA and references"
        for what, checkpoint, asked, sampling in (
            (f"{self.long} steps with guidance", self.bare, world.plain, long),
            (name, self._followed(), partial(self._held, mixed=True), short),
        ):
            if self.bench.on_gpu:
                made = checkpoint.model_copy(update={"compile": True})
                self._row("compiled", what, made, asked, sampling)
            else:
                self.bench.skip("compiled", what, "needs a GPU")

    def mixed(self) -> None:
        """What it costs that each picture of a batch has its own reference, mask and LoRA; words are always its own."""
        sampling = self._sampling(self.short, 1.0)
        self._row("mixed", "no adapters at all", self.bare, world.plain, sampling)
        self._row("mixed", "one reference, mask and LoRA for all", self._followed(), self._held, sampling)
        own = partial(self._held, mixed=True)
        self._row("mixed", "each its own reference, mask and LoRA", self._followed(), own, sampling)

    def costs(self, group: str, sampling: Sampling) -> None:
        """Each lock alone beside none."""
        self._row(group, "no lock", self.bare, world.plain, sampling)
        for name, checkpoint, put in (
            ("LoRA", self.bare, lambda orders, story: world.with_loras(orders, self.bench.folder)),
            ("regions", self.bare, lambda orders, story: world.with_regions(orders, self.size, story)),
            ("reference", self._followed(), lambda orders, story: world.with_references(orders, self.size, story)),
            (
                "ControlNet",
                world.without_locks(self.weights, control=self.weights.control),
                lambda orders, story: world.with_control(orders, self.size, story),
            ),
        ):
            self._row(group, name, checkpoint, partial(locked, put), sampling)

    def attention(self) -> None:
        """Who computes attention: each is asked first, and the row names whom torch then took."""
        sampling = self._sampling(self.short * 2, 5.0)
        for name in ("sdpa", "flash", "cudnn", "xformers"):
            if name != "sdpa" and not self.bench.on_gpu:
                self.bench.skip("attention", name, "needs a GPU")
            elif name == "xformers" and find_spec("xformers") is None:
                self.bench.skip("attention", name, "not installed")
            else:
                checkpoint = self.bare.model_copy(update={"attention": name})
                unet = self._open(checkpoint).loaded.unet
                taken = "its own" if name == "xformers" else kernels(checkpoint, unet, self.size, 2 * self.batch)
                self._row("attention", f"{name}: {taken}", checkpoint, world.plain, sampling)

    def cache(self) -> None:
        """What is reused between steps."""
        for name in ("none", "deepcache", "tgate"):
            sampling = self._sampling(self.long, 5.0, cache=name)
            self._row("cache", name, self.bare, world.plain, sampling)

    def parts(self) -> None:
        """Where the time of a picture goes: one call of the network, and decoding."""
        import torch

        studio, loaded = self._open(self.bare), self._open(self.bare).loaded
        one = {"device": loaded.device, "dtype": loaded.dtype}
        latents = torch.zeros(self.batch, 4, self.size[1] // 8, self.size[0] // 8, **one)
        words = torch.zeros(self.batch, 77, loaded.unet.config.cross_attention_dim, **one)
        width = loaded.text_encoder_2.config.projection_dim
        pooled = {"text_embeds": torch.zeros(self.batch, width, **one), "time_ids": torch.zeros(self.batch, 6, **one)}

        def call() -> int:
            with torch.no_grad():
                loaded.unet(latents, torch.tensor(1.0), words, added_cond_kwargs=pooled)
            return self.batch

        def decoded() -> int:
            decode(loaded.vae, latents).images()
            return self.batch

        for name, draw in (("one call of the network", call), ("decoding", decoded)):
            tflop = counted(draw) / self.batch
            self.bench.measure("parts", name, partial(same, draw), tflop, studio.checkpoint.dtype)

    def batches(self) -> None:
        """What more pictures at once bring."""
        for at_once in (1, 2, 4, 8, 16, 32) if self.bench.on_gpu else (1, 2):
            sampling = self._sampling(self.short, 1.0)
            self._row("batch", f"{at_once} at once", self.bare, world.plain, sampling, at_once)

    def _stock(self) -> None:
        """In a method of its own, so that its networks are gone before ours are loaded."""
        base, refiner = seed.stock_pipelines(self.bench.scale, self.bench.device)

        def ready() -> Draw:
            orders = stock_words(self.rounds, next(self._stories))
            return lambda: seed.draw(base, refiner, orders, self.size, self.seed_steps, self.out)

        # before xformers, whose operations are not counted
        tflop = counted(ready()) / self.rounds
        attention = seed.wear_xformers(base, refiner)
        name = f"DreamFrame's way, {self.seed_steps} steps, one at a time ({attention})"
        self.bench.measure("seed", name, ready, tflop, str(base.dtype).removeprefix("torch."))

    def _held(self, pictures: int, story: int, mixed: bool = False) -> list[Order]:
        dressed = world.with_loras(world.plain(pictures, story), self.bench.folder, mixed)
        return world.with_references(dressed, self.size, story, mixed)

    def _followed(self) -> Checkpoint:
        weights = self.weights
        return world.without_locks(weights, identity=weights.identity, image_encoder=weights.image_encoder)

    def _sampling(self, steps: int, guidance: float, **changes: object) -> Sampling:
        return Sampling(size=self.size, steps=steps, guidance=guidance, batch=self.batch).model_copy(update=changes)

    def _row(
        self, group: str, name: str, checkpoint: Checkpoint, asked: Asked, sampling: Sampling, at_once: int = 0
    ) -> None:
        at_once = at_once or self.batch
        sampling = sampling.model_copy(update={"batch": at_once})
        try:
            tflop = self._work(checkpoint, asked, sampling)
            studio = self._open(checkpoint)

            def ready() -> Draw:
                orders = asked(at_once * self.rounds, next(self._stories))
                return partial(to_disk, studio, orders, sampling, self.out)

            self.bench.measure(group, name, ready, tflop, checkpoint.dtype)
        except (DreamgenError, RuntimeError) as error:  # what one card can't do should not end the others' rows
            self.bench.skip(group, name, str(error).strip().splitlines()[0])

    def _work(self, checkpoint: Checkpoint, asked: Asked, sampling: Sampling) -> float:
        """TFLOP a picture. Compiled networks and foreign kernels are not counted: the same job without them is."""
        plain = checkpoint.model_copy(update={"compile": False, "attention": "sdpa"})
        orders = asked(2, next(self._stories))  # two pictures are enough
        locks = tuple(bool(getattr(orders[0], name)) for name in ("loras", "references", "regions"))
        key = plain, sampling.model_copy(update={"batch": 0}), locks
        if key not in self._counted:
            painter = self._open(plain).painter
            if orders[0].references:
                # portraits are looked at once in a story, which is nothing for one of its pictures
                painter.paint([replace(order, prompt="other words") for order in orders], sampling, len(orders))
            # not through the studio, which draws in a thread of its own on a GPU, where torch would not count
            self._counted[key] = counted(lambda: painter.paint(orders, sampling, len(orders))) / len(orders)
        return self._counted[key]

    def _open(self, checkpoint: Checkpoint) -> Studio:
        """One studio at a time is in memory."""
        if self._studio is None or self._studio.checkpoint != checkpoint:
            self._studio = None
            tidy(machine(self.bench.device))
            if checkpoint.compile:
                forget_graphs()
            self._studio = world.blank_studio(checkpoint, self.bench.scale)
        return self._studio


def stock_words(pictures: int, story: int) -> list[Order]:
    """What DreamFrame's way is asked for too."""
    return world.plain(pictures, story, seed.NEGATIVE)


def locked(put: Callable[[list[Order], int], list[Order]], pictures: int, story: int) -> list[Order]:
    """Pictures with a lock put on."""
    return put(world.plain(pictures, story), story)


def same(draw: Draw) -> Draw:
    """For what depends on no picture."""
    return draw


def to_disk(draws: Draws, orders: Orders, sampling: Sampling, into: Path) -> int:
    """Draws and writes PNGs beside it, as the renderer does; done when the last one is written."""
    with ThreadPoolExecutor(4) as pool:
        jobs = []
        for drawing in draws.draw(orders, sampling):
            if drawing.image is None or drawing.strained:
                why = drawing.strained or "a picture is not a number"
                raise DreamgenError(f"not measured as asked: {why}", "Try --batch 4.")
            jobs.append(pool.submit(write_png, drawing.image, into / f"{drawing.index}.png"))
        for job in jobs:
            job.result()
    return len(jobs)
