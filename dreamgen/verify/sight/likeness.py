"""A portrait, made ready to be looked for: templates of the part that poses change least, areas of one colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.matching import Floats, Template, contours, lab, opponent, resized
from dreamgen.engines.regions import clusters, grown, outline
from dreamgen.verify.sight.heads import Head, head_of

GROUND = 0x8F
"""Level of the plain grey behind a portrait."""
COARSE = 22
"""Height of what is looked for in the first search, in pixels."""
FINE = 44
"""Height of what is looked for in the second look, in pixels."""
EDGE = 2
"""Pixels of ground around a template, so that its outline is part of it."""
UPRIGHT, MIRRORED, LYING, LYING_MIRRORED = range(4)
"""How a likeness may lie in a frame; lying, its head is on the left, mirrored on the right."""
TURNS = (UPRIGHT, MIRRORED, LYING, LYING_MIRRORED)
_LONG = 0.72
"""Width over height from which a body goes on four legs."""


@dataclass(frozen=True)
class Window:
    """Which part of a body is looked for, in shares of the body's height, from its top left corner."""

    left: float
    """Left edge."""
    right: float
    """Right edge."""
    bottom: float
    """Bottom edge; the top is the body's."""


@dataclass(frozen=True)
class Print:
    """A likeness at one size and turned one way."""

    colours: Template
    """Opponent colours under the body's mask."""
    edges: Template
    """Contours under the mask and a rim around it."""
    pixels: NDArray[np.uint8]
    """BGR."""
    areas: NDArray[np.int8]
    """The colour area of each pixel, -1 outside the body."""


@dataclass(frozen=True)
class Likeness:
    """What one member of the cast looks like."""

    entity: str
    """Its id."""
    image: NDArray[np.uint8]
    """The portrait, cut to the body, BGR."""
    mask: NDArray[np.bool_]
    """Where the body is in it."""
    patches: NDArray[np.int8]
    """For each of its pixels the number of its area of one colour; 0 too outside the body."""
    four_legged: bool
    """Whether the body is about as long as it is high."""
    head: Head
    """Where the head of a person is; of no meaning for an animal."""
    window: Window
    """What is looked for: head and chest of a person, head and forelegs of an animal, which looks right."""
    coarse: tuple[Print, ...]
    """For the first search, by turn."""
    fine: tuple[Print, ...]
    """For the second look, by turn."""

    @property
    def head_at(self) -> tuple[float, float, float]:
        """The head seen from the window's middle: how far right, how far down, its radius; in body heights."""
        window = self.window
        return self.head.x - (window.left + window.right) / 2, self.head.y - window.bottom / 2, self.head.radius

    @property
    def middle(self) -> float:
        """How far right of the body's middle the window's middle is, in body heights."""
        height, width = self.mask.shape
        return float((self.window.left + self.window.right) / 2 - width / height / 2)


def likeness(entity: str, portrait: NDArray[np.uint8]) -> Likeness | None:
    """Makes a portrait ready; None when there is nobody in it.

    Args:
        entity: whose.
        portrait: BGR, the whole body on plain grey, looking right.
    """
    cut = cut_out(portrait)
    if cut is None:
        return None
    image, mask = cut
    height, width = mask.shape
    four_legged = width > _LONG * height
    bottom = 0.7 if four_legged else 0.46
    part = mask[: round(height * bottom)]
    wide = np.flatnonzero(part.any(0))
    left = max(int(wide[0]), width // 2) if four_legged else int(wide[0])
    window = Window(left / height, (int(wide[-1]) + 1) / height, bottom)
    return Likeness(
        entity=entity,
        image=image,
        mask=mask,
        patches=clusters(lab(image), mask, 9),
        four_legged=four_legged,
        head=head_of(image, mask),
        window=window,
        coarse=_turned(_print(image, mask, window, COARSE)),
        fine=_turned(_print(image, mask, window, FINE)),
    )


def cut_out(portrait: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]] | None:
    """The body's own rectangle of a portrait, and where the body is in it; None when there is nobody."""
    mask = outline(portrait, GROUND)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if rows.size < 16 or columns.size < 6:
        return None
    body = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return portrait[body], mask[body]


def _print(image: NDArray[np.uint8], mask: NDArray[np.bool_], window: Window, tall: int) -> Print:
    height = len(mask)
    zoom = tall / (window.bottom * height)
    pad = int(np.ceil(EDGE / zoom))
    rows = slice(0, round(window.bottom * height) + 2 * pad)
    columns = slice(round(window.left * height), round(window.right * height) + 2 * pad)
    picture = np.pad(image, ((pad, pad), (pad, pad), (0, 0)), constant_values=GROUND)[rows, columns]
    whole = np.pad(mask, pad)[rows, columns]
    size = tall + 2 * EDGE, max(5, round(picture.shape[1] * zoom))
    small = resized(picture, *size)
    inside = resized(whole.astype(np.uint8) * 255, *size) > 150
    colours = opponent(small)
    return Print(
        colours=Template(colours, inside.astype(np.float32)),
        edges=Template(contours(colours), grown(inside).astype(np.float32)),
        pixels=small,
        areas=np.where(inside, clusters(lab(small), inside, 6), -1).astype(np.int8),
    )


def _turned(upright: Print) -> tuple[Print, ...]:
    def turn(how: int) -> Print:
        def turned(values: Floats) -> Floats:
            values = values[:, ::-1] if how in (MIRRORED, LYING_MIRRORED) else values
            quarters = {LYING: 1, LYING_MIRRORED: 3}.get(how, 0)
            return np.ascontiguousarray(np.rot90(values, quarters))

        return Print(
            colours=Template(turned(upright.colours.pixels), turned(upright.colours.mask)),
            edges=Template(turned(upright.edges.pixels), turned(upright.edges.mask)),
            pixels=np.ascontiguousarray(turned(upright.pixels.astype(np.float32)).astype(np.uint8)),
            areas=turned(upright.areas.astype(np.float32)).astype(np.int8),
        )

    return tuple(turn(how) for how in TURNS)
