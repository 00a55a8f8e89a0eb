"""The layout as a control network was trained to see it: classes, outlines or depth, from the very shapes of the frame.

Nothing is estimated. The images fit the storyboard's frame of the same time to the pixel, at any size: they are drawn
in 16:9 and then stretched to the size, so that a place in the frame is the same place in all of them.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.media import Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines import canvas, imaging
from dreamgen.engines.canvas import Fill, Line, Mark, argb, stamp
from dreamgen.illustrator.figures.bodies import PEOPLE
from dreamgen.illustrator.figures.tables import table
from dreamgen.illustrator.painters import Inked
from dreamgen.illustrator.picture import Picture, Piece
from dreamgen.illustrator.sets import STAGE, StageMap, stage_of

Pixels = NDArray[np.uint8]
Control = Literal["segmentation", "lineart", "softedge", "canny", "depth"]
"""segmentation: the classes of ADE20K in their colours; lineart, softedge and canny: white edges on black, thin and
smooth, soft, and hard; depth: near is bright."""

_MATTER = 0.5  # opacity from which a shape hides what is behind it
_BACK = 0.86  # parallax of walls
_SEAM = 1.0  # pixels by which shapes of the set are widened
_EYE = 0.25  # how far over the line between wall and floor the eye is, indoors, in stage heights


def control_image(
    story: Story, shot: Shot, style: Style, kind: Control, size: tuple[int, int], t: float | None = None
) -> Pixels:
    """A staged shot's layout at one moment.

    Args:
        story: where the shot belongs.
        shot: staged.
        style: its painter's hand moves the outlines.
        kind: of the control network.
        size: width and height in pixels.
        t: seconds from the start of the shot; None for its middle.

    Returns:
        uint8 (h, w, 3), BGR.
    """
    picture = Picture(story, shot, style, drawn_size(size))
    at = shot.seconds / 2 if t is None else t
    if kind == "segmentation":
        return fitted(_segments(story, shot, picture, at), size, smooth=False)
    plane = _depths(shot, story, picture, at) if kind == "depth" else _edges(picture, at, kind)
    return np.repeat(fitted(plane, size, smooth=kind != "canny")[..., None], 3, axis=2)


def drawn_size(size: tuple[int, int]) -> tuple[int, int]:
    """The 16:9 size at which a picture of another shape is drawn: as wide."""
    return size[0], max(32, round(size[0] * STAGE[1] / STAGE[0]))


def fitted(image: Pixels, size: tuple[int, int], smooth: bool = True) -> Pixels:
    """A picture or map of the whole frame at another size; not `smooth` for numbers and colours that stand for them."""
    width, height = size
    if image.shape[:2] == (height, width):
        return image
    if smooth:
        return imaging.resized(image, width, height)
    rows = (np.arange(height) * 2 + 1) * image.shape[0] // (2 * height)
    columns = (np.arange(width) * 2 + 1) * image.shape[1] // (2 * width)
    return np.ascontiguousarray(image[rows][:, columns])


@cache
def _labels() -> dict[str, Any]:
    return table("labels")


def class_of(generator: str, set_name: str) -> str:
    """The class of what a generator draws in a set; a label is its own class."""
    if generator in _labels()["colours"] and generator not in _labels()["generators"]:
        return generator
    own = _labels()["in"].get(set_name, {})
    return str(own.get(generator) or _labels()["generators"][generator])


def _colour(label: str) -> int:
    red, green, blue = _labels()["colours"][label]
    return argb((red / 255, green / 255, blue / 255))


def _segments(story: Story, shot: Shot, picture: Picture, t: float) -> Pixels:
    """The class of every pixel, in its colour."""
    place = story.location(shot.location).set
    pixels = canvas.blank(*picture.size)
    pixels[:] = _pixel("wall" if stage_of(place).indoor else "sky")
    numbers = {number: _class_of_entity(story, who) for who, number in picture.numbers.items()}
    for piece in picture.pieces(t):
        if piece.layer is None:
            colours = [_colour(numbers[item.entity]) for item in piece.inked.items]
        elif piece.layer.name == "sky":
            continue
        else:
            colours = [_colour(class_of(what, place)) for what, _ in piece.layer.things]
        seam = 0.0 if piece.layer is None else _SEAM / piece.zoom
        canvas.draw(pixels, _flat(piece.inked, colours, seam), piece.zoom, piece.shift, smooth=False)
    return np.ascontiguousarray(pixels[..., :3])


def _pixel(label: str) -> tuple[int, int, int, int]:
    """A class's colour as a pixel of the canvas."""
    red, green, blue = _labels()["colours"][label]
    return blue, green, red, 255


