"""The sea and what is found beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dreamgen.illustrator.display import Rgb, mix, rgb, shade, tint
from dreamgen.illustrator.sets.brush import SNOW, WIDE, Brush, generator, spread


@generator
def island(brush: Brush, x: float, y: float, size: float, colour: str) -> None:
    """Far land of `size` half width."""
    ridge = [(-1, 0), (-0.6, -0.12), (-0.2, -0.19), (0.15, -0.15), (0.55, -0.08), (1, 0), (1, 0.03), (-1, 0.03)]
    moved = [(x + dx * size, y + dy * size * brush.between(0.9, 1.1)) for dx, dy in ridge]
    brush.pen.shape(moved, brush.ground(colour), sharp=(0, 5, 6, 7))


@generator
def lighthouse(brush: Brush, x: float, y: float, size: float = 148.0) -> None:
    """A striped tower with a house beside it; its beam shows when lamps are lit."""
    pen, k, lit = brush.pen, size / 148, brush.light.lamps

    def at(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x + dx * k, y + dy * k) for dx, dy in corners]

    pen.shape(at([(-14, 0), (-9, -112), (9, -112), (14, 0)]), "#f4efe6", smooth=False)
    for q in (0.15, 0.5, 0.82):
        low, high = -112 * q - 2, -112 * q - 22
        band = [(-13.5 + 5 * q, low), (13.5 - 5 * q, low), (13 - 5 * q, high), (-13 + 5 * q, high)]
        pen.shape(at(band), "#cf4a42", smooth=False, kind="detail")
    pen.shape(at([(-13, -118), (13, -118), (13, -111), (-13, -111)]), "#3c4656", smooth=False)
    with brush.glowing(lit):
        pen.shape(at([(-7, -134), (7, -134), (7, -117), (-7, -117)]), "#fff0b0" if lit else "#c9dce6", smooth=False)
    if lit:
        brush.halo(x, y - 126 * k, 60 * k, "#ffe9a0", 0.3)
        with brush.glowing():
            beam = at([(6, -126), (420, -190), (420, -96)])
            pen.shape(beam, "#ffefb4", smooth=False, kind="detail", alpha=0.20, blur=10)
    pen.shape(at([(-11, -134), (0, -148), (11, -134)]), "#cf4a42", smooth=False)
    pen.shape(at([(20, -26), (54, -26), (54, 2), (20, 2)]), "#efe4d2", smooth=False)
    roof = SNOW if brush.light.snowy else "#a5563f"
    pen.shape(at([(16, -26), (37, -44), (58, -26)]), roof, smooth=False)


@generator
def sea(brush: Brush, x: float, y: float, colour: str = "#2f86a8") -> None:
    """Water from the horizon at `y` to the shore, with the sky and the sun in it."""
    pen, light, lot = brush.pen, brush.light, brush.lot
    with pen.lit_by(brush.painter.graded(lambda c: c)):
        far = mix(light.sky[3], light.sky[2], 0.5)
        deep = brush.light.at(0.0)(rgb(colour))
        rows = 12
        for row in range(rows):
            fill = mix(far, deep, 0.35 + 0.65 * min(1.0, (row + 1) / 7))
            high = 16 + (400 if row == rows - 1 else 0)
            pen.rect(WIDE[0], y + row * 14, WIDE[1] - WIDE[0], high, fill, width=0, kind="detail")
        for _ in range(150):
            py = y + 6 + lot.uniform(0, 1) ** 1.3 * 150
            px, long = lot.uniform(-560, 1580), lot.uniform(10, 44) * (py - y + 26) / 90
            crest = [(px - long, py), (px, py - 1.5 * (py - y + 16) / 80), (px + long, py)]
            pen.stroke(crest, mix(light.sky[3], (1, 1, 1), 0.35), 1.2 + (py - y - 4) / 80, alpha=0.38)
        if light.weather == "clear":
            _glitter(brush, y)


def _glitter(brush: Brush, y: float) -> None:
    middle = brush.light.disc[0]
    alpha = 0.4 if brush.light.time == "day" else 0.62
    for row in range(34):
        py, wide = y + 4 + row * 4.3, (9 + row * 1.8) * brush.between(0.4, 1.2)
        px = middle + brush.between(-10, 10) * (1 + row * 0.1)
        brush.pen.stroke([(px - wide, py), (px + wide, py)], brush.light.disc_colour, 2.0, alpha=alpha)


@generator
def sailboat(brush: Brush, x: float, y: float, size: float, sail: str, hull: str) -> None:
    """A sailing boat; `size` 1 is 96 points high."""
    pen, k = brush.pen, size

    def at(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x + dx * k, y + dy * k) for dx, dy in corners]

    pen.shape(at([(-40, 0), (44, 0), (34, 17), (-30, 17)]), hull, sharp=(0, 1, 2, 3))
    pen.rect(x - 1.2 * k, y - 96 * k, 2.6 * k, 96 * k, "#6b4a35", width=0.6)
    pen.shape(at([(4, -92), (26, -50), (40, -8), (4, -8)]), sail, sharp=(0, 2, 3))
    pen.shape(at([(-5, -80), (-6, -10), (-32, -10), (-18, -44)]), shade(sail, 0.1), sharp=(0, 1, 2))
    pen.shape(at([(0, -96), (14, -92), (0, -88)]), "#cf4a42", smooth=False, width=0.5)
    pen.oval(x, y + 20 * k, 44 * k, 3.4 * k, "#ffffff", kind="detail", alpha=0.35)


@generator
def gull(brush: Brush, x: float, y: float) -> None:
    """A bird far off."""
    wings = [(-15, -4), (-7, -9), (0, 0), (7, -9), (15, -4)]
    ink = "#8f9cc0" if brush.light.night else "#5c6470"
    brush.pen.stroke([(x + dx, y + dy) for dx, dy in wings], ink, 2.2)


@generator
def beach(brush: Brush, x: float, y: float, colour: str) -> None:
    """Sand from the water's edge at `y` to the front."""
    sand = rgb("#eef2f5") if brush.light.snowy else rgb(colour)
    xs = spread(-560, 1660, 120)
    edge = [(px, y + 9 * math.sin(k * 1.1) + brush.between(-4, 4)) for k, px in enumerate(xs)]
    for dy, fill in ((-7.0, rgb("#fbfaf4")), (5.0, shade(sand, 0.30)), (20.0, sand)):
        line = [(px, py + dy + (3 * math.sin(px * 0.02) if dy == 20 else 0)) for px, py in edge]
        corners = [(WIDE[0], 860.0), *line, (WIDE[1] + 40, 860.0)]
        kind = "main" if dy == 20 else "detail"
        brush.pen.shape(corners, fill, sharp=(0, len(corners) - 1), width=0, kind=kind)  # type: ignore[arg-type]


