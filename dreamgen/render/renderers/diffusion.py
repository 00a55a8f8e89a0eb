"""Renderer `diffusion`: a text-to-image model draws the cast once and then every shot, held to the plan by three locks.

The style lock uses what was learned of the style (its word, LoRAs, reference pictures); the identity lock holds every
character to its portrait, in its own part of the picture; the layout lock binds the picture to the storyboard's
layout. Words of its own hold in every character's part. Each can be switched off alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from dreamgen.core.base import Record, derive_seed
from dreamgen.core.media import Keyframe, Portrait, Style
from dreamgen.core.story import Character, Story
from dreamgen.engines.detection import open_detector
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Look, Order, Sampling
from dreamgen.engines.diffusion.studio import Studio, open_studio
from dreamgen.engines.diffusion.weights import find
from dreamgen.engines.files import refer
from dreamgen.engines.pictures import read_picture, write_png
from dreamgen.engines.processes import map_processes
from dreamgen.errors import DreamgenError, ModelError
from dreamgen.illustrator import portrait as storyboard_portrait
from dreamgen.render.judging import Judge
from dreamgen.render.keeping import keep
from dreamgen.render.locking import Binding, StyleLock, shrunk, style_lock
from dreamgen.render.needs import check_libraries, check_locks, check_shape, check_weights
from dreamgen.render.phrasing import Count, Plan, phrase_portrait
from dreamgen.render.placing import Shape
from dreamgen.render.redrawing import Assignment, Judgement, takes
from dreamgen.render.saving import Saving
from dreamgen.render.seeding import Seeds, seed_of
from dreamgen.render.sizes import bucket, reshaped
from dreamgen.render.sketching import Layout, Sketch, sketch

Pixels = NDArray[np.uint8]
Side = Annotated[int, Field(ge=16)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Scale = Annotated[float, Field(ge=0.0, le=2.0)]

_PORTRAIT_SHAPE = 7 / 9  # of the trained size 896x1152


class DiffusionRenderer(Record):
    """The whole cast under portraits/, one keyframe a shot under keyframes/, and who should be where under maps/."""

    size: tuple[Side, Side] = (1024, 576)
    """Width and height of the keyframes in pixels, 16:9."""
    canvas: tuple[int, int] = (0, 0)
    """Width and height that the model draws at, multiples of 8; (0, 0) for the trained size nearest in shape to
    `size`: 1344x768 for 16:9. The picture is then area-averaged to `size`."""
    diffusion: Checkpoint = Checkpoint()
    """The weights."""
    steps: int = Field(default=30, ge=1, le=1000)
    """Calls of the network; a distilled model has its own number."""
    guidance: float = Field(default=5.0, ge=0.0)
    """Classifier-free guidance, where the style has none of its own."""
    guidance_stop: Share = 1.0
    """Share of the steps after which guidance ends."""
    scheduler: str = ""
    """By name, such as euler, where the style has none of its own; empty for the model's."""
    refine_from: float = Field(default=0.75, gt=0.0, le=1.0)
    """Share of the noise schedule after which the refiner takes over, where there is one."""
    cache: Literal["none", "deepcache", "tgate"] = "none"
    """What is reused between steps."""
    cache_every: int = Field(default=3, ge=1)
    """deepcache: the whole network runs every so many steps."""
    cache_from: Share = 0.4
    """tgate: share of the steps after which cross-attention is reused."""
    batch: int = Field(default=0, ge=0)
    """Pictures at once; 0 for as many as the card's memory allows, and one on a CPU."""
    style_lock: bool = True
    """Whether what was learned of the style is used: its word, its LoRAs, and, with a style adapter, its references."""
    style_scale: Scale = 0.5
    """How strongly the style's reference pictures bind."""
    identity_lock: bool = True
    """Whether characters are held to their portraits, and drawn again when they are unlike them."""
    identity_scale: Scale = 0.6
    """How strongly portraits bind."""
    identity_shape: Shape = "box"
    """Where a portrait and a region's words hold: the character's box, or its silhouette, widened."""
    layout_lock: bool = True
    """Whether the picture is bound to the storyboard's layout, and drawn again when somebody is out of place."""
    layout: Layout = "segmentation"
    """By which image: as the control network was trained, or the storyboard's frame (image) to begin from."""
    control_scale: Scale = 0.6
    """How strongly a control image binds."""
    strength: Share = 0.75
    """layout image: how much of the storyboard's frame is drawn anew."""
    regions: bool = True
    """Whether every character's part of the picture has words of its own."""
    phrasing: Plan = "staged"
    """staged: prompts tell what the plan shows; plot: the plot's own words alone."""
    portrait_strength: Share = 0.85
    """How much of the storyboard's portrait is drawn anew in the model's; 1 begins from noise."""
    seeds: Seeds = "derived"
    """derived from the story's seed and the shot; counted from `first_seed` on, shot by shot, as DreamFrame does."""
    first_seed: int = Field(default=20, ge=0)
    """counted: the seed of the story's first shot."""
    redraws: int = Field(default=2, ge=0)
    """How often a picture is drawn again that is broken, unlike its cast or out of place."""
    likeness: float = Field(default=0.5, ge=-1.0, le=1.0)
    """The least cosine similarity of a character and its portrait, by the identity adapter's image encoder."""
    likeness_margin: float = Field(default=0.0, ge=-2.0, le=2.0)
    """By how much it must be more like its own portrait than like anybody else's, at least; -2 does not ask."""
    check: str = ""
    """The zero-shot detector that checks who is where: a folder or a name on the hub; empty for none."""
    check_iou: Share = 0.7
    """The least overlap of where somebody is found and where it should be."""
    check_score: Share = 0.0
    """The least score of what the detector finds; 0 for its family's own: 0.2 (OWL), 0.35 (Grounding DINO)."""
    workers: int = Field(default=0, ge=0)
    """Processes that plan ahead; 0 for one a CPU. They change no byte."""

    @field_validator("canvas")
    @classmethod
    def _drawable(cls, canvas: tuple[int, int]) -> tuple[int, int]:
        if canvas != (0, 0) and (min(canvas) < 64 or any(side % 8 for side in canvas)):
            raise ValueError("a canvas has sides of at least 64, in multiples of 8")
        return canvas

    @model_validator(mode="after")
    def _installed(self) -> DiffusionRenderer:
        check_libraries()
        return self

    def ready(self) -> None:
        """Checks what can be checked before anything is loaded.

        Raises:
            UsageError: for a lock whose adapter the recipe does not name, or a size that no shot is planned for.
            ModelError: for weights that are neither here nor to be had.
        """
        check_shape(self.size)
        controlled = self.layout_lock and self.layout != "image"
        check_locks(self.diffusion, identity_lock=self.identity_lock, layout_lock=controlled, regions=self.regions)
        check_weights(self.diffusion, self.check)

    def introduce(self, story: Story, style: Style, into: Path) -> Iterator[Portrait]:
        """One portrait a character, in order: the reference that every shot is held to."""
        self.ready()
        studio, held = open_studio(self.diffusion), self._held(style, into)
        canvas = reshaped(self.drawn_at, _PORTRAIT_SHAPE)
        sampling = studio.sampling_for(self.sampling(style, canvas))
        # with a step or two nothing may be left of a picture to begin from
        begin = self.portrait_strength < 1.0 and int(sampling.steps * self.portrait_strength) > 0

        def order(character: Character, number: int) -> Order:
            words = phrase_portrait(character, style, self.style_lock)
            return Order(
                prompt=words.prompt,
                negative=words.negative,
                seed=derive_seed(story.seed, "portrait", character.id, number),
                references=held.references,
                start=storyboard_portrait(story, character.id, style, canvas) if begin else None,
                strength=self.portrait_strength,
                loras=held.loras,
                words=held.words,
            )

        work = Assignment(order, _good, lambda character: character.id, self.redraws)
        for take in takes(studio, sampling, story.cast, work):
            assert take.image is not None  # takes sees to it
            path = into / "portraits" / f"{take.subject.id}.png"
            write_png(shrunk(take.image, (canvas[0] // 2, canvas[1] // 2)), path)
            yield Portrait(entity=take.subject.id, image=refer(path, into))

    def render(self, story: Story, style: Style, into: Path) -> Iterator[Keyframe]:
        """One keyframe a shot, in order, as soon as it and all before it are final."""
        self.ready()
        studio = open_studio(self.diffusion)
        binding = self._binding(story, style, into, partial(_count, studio))
        judge = self._judge(story, into, studio.look)
        plan = partial(sketch, story, style, self.size, self.drawn_at, self.layout if self.layout_lock else None)

        def order(planned: Sketch, number: int) -> Order:
            seed = seed_of(story.seed, planned.shot.id, number, self.seeds, self.first_seed, planned.shot.take)
            return binding.order(planned, seed)

        work = Assignment(order, judge, lambda planned: planned.shot.id, self.redraws)
        sampling = studio.sampling_for(self.sampling(style, self.drawn_at))
        planned = map_processes(plan, story.shots, self.workers, name=lambda shot: shot.id)
        with closing(planned) as sketches, Saving[Keyframe]() as saving:
            try:
                for take in takes(studio, sampling, sketches, work):
                    saving.put(partial(keep, take, self.size, into, binding.strain(take.subject)))
                    yield from saving.ready()
            except DreamgenError:
                yield from saving.rest()
                raise
            yield from saving.rest()

    @property
    def drawn_at(self) -> tuple[int, int]:
        """Width and height that the model draws at."""
        return self.canvas if all(self.canvas) else bucket(self.size)

    def sampling(self, style: Style, canvas: tuple[int, int]) -> Sampling:
        """How noise becomes a picture in a style."""
        same = ("steps", "guidance_stop", "refine_from", "cache", "cache_every", "cache_from", "batch")
        return Sampling(
            **{name: getattr(self, name) for name in same},
            size=canvas,
            guidance=self.guidance if style.guidance is None else style.guidance,
            scheduler=style.scheduler or self.scheduler,
        )

    def _held(self, style: Style, into: Path) -> StyleLock:
        if not self.style_lock:
            return StyleLock()
        lookup = partial(find, offline=self.diffusion.offline)
        return style_lock(style, into, lookup, self.style_scale, follow=bool(self.diffusion.style_adapter))

    def _binding(self, story: Story, style: Style, into: Path, count: Count) -> Binding:
        return Binding(
            story=story,
            style=style,
            held=self._held(style, into),
            portraits=_portraits(story.cast, into) if self.identity_lock else {},
            canvas=self.drawn_at,
            plan=self.phrasing,
            learned=self.style_lock,
            regions=self.regions,
            shape=self.identity_shape,
            identity_scale=self.identity_scale,
            control_scale=self.control_scale,
            strength=self.strength if self.layout_lock and self.layout == "image" else None,
            count=count,
        )

    def _judge(self, story: Story, into: Path, look: Look) -> Judge:
        sees = bool(self.diffusion.image_encoder)
        return Judge(
            story=story,
            look=look if sees else None,
            portraits=_portraits(story.cast, into) if sees else {},
            likeness=self.likeness if self.identity_lock else None,
            likeness_margin=self.likeness_margin,
            finds=open_detector(self.check, self.diffusion.device, self.diffusion.offline) if self.check else None,
            check_iou=self.check_iou,
            check_score=self.check_score,
            strict=self.layout_lock,
        )


def _count(studio: Studio, text: str) -> int:
    """How many tokens a text has for the model's tokenizers."""
    return max(
        len(tokenizer(text, add_special_tokens=False, verbose=False).input_ids)
        for tokenizer in studio.loaded.tokenizers
    )


def _portraits(cast: Sequence[Character], into: Path) -> dict[str, Pixels]:
    """Everybody's portrait by id."""
    found = {character.id: into / "portraits" / f"{character.id}.png" for character in cast}
    for who, path in found.items():
        if not path.is_file():
            raise ModelError(f"there is no portrait of {who!r} at {path}", "Draw the cast before the shots.")
    return {who: read_picture(path) for who, path in found.items()}


def _good(character: Character, image: Pixels) -> Judgement:
    """Nobody knows what a character looks like before its portrait is there."""
    return Judgement("kept")
