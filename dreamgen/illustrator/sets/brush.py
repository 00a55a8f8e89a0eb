"""What a generator draws with, and the register of generators that data/sets.toml names."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random

from dreamgen.illustrator.display import Recorder, Rgb, mix, rgb
from dreamgen.illustrator.light import Light
from dreamgen.illustrator.painters import Painter

SNOW = "#f4f8fc"
WIDE = (-600.0, 1640.0)
"""How far a set goes on to the left and right, in stage points."""


@dataclass(frozen=True)
class Brush:
    """One layer of a set while it is recorded."""

    pen: Recorder
    """Takes the shapes."""
    light: Light
    """The hour and the weather."""
    painter: Painter
    """The style."""
    lot: Random
    """For everything that is drawn by lot in this place."""

    def apart(self) -> Brush:
        """The same brush with a lot of its own, so that what is drawn with it moves nothing else."""
        return replace(self, lot=Random(self.lot.getrandbits(63)))

    @contextmanager
    def glowing(self, on: bool = True) -> Iterator[None]:
        """Inside the block, colours are those of lamps, when `on`."""
        if not on:
            yield
            return
        with self.pen.lit_by(self.painter.glowing):
            yield

    def halo(self, x: float, y: float, radius: float, colour: str, strength: float = 0.3) -> None:
        """Soft light around a lamp."""
        with self.glowing():
            for share in (1.0, 0.6, 0.3):
                r = radius * share
                self.pen.oval(x, y, r, r, colour, kind="detail", alpha=min(0.49, strength * 0.6), blur=r * 0.22)

    def ground(self, colour: str | Rgb) -> Rgb:
        """A colour of the ground, under snow when it snows."""
        return mix(colour, "#e6eef5", 0.80) if self.light.snowy else rgb(colour)

    def between(self, low: float, high: float) -> float:
        """A number drawn by lot."""
        return self.lot.uniform(low, high)

    def ring(
        self, x: float, y: float, radius: float, points: int, wobble: float, flat: float
    ) -> list[tuple[float, float]]:
        """A bumpy ring of points around (x, y), squeezed by `flat` in height."""
        ring = []
        for k in range(points):
            angle = 2 * math.pi * k / points
            r = radius * (1 + self.lot.uniform(-wobble, wobble))
            ring.append((x + r * math.cos(angle), y + r * flat * math.sin(angle)))
        return ring


Generator = Callable[..., None]
GENERATORS: dict[str, Generator] = {}
"""Name in the data file to what draws it: (brush, x, y, **parameters)."""


def generator(draw: Generator) -> Generator:
    """Registers a generator under its own name."""
    GENERATORS[draw.__name__] = draw
    return draw


def spread(low: float, high: float, step: float) -> list[float]:
    """Evenly spaced places from `low`, up to `high`."""
    return [low + step * k for k in range(max(0, math.ceil((high - low) / step)))]