@generator
def pier(brush: Brush, x: float, y: float, colour: str) -> None:
    """Planks on posts from the left edge to `x`."""
    pen, wood = brush.pen, rgb(colour)
    for k in range(4):
        pen.rect(x - 236 + k * 70, y + 12, 11, 74, shade(wood, 0.3))
    planks = SNOW if brush.light.snowy else wood
    pen.shape([(WIDE[0], y), (x, y), (x + 30, y + 18), (WIDE[0], y + 18)], planks, smooth=False)
    for px in spread(-590, x, 22):
        pen.stroke([(px, y + 1), (px + 10, y + 17)], shade(wood, 0.4), 1.3, smooth=False, alpha=0.7)
    for dx in (-176, -36):
        pen.rect(x + dx, y - 32, 9, 34, shade(wood, 0.15))
        pen.oval(x + dx + 4.5, y - 32, 6, 3.4, tint(wood, 0.3))


@generator
def rowboat(brush: Brush, x: float, y: float, colour: str) -> None:
    """A boat drawn up on the sand, to sit on; (x, y) is under its middle."""
    pen, paint = brush.pen, rgb(colour)
    hull = [(-106, -48), (90, -48), (124, -64), (106, -16), (80, -2), (-78, -2), (-104, -18)]
    pen.shape([(x + dx, y + dy) for dx, dy in hull], paint, sharp=(0, 1, 2))
    rim = [(-106, -48), (90, -48), (124, -64), (118, -52), (90, -38), (-105, -38)]
    pen.shape([(x + dx, y + dy) for dx, dy in rim], "#f4ecdc", sharp=(0, 1, 2), width=0.6)
    pen.stroke([(x - 98, y - 24), (x - 10, y - 20), (x + 104, y - 28)], shade(paint, 0.4), 1.6)


