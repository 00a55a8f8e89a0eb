"""The camera as numbers: where a point of the stage lies in the picture, for every layer's parallax."""

from __future__ import annotations

from typing import NamedTuple

from dreamgen.core.layout import Camera
from dreamgen.errors import UsageError
from dreamgen.illustrator.sets import STAGE

_MIDDLE = (STAGE[0] / 2, STAGE[1] / 2)
_WIDE = 0.9  # share of the stage's width


class Sight(NamedTuple):
    """Stage points to pixels: pixel = zoom * point + (x, y)."""

    zoom: float
    x: float
    y: float

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Where a stage point lies in the picture."""
        return self.zoom * x + self.x, self.zoom * y + self.y


class Lens:
    """One shot's camera for pictures of one size.

    Args:
        camera: the shot's.
        seconds: the shot's length.
        size: width and height in pixels, 16:9.

    Raises:
        UsageError: when `size` is not 16:9, or tiny.
    """

    def __init__(self, camera: Camera, seconds: float, size: tuple[int, int]) -> None:
        width, height = size
        if min(size) < 32 or abs(width / height - STAGE[0] / STAGE[1]) > 0.03:
            raise UsageError(
                f"the storyboard cannot draw pictures of {width}x{height} pixels",
                "Choose a 16:9 size with sides of at least 64 pixels, such as 1024x576 or 512x288.",
            )
        self.size = size
        self.unit = width / STAGE[0]
        """Pixels for one stage point in the wide shot."""
        self.static = camera.start == camera.end
        """Whether the camera stands still."""
        self.wide = max(camera.start.width, camera.end.width) >= _WIDE
        """Whether the whole stage is seen at some time."""
        self.seconds = seconds
        self._camera = camera

    def window(self, t: float) -> tuple[float, float, float]:
        """The middle of the window in stage points, and the zoom (1 in the wide shot), `t` seconds into the shot."""
        box = self._camera.window(min(1.0, max(0.0, t / self.seconds)))
        x, y = box.centre
        return x * STAGE[0], y * STAGE[1], 1.0 / box.width

    def at(self, t: float, parallax: float = 1.0) -> Sight:
        """How a layer is seen; far layers (parallax below 1) follow the camera less, and grow less in a zoom."""
        x, y, zoom = self.window(t)
        # what grows from below into the picture must not float when the camera looks down
        x, y = _MIDDLE[0] + (x - _MIDDLE[0]) * parallax, _MIDDLE[1] + (y - _MIDDLE[1]) * min(1.0, parallax)
        growth = parallax**0.7 if parallax <= 1 else 1.15
        scale = (1 + (zoom - 1) * growth) * self.unit
        return Sight(scale, self.size[0] / 2 - x * scale, self.size[1] / 2 - y * scale)

    def moments(self) -> tuple[float, ...]:
        """Times between whose views every other view lies."""
        return (0.0,) if self.static else tuple(self.seconds * k / 4 for k in range(5))
