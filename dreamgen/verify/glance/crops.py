"""What the networks are shown: whole frames made small, and squares around bodies and heads."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.sight import Pixels, cut_out, resized

FRAME: Final = (320, 192)
"""Width and height at which a whole frame is shown."""
BODY: Final = 96
"""Side of the squares around bodies."""
HEAD: Final = 64
"""Side of the squares around heads."""
PORTRAIT: Final = (96, 128)
"""Width and height at which a portrait is shown."""
_ROOM = 0.57
"""Half a body square's side, in longer sides of the body's box."""
_HEAD_ROOM = 1.8
"""Half a head square's side, in halves of the head's height."""


class Body(NamedTuple):
    """Where somebody is in a frame, in fractions of it."""

    x: float
    """Middle of the head of a person, middle of the box of an animal."""
    y: float
    """The same, downwards."""
    radius: float
    """Half the height of the head of a person, of the box of an animal, in frame heights."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom of what is seen of the body."""
    animal: bool
    """Whether it is one."""
    score: float = 1.0
    """Probability that there is somebody at all."""


def small(frame: Pixels) -> NDArray[np.uint8]:
    """A frame (h, w, 4) as the frame network sees it: (4, height, width)."""
    return np.ascontiguousarray(resized(frame, *FRAME).transpose(2, 0, 1))


def body_square(frame: Pixels, body: Body) -> NDArray[np.uint8]:
    """All of a body that is seen: (4, BODY, BODY)."""
    high, wide = frame.shape[:2]
    x0, y0, x1, y1 = (v * by for v, by in zip(body.box, (wide, high, wide, high), strict=True))
    half = _ROOM * max(x1 - x0, y1 - y0)
    return np.ascontiguousarray(cut_out(frame, ((x0 + x1) / 2, (y0 + y1) / 2), half, BODY).transpose(2, 0, 1))


def head_square(frame: Pixels, body: Body) -> NDArray[np.uint8]:
    """The head of a person with its neck, the middle of an animal: (4, HEAD, HEAD)."""
    high, wide = frame.shape[:2]
    half = (1.0 if body.animal else _HEAD_ROOM) * body.radius * high
    return np.ascontiguousarray(cut_out(frame, (body.x * wide, body.y * high), half, HEAD).transpose(2, 0, 1))


def measures(body: Body) -> NDArray[np.float32]:
    """What the squares don't show: how large the body and its head are, its shape, whether it is an animal."""
    x0, y0, x1, y1 = body.box
    wide, high = max(x1 - x0, 1e-3) * 16 / 9, max(y1 - y0, 1e-3)
    values = (np.log(high), np.log(wide / high), np.log(max(body.radius, 1e-3) / high), float(body.animal))
    edges = (float(y1 > 0.98), float(y0 < 0.02), float(x0 < 0.01), float(x1 > 0.99))
    return np.array((*values, *edges), np.float32)


def whole_portrait(image: Pixels) -> NDArray[np.uint8]:
    """A portrait (h, w, 3) as the portrait network sees it: (3, height, width)."""
    return np.ascontiguousarray(resized(image, *PORTRAIT).transpose(2, 0, 1))