@generator
def parasol(brush: Brush, x: float, y: float, colours: list[str]) -> None:
    """A sunshade 220 points high, its pole in the sand at (x, y)."""
    pen = brush.pen
    pen.shape([(x - 2, y), (x + 2, y), (x - 10, y - 162), (x - 13, y - 162)], "#e8e0d0", smooth=False)

    def rim(share: float) -> tuple[float, float]:
        angle = share * math.pi
        return x - 12 - 92 * math.cos(angle), y - 152 - 62 * math.sin(angle) + 8 * math.cos(angle)

    for k in range(6):
        a, b = rim(k / 6), rim((k + 1) / 6)
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 3)
        pen.shape([(x - 12, y - 220), a, middle, b], colours[k % len(colours)], sharp=(0, 1, 3), width=0.7)


@generator
def starfish(brush: Brush, x: float, y: float, colour: str = "#e8835a") -> None:
    """A starfish on the sand."""
    points = []
    for k in range(5):
        a = -math.pi / 2 + k * 1.257
        points += [
            (x + 9 * math.cos(a), y + 7 * math.sin(a)),
            (x + 3.4 * math.cos(a + 0.63), y + 2.8 * math.sin(a + 0.63)),
        ]
    brush.pen.shape(points, colour, sharp=(0, 2, 4, 6, 8), width=0.4)


@generator
def shell(brush: Brush, x: float, y: float, colour: str = "#f3c9c0") -> None:
    """A shell on the sand."""
    brush.pen.shape(
        [(x - 9, y), (x - 6, y - 8), (x, y - 10), (x + 6, y - 8), (x + 9, y)], colour, sharp=(0, 4), width=0.7
    )
    for q in (-0.7, 0.0, 0.7):
        brush.pen.stroke([(x, y), (x + q * 6, y - 8)], shade(colour, 0.3), 1.0)


@generator
def crate(brush: Brush, x: float, y: float, size: float, colour: str, ring: bool = False) -> None:
    """A wooden crate of `size` width; (x, y) is the middle of its lid. With a life ring when `ring`."""
    pen, wood, k = brush.pen, rgb(colour), size / 104
    pen.rect(x - 52 * k, y + 4 * k, 104 * k, 66 * k, shade(wood, 0.12))
    for dy in (0, 32):
        pen.rect(x - 56 * k, y + dy * k, 112 * k, 10 * k, wood)
    for dx in (-42, 28):
        pen.rect(x + dx * k, y, 9 * k, 68 * k, shade(wood, 0.28))
    if brush.light.snowy:
        pen.oval(x, y + 1, 50 * k, 6 * k, SNOW, kind="detail")
    if ring:
        _ring(brush, x + 16 * k, y + 8 * k, 27 * k)


def _ring(brush: Brush, x: float, y: float, radius: float) -> None:
    white: Rgb = rgb("#f1ece0")
    for k in range(8):
        a, b = k * math.pi / 4, (k + 1.05) * math.pi / 4
        arc = [
            (x + radius * math.cos(a + (b - a) * q / 3), y + radius * math.sin(a + (b - a) * q / 3)) for q in range(4)
        ]
        brush.pen.stroke(arc, "#cf4a42" if k % 2 else white, 8.0)


@generator
def barrel(brush: Brush, x: float, y: float, size: float, colour: str) -> None:
    """A barrel of `size` height; (x, y) is under its middle."""
    pen, k = brush.pen, size
    body = [(-0.34, 0), (-0.42, -0.5), (-0.34, -1), (0.34, -1), (0.42, -0.5), (0.34, 0)]
    pen.shape([(x + dx * k, y + dy * k) for dx, dy in body], colour, sharp=(0, 2, 3, 5))
    for dy in (-0.2, -0.8):
        pen.rect(x - 0.39 * k, y + dy * k - 3, 0.78 * k, 6, "#4d4a4c", width=0.6)
    pen.oval(x, y - k, 0.34 * k, 0.08 * k, SNOW if brush.light.snowy else tint(colour, 0.2), width=0.7)
