"""A sketched shot becomes an order: what holds the picture to its style, to its cast and to its layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.media import File, MediaRef, Style
from dreamgen.core.story import Story
from dreamgen.core.tokens import clip_tokens
from dreamgen.engines.diffusion.orders import LoraUse, Order, Reference, Region, WordUse
from dreamgen.engines.imaging import resized
from dreamgen.engines.pictures import read_picture
from dreamgen.errors import ModelError
from dreamgen.illustrator.portrait import GROUND
from dreamgen.render.phrasing import Count, Phrase, Plan, phrase
from dreamgen.render.placing import Shape, by_size, places
from dreamgen.render.sketching import Sketch

Pixels = NDArray[np.uint8]
Find = Callable[[str], Path]

_CAST, _STYLES = 4, 1
"""Characters and style references that one picture is held to. The studio would take more, with larger buffers."""


@dataclass(frozen=True)
class StyleLock:
    """What was learned of a style, ready for orders."""

    references: tuple[Reference, ...] = ()
    loras: tuple[LoraUse, ...] = ()
    words: tuple[WordUse, ...] = ()
    note: str = ""
    """What of the style there was no room for."""


def style_lock(style: Style, into: Path, find: Find, scale: float, follow: bool = True) -> StyleLock:
    """A style's reference pictures, LoRAs and learned word.

    Args:
        style: from the stylist.
        into: the story's folder, which holds what was made for it.
        find: a name on the hub to the local file.
        scale: how strongly the references bind.
        follow: whether there is an adapter that follows references; a style may have some only to be learned from.

    Raises:
        ModelError: when a file of the style is gone, or can't be had.
    """
    learned, room = style.learned, _STYLES if follow else 0
    followed = [read_picture(_found(file, into, find)) for file in style.references[:room]]
    left = len(style.references) - len(followed) if follow else 0
    return StyleLock(
        references=tuple(Reference(image, scale=scale, lock="style") for image in followed),
        loras=tuple(LoraUse(_found(lora.file, into, find), lora.weight) for lora in style.loras),
        words=(WordUse(learned.word, _found(learned.file, into, find)),) if learned is not None else (),
        note=f"{len(style.references)} style references, and room for the first {room}" if left else "",
    )


def _found(file: File, into: Path, find: Find) -> Path:
    path = into / file.path if isinstance(file, MediaRef) else Path(file.where).expanduser()
    if path.is_file():
        return path
    if isinstance(file, MediaRef):
        raise ModelError(f"the style's file {path} is gone", "Run again: what is missing is made anew.")
    return find(file.where)


@dataclass(frozen=True)
class Binding:
    """How pictures are bound, the same for all shots of a story."""

    story: Story
    style: Style
    held: StyleLock
    """What was learned of the style; empty without style lock."""
    portraits: Mapping[str, Pixels]
    """Of the cast, by id; empty without identity lock."""
    canvas: tuple[int, int]
    """Width and height that are drawn."""
    plan: Plan = "staged"
    """Where the words come from."""
    learned: bool = True
    """Whether the style's learned word is used."""
    regions: bool = True
    """Whether every character has words of its own."""
    shape: Shape = "box"
    """Where a character's portrait and words hold."""
    identity_scale: float = 0.6
    """How strongly portraits bind."""
    control_scale: float = 0.6
    """How strongly the guide binds when it is a control image."""
    strength: float | None = None
    """How much of the guide is drawn anew when it is a picture to begin from; None when it is a control image."""
    count: Count = clip_tokens
    """How many tokens a text has for the model."""

    def order(self, sketch: Sketch, seed: int) -> Order:
        """What to draw of a sketched shot, from the noise of `seed`."""
        phrase = self.phrase(sketch)
        words = dict(phrase.regions)
        bound = [who for who in by_size(sketch) if who in self.portraits or who in words][:_CAST]
        masks = dict(zip(bound, places(sketch, bound, self.canvas, self.shape), strict=True))
        identities = tuple(
            Reference(squared(self.portraits[who]), masks[who], self.identity_scale)
            for who in bound
            if who in self.portraits
        )
        return Order(
            prompt=phrase.prompt,
            seed=seed,
            negative=phrase.negative,
            regions=tuple(Region(words[who], masks[who]) for who in bound if who in words),
            references=(*identities, *self.held.references),
            control=sketch.guide if self.strength is None else None,
            control_scale=self.control_scale,
            start=None if self.strength is None else sketch.guide,
            strength=0.7 if self.strength is None else self.strength,
            loras=self.held.loras,
            words=self.held.words,
        )

    def phrase(self, sketch: Sketch) -> Phrase:
        """A sketched shot in words."""
        return phrase(
            self.story, sketch.shot, self.style, sketch.seen, plan=self.plan, regions=self.regions,
            learned=self.learned, count=self.count,
        )  # fmt: skip

    def strain(self, sketch: Sketch) -> str:
        """What of a shot or its style is more than the network has room for; empty when nothing is."""
        cast = [who for who in sketch.seen if self.story.character(who) is not None]
        crowded = len(cast) > _CAST and bool(self.portraits or self.regions)
        crowd = f"{len(cast)} characters, and room to hold the {_CAST} largest" if crowded else ""
        return "; ".join(filter(None, (crowd, self.held.note)))


def squared(image: Pixels, grey: int = GROUND) -> Pixels:
    """A portrait or a cut-out in the middle of a grey square: image encoders cut everything else off at the sides."""
    high, wide = image.shape[:2]
    side = max(high, wide)
    out = np.full((side, side, 3), grey, np.uint8)
    top, left = (side - high) // 2, (side - wide) // 2
    out[top : top + high, left : left + wide] = image
    return out


def shrunk(image: Pixels, size: tuple[int, int]) -> Pixels:
    """A drawn picture at the size that is kept: area-averaged, and a little stretched where the shapes differ."""
    return image if image.shape[1::-1] == size else np.ascontiguousarray(resized(image, *size))