def _class_of_entity(story: Story, who: str) -> str:
    character, prop = story.character(who), story.prop(who)
    if character is not None:
        return "person" if character.kind in PEOPLE else "animal"
    assert prop is not None, "a picture numbers the story's own cast and props"
    return str(_labels()["props"][prop.kind])


def _flat(inked: Inked, colours: list[int], seam: float) -> list[Mark]:
    """Every shape that is matter, in one colour; `seam` stage points wider, so that neighbours leave no gap."""
    marks: list[Mark] = []
    for item, outline, colour in zip(inked.items, inked.outlines, colours, strict=True):
        if item.alpha < _MATTER or item.blur:
            continue
        if item.fill is not None:
            marks.append(Fill(outline, colour))
            if seam:
                marks.append(Line(outline, colour, seam))
        if item.kind == "line" and item.width:
            marks.append(Line(outline, colour, item.width))
    return marks


def _edges(picture: Picture, t: float, kind: Control) -> Pixels:
    lines = picture.line_art(t)
    if kind == "canny":
        return np.where(lines > 127, np.uint8(255), np.uint8(0))
    if kind == "softedge":
        soft = imaging.softened(lines, max(0.8, 2.2 * picture.size[0] / STAGE[0]))
        return np.clip(soft.astype(np.uint16) * 2, 0, 255).astype(np.uint8)
    return lines


def _depths(shot: Shot, story: Story, picture: Picture, t: float) -> Pixels:
    """Inverse depth, as the estimators tell it that depth networks were trained with, from 0 to 255 over the picture.

    The ground comes nearer with every row below the eye's height; upright things are as near as the ground that they
    stand on; other layers are as near as they move: parallax is inverse depth.
    """
    place = story.location(shot.location).set
    ground = _Ground(stage_of(place))
    width, height = picture.size
    pixels = canvas.blank(width, height)
    nearness = np.zeros((height, width), np.float32)
    for piece in picture.pieces(t):
        pixels[:] = 0
        seam = 0.0 if piece.layer is None else _SEAM / piece.zoom
        marks = _flat(piece.inked, _nearness(piece, ground, place), seam)
        canvas.draw(pixels, marks, piece.zoom, piece.shift, smooth=False)
        rows = (np.arange(height) + 0.5 - piece.shift[1]) / piece.zoom / STAGE[1]
        slope = np.array([ground.at(y) for y in rows.tolist()], np.float32)[:, None]
        drawn = pixels[..., 3] > 0
        own = np.where(pixels[..., 1] > 0, np.maximum(slope, ground.far / 2), pixels[..., 0] / np.float32(200))
        nearness[drawn] = own[drawn]
    low, high = float(nearness.min()), float(nearness.max())
    return ((nearness - low) * (255 / max(high - low, 1e-6)) + 0.5).astype(np.uint8)


def _nearness(piece: Piece, ground: _Ground, place: str) -> list[int]:
    """For each shape a stamp: how near it is (200 for the front of the stage), and whether it lies on the ground."""
    if piece.group is not None:
        feet = max(body.y + piece.group.shift[1] for body in piece.group.bodies)
        return [_stamped(ground.at(feet / STAGE[1]))] * len(piece.inked.items)
    layer = piece.layer
    assert layer is not None, "a piece is a layer or a group"
    if layer.parallax != 1.0 or layer.name == "sky":
        return [_stamped(layer.parallax * ground.far)] * len(piece.inked.items)
    flat, drawers = _labels()["ground"]["classes"], _labels()["ground"]["generators"]
    lies = [what in drawers or class_of(what, place) in flat for what, _ in layer.things]
    feet_of: dict[int, float] = {}
    for (_, number), low in zip(layer.things, layer.inked.high[:, 1].tolist(), strict=True):
        feet_of[number] = max(feet_of.get(number, -math.inf), low)
    # what hangs, or stands on something, is as near as the back of the set
    return [
        _stamped(max(_BACK * ground.far, ground.at(feet_of[number] / STAGE[1])), on_ground)
        for (_, number), on_ground in zip(layer.things, lies, strict=True)
    ]


def _stamped(nearness: float, on_ground: bool = False) -> int:
    return stamp(min(255, max(1, round(nearness * 200))), int(on_ground))


class _Ground:
    """The plane that everybody stands on."""

    def __init__(self, stage: StageMap) -> None:
        self._eye = stage.horizon - (_EYE if stage.indoor else 0.0)
        self.far = self.at(stage.far_ground)
        """Inverse depth at the back of the stage."""

    def at(self, y: float) -> float:
        """Inverse depth of the ground seen at a height of the stage; 1 at its lower edge."""
        return max(0.0, (y - self._eye) / (1.0 - self._eye))
