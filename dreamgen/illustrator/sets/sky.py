"""What is in the sky: stars, sun or moon, clouds that are never the same twice. The gradient is the backdrop's."""

from __future__ import annotations

import math

from dreamgen.illustrator.display import Rgb, shade
from dreamgen.illustrator.sets.brush import Brush


def draw_sky(brush: Brush, horizon: float) -> None:
    """Records the sky above `horizon` (stage points)."""
    light, lot = brush.light, brush.lot
    clear = light.weather == "clear"
    with brush.glowing():
        if clear and light.night:
            for _ in range(110):
                r = lot.uniform(0.6, 1.7)
                x, y = lot.uniform(-200, 1220), lot.uniform(-140, horizon * 0.95)
                brush.pen.oval(x, y, r, r, "#fff7dc", kind="detail", alpha=lot.uniform(0.4, 1))
        if clear:
            _disc(brush)
    count, wide = (5, 1.0) if clear else (11, 1.6)
    with brush.pen.lit_by(brush.painter.graded(lambda colour: colour)):
        slots = [k + lot.uniform(0.15, 0.85) for k in range(count)]
        for slot in slots:
            x = -120 + 1260 * slot / count
            size = lot.uniform(0.5, 1.15) * wide
            _cloud(brush, x, lot.uniform(20, horizon * 0.6), size, light.cloud)


def _disc(brush: Brush) -> None:
    x, y, radius = brush.light.disc
    for share, alpha in ((3.2, 0.10), (2.1, 0.14), (1.45, 0.20)):
        r = radius * share
        brush.pen.oval(x, y, r, r, brush.light.disc_colour, kind="detail", alpha=alpha, blur=radius * 0.35)
    brush.pen.oval(x, y, radius, radius, brush.light.disc_colour, kind="detail")
    if brush.light.night:
        for dx, dy, r in ((-8, -6, 6), (9, 6, 7.5), (4, -13, 3.2)):
            brush.pen.oval(x + dx, y + dy, r, r * 0.9, "#e0dcc4", kind="detail")


def _cloud(brush: Brush, x: float, y: float, size: float, colour: Rgb) -> None:
    """A flat-bottomed heap of puffs, or a thin streak now and then."""
    lot, pen = brush.lot, brush.pen
    if lot.random() < 0.22:
        for row in range(lot.randint(2, 3)):
            dx, long = lot.uniform(-30, 30) * size, lot.uniform(60, 120) * size
            pen.oval(x + dx, y + row * 9 * size, long, lot.uniform(3, 6) * size, colour, kind="detail", alpha=0.7)
        return
    puffs = lot.randint(4, 7)
    half = lot.uniform(56, 92) * size
    peak = lot.uniform(0.3, 0.7)
    heaps = []
    for k in range(puffs):
        along = (k + lot.uniform(0.2, 0.8)) / puffs
        rise = math.sin(
            math.pi * min(1.0, along / (2 * peak) if along < peak else (1 + (along - peak) / (1 - peak)) / 2)
        )
        r = (12 + 25 * rise) * size * lot.uniform(0.85, 1.15)
        heaps.append((x - half + 2 * half * along, y - 20 * rise * size * lot.uniform(0.5, 1.0), r))
    base = [(-1.05, 12), (-0.5, 4), (0.5, 4), (1.05, 13), (0.5, 20), (-0.5, 20)]
    low = shade(colour, 0.10)
    pen.shape([(x + dx * half, y + (dy + 4) * size) for dx, dy in base], low, kind="detail", alpha=0.92)
    for px, py, r in heaps:
        pen.oval(px, py, r, r * 0.8, colour, kind="detail", alpha=0.92)
    pen.shape([(x + dx * half * 0.98, y + dy * size) for dx, dy in base], colour, kind="detail", alpha=0.92)
