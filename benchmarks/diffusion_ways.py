"""The groups of rows of the diffusion benchmark: DreamFrame's way, ours, and what each part of ours costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import diffusion_seed as seed
import diffusion_world as world
from diffusion_measures import Bench, Row, counted

from dreamgen.engines.device import machine, tidy
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.decoding import decode
from dreamgen.engines.diffusion.orders import Draws, Order, Sampling
from dreamgen.engines.diffusion.studio import Studio
from dreamgen.engines.pictures import write_png
from dreamgen.errors import DreamgenError

Orders = Sequence[Order]


class Ways:
    """All that is measured, on one machine.

    Args:
        bench: the machine.
        weights: everything that there is to draw with.
        size: of the pictures.
        batch: pictures at once, in our ways.
        steps: of the long way and of the short way; DreamFrame's own are in `seed`.
    """

    def __init__(
        self, bench: Bench, weights: Checkpoint, size: tuple[int, int], batch: int, steps: tuple[int, int, int]
    ) -> None:
        self.bench, self.weights, self.size, self.batch = bench, weights, size, batch
        self.seed_steps, self.long, self.short = steps
        self.out = bench.folder / "pictures"
        self.out.mkdir()
        self.bare = world.without_locks(weights)
        self._studio: Studio | None = None
        self._counted: dict[tuple[Checkpoint, Sampling, tuple[bool, ...]], float] = {}

    def groups(self) -> dict[str, Callable[[], None]]:
        """Group to what measures it, in the order of the tables."""
        return {
            "seed": self.seed,
            "ours": self.ours,
            "compiled": self.compiled,
            "mixed": self.mixed,
            "cost": self.cost,
            "attention": self.attention,
            "cache": self.cache,
            "parts": self.parts,
            "batch": self.batches,
        }

    def seed(self) -> None:
        """DreamFrame's way, and ours at equal steps and size."""
        self._stock()
        both = world.without_locks(self.weights, refiner=self.weights.refiner)
        sampling = self._sampling(self.seed_steps, 5.0, refine_from=seed.SPLIT)
        orders = world.plain(self.batch)
        self._row("seed", f"ours, {self.seed_steps} steps, one at a time", both, orders[:1], sampling)
        self._row("seed", f"ours, {self.seed_steps} steps, {self.batch} at once", both, orders, sampling)

    def ours(self) -> None:
        """The recipes' own settings."""
        long, short = self._sampling(self.long, 5.0), self._sampling(self.short, 1.0)
        plain = world.plain(self.batch)
        self._row("ours", f"{self.long} steps with guidance", self.bare, plain, long)
        self._row("ours", f"{self.short} steps without guidance", self.bare, plain, short)
        name = f"{self.short} steps without guidance, LoRA and reference"
        self._row("ours", name, self._followed(), self._held(plain), short)

    def compiled(self) -> None:
        """The same, compiled by torch: once for every shape, which takes minutes."""
        long, short = self._sampling(self.long, 5.0), self._sampling(self.short, 1.0)
        plain = world.plain(self.batch)
        name = f"{self.short} steps without guidance, LoRA and reference"
        for what, checkpoint, orders, sampling in (
            (f"{self.long} steps with guidance", self.bare, plain, long),
            (name, self._followed(), self._held(plain), short),
        ):
            if self.bench.on_gpu:
                made = checkpoint.model_copy(update={"compile": True})
                self._row("compiled", what, made, orders, sampling)
            else:
                self.bench.skip("compiled", what, "needs a GPU")

    def mixed(self) -> None:
        """What it costs that every picture of a batch has its own reference, mask and LoRA."""
        sampling = self._sampling(self.short, 1.0)
        plain = world.plain(self.batch)
        self._row("mixed", "one reference and LoRA for all", self._followed(), self._held(plain), sampling)
        own = world.with_references(world.with_loras(plain, self.bench.folder, mixed=True), self.size, mixed=True)
        self._row("mixed", "each its own reference, mask and LoRA", self._followed(), own, sampling)

    def cost(self) -> None:
        """Each lock alone beside none."""
        sampling = self._sampling(self.short * 2, 5.0)
        plain = world.plain(self.batch)
        self._row("cost", "no lock", self.bare, plain, sampling)
        self._row("cost", "LoRA", self.bare, world.with_loras(plain, self.bench.folder), sampling)
        references = world.with_references(plain, self.size)
        self._row("cost", "reference", self._followed(), references, sampling)
        controlled = world.without_locks(self.weights, control=self.weights.control)
        self._row("cost", "ControlNet", controlled, world.with_control(plain, self.size), sampling)
        self._row("cost", "regions", self.bare, world.with_regions(plain, self.size), sampling)

    def attention(self) -> None:
        """Who computes attention."""
        sampling = self._sampling(self.short * 2, 5.0)
        for name in ("sdpa", "flash", "cudnn", "xformers"):
            if name != "sdpa" and not self.bench.on_gpu:
                self.bench.skip("attention", name, "needs a GPU")
            elif name == "xformers" and find_spec("xformers") is None:
                self.bench.skip("attention", name, "not installed")
            else:
                checkpoint = self.bare.model_copy(update={"attention": name})
                self._row("attention", name, checkpoint, world.plain(self.batch), sampling)

    def cache(self) -> None:
        """What is reused between steps."""
        for name in ("none", "deepcache", "tgate"):
            sampling = self._sampling(self.long, 5.0, cache=name)
            self._row("cache", name, self.bare, world.plain(self.batch), sampling)

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
            self.bench.measure("parts", name, draw, counted(draw) / self.batch, studio.checkpoint.dtype)

    def batches(self) -> None:
        """What more pictures at once bring."""
        for count in (1, 2, 4, 8, 16, 32) if self.bench.on_gpu else (1, 2):
            sampling = self._sampling(self.short, 1.0)
            self._row("batch", f"{count} at once", self.bare, world.plain(count), sampling)

    def _stock(self) -> None:
        """In a method of its own, so that its networks are gone before ours are loaded."""
        base, refiner = seed.stock_pipelines(self.bench.scale, self.bench.device)
        prompts = [order.prompt for order in world.plain(2)]

        def draw() -> int:
            return seed.draw(base, refiner, prompts, self.size, self.seed_steps, self.out)

        name = f"DreamFrame's way, {self.seed_steps} steps, one at a time"
        tflop = counted(draw) / len(prompts)
        self.bench.measure("seed", name, draw, tflop, str(base.dtype).removeprefix("torch."))

    def _held(self, orders: list[Order]) -> list[Order]:
        return world.with_references(world.with_loras(orders, self.bench.folder), self.size)

    def _followed(self) -> Checkpoint:
        weights = self.weights
        return world.without_locks(weights, identity=weights.identity, image_encoder=weights.image_encoder)

    def _sampling(self, steps: int, guidance: float, **changes: object) -> Sampling:
        return Sampling(size=self.size, steps=steps, guidance=guidance, batch=self.batch).model_copy(update=changes)

    def _row(self, group: str, name: str, checkpoint: Checkpoint, orders: Orders, sampling: Sampling) -> Row | None:
        sampling = sampling.model_copy(update={"batch": len(orders)})
        try:
            tflop = self._work(checkpoint, orders, sampling)
            studio = self._open(checkpoint)
            draw = partial(to_disk, studio, orders, sampling, self.out)
            return self.bench.measure(group, name, draw, tflop, checkpoint.dtype)
        except (DreamgenError, RuntimeError) as error:  # what one card can't do should not end the others' rows
            self.bench.skip(group, name, str(error).strip().splitlines()[0])
            return None

    def _work(self, checkpoint: Checkpoint, orders: Orders, sampling: Sampling) -> float:
        """TFLOP a picture. Compiled networks and foreign kernels are not counted: the same job without them is."""
        plain = checkpoint.model_copy(update={"compile": False, "attention": "sdpa"})
        locks = tuple(bool(getattr(orders[0], name)) for name in ("loras", "references", "regions"))
        key = plain, sampling.model_copy(update={"batch": 0}), locks
        if key not in self._counted:
            studio = self._open(plain)
            # two pictures are enough; not through the studio, which draws in a thread of its own on a GPU, where
            # torch would not count
            some = orders[:2]
            self._counted[key] = counted(lambda: studio.painter.paint(some, sampling, len(some))) / len(some)
        return self._counted[key]

    def _open(self, checkpoint: Checkpoint) -> Studio:
        """One studio at a time is in memory."""
        if self._studio is None or self._studio.checkpoint != checkpoint:
            self._studio = None
            tidy(machine(self.bench.device))
            self._studio = world.blank_studio(checkpoint, self.bench.scale)
        return self._studio


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
