"""A sketched shot becomes an order: what holds the picture to its style, to its cast and to its layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.media import File, MediaRef, Style
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.identity import SLOTS
from dreamgen.engines.diffusion.orders import LoraUse, Order, Reference, Region, WordUse
from dreamgen.engines.imaging import opencv, resized
from dreamgen.engines.pictures import read_picture
from dreamgen.errors import ModelError
from dreamgen.illustrator import fitted
from dreamgen.illustrator.portrait import GROUND
from dreamgen.render.phrasing import Count, Phrase, Plan, phrase, tokens
from dreamgen.render.sketching import Sketch

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]
Shape = Literal["box", "silhouette"]

_GROWN = 0.03
"""How far a box or silhouette is widened, as a share of the picture's width: no model's body fits to the pixel, and the
network's lowest level sees a picture as some forty columns."""


@dataclass(frozen=True)
class StyleLock:
    """What was learned of a style, ready for orders."""

    references: tuple[Reference, ...] = ()
    loras: tuple[LoraUse, ...] = ()
    words: tuple[WordUse, ...] = ()
    note: str = ""
    """What of the style there was no room for."""


def style_lock(style: Style, into: Path, scale: float, follow: bool = True) -> StyleLock:
    """A style's reference pictures, LoRAs and learned word.

    Args:
        style: from the stylist.
        into: the story's folder, which holds what was made for it.
        scale: how strongly the references bind.
        follow: whether there is an adapter that follows references; a style may have some only to be learned from.

    Raises:
        ModelError: when a file of the style is gone.
    """
    learned, room = style.learned, SLOTS["style"] if follow else 0
    followed = style.references[:room]
    left = len(style.references) - len(followed) if follow else 0
    return StyleLock(
        references=tuple(Reference(read_picture(found(file, into)), scale=scale, lock="style") for file in followed),
        loras=tuple(LoraUse(found(lora.file, into), lora.weight) for lora in style.loras),
        words=(WordUse(learned.word, found(learned.file, into)),) if learned is not None else (),
        note=f"{len(style.references)} style references, and room for the first {room}" if left else "",
    )


def found(file: File, into: Path) -> Path:
    """Where a style's file is.

    Raises:
        ModelError: when it is not there, or is a name on the hub, which nobody has fetched.
    """
    path = into / file.path if isinstance(file, MediaRef) else Path(file.where)
    if not path.is_file():
        raise ModelError(f"the style's file {path} is not there", "Give a local file, or train the style again.")
    return path


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
    count: Count = tokens
    """How many tokens a text has for the model."""

    def order(self, sketch: Sketch, seed: int) -> Order:
        """What to draw of a sketched shot, from the noise of `seed`."""
        phrase = self.phrase(sketch)
        words = dict(phrase.regions)
        bound = [who for who in by_size(sketch) if who in self.portraits or who in words][: SLOTS["identity"]]
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
        crowded = len(cast) > SLOTS["identity"] and bool(self.portraits or self.regions)
        crowd = f"{len(cast)} characters, and room to hold the {SLOTS['identity']} largest" if crowded else ""
        return "; ".join(filter(None, (crowd, self.held.note)))


def by_size(sketch: Sketch) -> list[str]:
    """Ids of all that are seen, the largest first."""
    counts = np.bincount(sketch.map.ravel(), minlength=256)
    return sorted(sketch.seen, key=lambda who: (-int(counts[sketch.numbers[who]]), sketch.numbers[who]))


def places(sketch: Sketch, who: Sequence[str], canvas: tuple[int, int], shape: Shape = "box") -> list[Plane]:
    """Everybody's part of the picture, 0-1, at the size of the canvas; where parts overlap, each has its share."""
    width, height = canvas
    masks = [_box(sketch, one, canvas) if shape == "box" else _silhouette(sketch, one, canvas) for one in who]
    if not masks:
        return []
    crowd = np.maximum(np.sum(masks, axis=0), np.float32(1.0))
    return [np.ascontiguousarray(mask / crowd, dtype=np.float32).reshape(height, width) for mask in masks]


def _box(sketch: Sketch, who: str, canvas: tuple[int, int]) -> Plane:
    width, height = canvas
    box = sketch.box(who)
    mask = np.zeros((height, width), np.float32)
    rows = _stretch(box.y0 - _GROWN * width / height, box.y1 + _GROWN * width / height, height)
    mask[rows, _stretch(box.x0 - _GROWN, box.x1 + _GROWN, width)] = 1.0
    return mask


def _stretch(start: float, stop: float, length: int) -> slice:
    """The pixels between two shares of a length; at least one."""
    first = min(length - 1, max(0, int(start * length)))
    return slice(first, max(first + 1, min(length, round(stop * length))))


def _silhouette(sketch: Sketch, who: str, canvas: tuple[int, int]) -> Plane:
    cv2 = opencv()
    body = fitted(sketch.silhouette(who).astype(np.uint8), canvas, smooth=False)
    reach = 2 * max(1, round(_GROWN * canvas[0])) + 1
    grown: NDArray[np.uint8] = cv2.dilate(body, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    return grown.astype(np.float32)


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
