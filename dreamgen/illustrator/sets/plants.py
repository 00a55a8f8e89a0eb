"""Trees, bushes and what grows below them. Each stands at (x, y), its foot."""

from __future__ import annotations

import math

from dreamgen.illustrator.display import Rgb, mix, rgb, shade, tint
from dreamgen.illustrator.sets.brush import SNOW, Brush, generator


@generator
def conifer(brush: Brush, x: float, y: float, size: float, colour: str, tiers: int = 4) -> None:
    """A fir of `size` height with skirts of branches."""
    pen, base = brush.pen, rgb(colour)
    pen.rect(x - size * 0.025, y - size * 0.12, size * 0.05, size * 0.13, mix(base, (0.3, 0.2, 0.15), 0.6), width=0.6)
    wide = size * 0.30 * brush.between(0.86, 1.1)
    for i in range(tiers):
        share = i / tiers
        top = y - size * (0.10 + 0.82 * (i + 1.15) / tiers) if i < tiers - 1 else y - size
        low = y - size * (0.10 + 0.72 * share)
        w = wide * (1 - share * 0.78)
        skirt = [
            (x, top), (x + w * 0.5, low - size * 0.10), (x + w, low), (x + w * 0.5, low + size * 0.02),
            (x, low - size * 0.015), (x - w * 0.5, low + size * 0.02), (x - w, low), (x - w * 0.5, low - size * 0.10),
        ]  # fmt: skip
        pen.shape(skirt, shade(base, 0.18 * (tiers - 1 - i) / tiers), sharp=(0, 2, 6), width=0.8)
        if brush.light.snowy:
            cap = [
                (x, top), (x + w * 0.42, low - size * 0.11), (x + w * 0.2, low - size * 0.07), (x, low - size * 0.12),
                (x - w * 0.2, low - size * 0.08), (x - w * 0.45, low - size * 0.10),
            ]  # fmt: skip
            pen.shape(cap, SNOW, sharp=(0,), kind="detail")


@generator
def tree(
    brush: Brush, x: float, y: float, size: float, colour: str, trunk: str = "#6b4a35", girth: float = 0.06,
    bare: bool = False,
) -> None:  # fmt: skip
    """A broad-leaved tree of `size` height with a round crown, or `bare` branches."""
    pen, bark, w = brush.pen, rgb(trunk), size * girth
    pen.shape(
        [(x - w * 1.5, y + 2), (x - w * 0.75, y - size * 0.12), (x - w * 0.6, y - size * 0.7),
         (x + w * 0.5, y - size * 0.7), (x + w * 0.7, y - size * 0.12), (x + w * 1.6, y + 3), (x, y - 2)],
        bark, sharp=(0, 5),
    )  # fmt: skip
    side = 1 if brush.lot.random() < 0.5 else -1
    bough = [(-0.1, -0.30), (2.6, -0.52), (3.2, -0.60), (2.2, -0.46), (0.4, -0.22)]
    pen.shape([(x + side * w * dx, y + size * dy) for dx, dy in bough], bark, width=0.7)
    pen.stroke([(x - w * 0.3, y - size * 0.1), (x - w * 0.25, y - size * 0.4)], shade(bark, 0.5), 1.2, alpha=0.6)
    pen.stroke([(x + w * 0.25, y - size * 0.16), (x + w * 0.2, y - size * 0.5)], shade(bark, 0.5), 1.0, alpha=0.5)
    if bare:
        _twigs(brush, x, y - size * 0.62, size * 0.3, bark)
    else:
        _crown(brush, x, y - size * 0.76, size, rgb(colour))


def _twigs(brush: Brush, x: float, y: float, length: float, bark: Rgb) -> None:
    for angle in (-2.5, -2.1, -1.75, -1.4, -1.05, -0.7):
        reach = length * brush.between(0.8, 1.25)
        tip = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        middle = ((x + tip[0]) / 2 + brush.between(-6, 6), (y + tip[1]) / 2 + 4)
        brush.pen.stroke([(x, y), middle, tip], bark, max(2.0, length * 0.045))
        for turn in (-0.6, 0.5):
            fork = (middle[0] + reach * 0.4 * math.cos(angle + turn), middle[1] + reach * 0.4 * math.sin(angle + turn))
            brush.pen.stroke([middle, fork], bark, max(1.2, length * 0.02))
        if brush.light.snowy:
            brush.pen.stroke([(x, y - 3), (middle[0], middle[1] - 3), (tip[0], tip[1] - 2)], SNOW, 1.6, alpha=0.9)


def _crown(brush: Brush, x: float, y: float, size: float, colour: Rgb) -> None:
    pen, lot = brush.pen, brush.lot
    turn, count = lot.uniform(0, 6.28), 7
    clumps = [(0.0, 0.0)]
    for i in range(count):
        angle = turn + 2 * math.pi * i / count
        clumps.insert(
            0, (math.cos(angle) * size * lot.uniform(0.19, 0.25), math.sin(angle) * size * lot.uniform(0.12, 0.16))
        )
    for px, py in clumps:
        _clump(brush, x + px, y + py + size * 0.035, size * 0.150, shade(colour, 0.40), 1.0)
    for px, py in clumps:
        lower = max(0.0, py / size * 4)
        fill = mix(colour, shade(colour, 0.22), lower)
        _clump(brush, x + px * 0.92 + size * 0.012, y + py - size * 0.012, size * 0.125, fill, 0.0)
    bright, dark = (rgb(SNOW) if brush.light.snowy else tint(colour, 0.30)), shade(colour, 0.28)
    for _ in range(16):
        angle, reach = lot.uniform(0, 6.28), lot.uniform(0.1, 1.0)
        px, py = x + math.cos(angle) * size * 0.27 * reach, y + math.sin(angle) * size * 0.19 * reach
        leaf = bright if py < y + size * 0.01 else dark
        pen.oval(
            px + size * 0.02, py - size * 0.04, size * 0.026, size * 0.014, leaf,
            turn=lot.uniform(-0.7, 0.7), kind="detail", alpha=0.85,
        )  # fmt: skip
    if brush.light.snowy:
        for px, py in clumps:
            if py < 0:
                cap = [(-0.12, -0.05), (-0.06, -0.12), (0.04, -0.14), (0.13, -0.07), (0.05, -0.06), (-0.04, -0.07)]
                pen.shape([(x + px + size * dx, y + py + size * dy) for dx, dy in cap], SNOW, width=0.4)


def _clump(brush: Brush, x: float, y: float, radius: float, colour: Rgb, width: float) -> None:
    points = []
    for k in range(14):
        angle = 2 * math.pi * k / 14
        r = radius * (1 + (0.07 if k % 2 else -0.07) + brush.between(-0.05, 0.05))
        points.append((x + r * math.cos(angle), y + r * 0.88 * math.sin(angle)))
    brush.pen.shape(points, colour, width=width)


@generator
def bush(
    brush: Brush, x: float, y: float, size: float, colour: str, clumps: int = 5, berries: str | None = None
) -> None:
    """A round bush of `size` half width."""
    pen, base, r = brush.pen, rgb(colour), size
    for i in range(clumps):
        angle = -math.pi * (i + 0.5) / clumps
        px, py = x + math.cos(angle) * r * 0.8, y + math.sin(angle) * r * 0.42
        pen.shape(brush.ring(px, py - r * 0.1, r * 0.46, 9, 0.14, 0.9), shade(base, 0.34 * (i % 2) + 0.05))
    front = [(-1.15, 2 / r), (-0.9, -0.35), (-0.2, -0.62), (0.5, -0.5), (1.05, -0.28), (1.2, 2 / r)]
    pen.shape([(x + dx * r, y + dy * r) for dx, dy in front], base, sharp=(0, 5))
    leaf = rgb("#ffffff") if brush.light.snowy else tint(base, 0.3)
    for _ in range(6):
        px, py = x + brush.between(-0.8, 0.8) * r, y - brush.between(0.08, 0.5) * r
        pen.stroke([(px - 4, py + 3), (px, py - 1), (px + 4, py + 3)], leaf, 1.6, alpha=0.7)
    if berries is not None:
        for _ in range(7):
            px, py = x + brush.between(-0.9, 0.9) * r, y - brush.between(0.1, 0.6) * r
            pen.oval(px, py, 2.6, 2.6, berries, kind="detail")
    if brush.light.snowy:
        cap = [(-0.9, -0.35), (-0.2, -0.66), (0.5, -0.54), (0.95, -0.3), (0.4, -0.36), (-0.2, -0.44)]
        pen.shape([(x + dx * r, y + dy * r) for dx, dy in cap], "#f5f9fd", width=0.4)


@generator
def tuft(brush: Brush, x: float, y: float, size: float, colour: str, blades: int = 4) -> None:
    """A tuft of grass of `size` height."""
    base = rgb("#b9c9c6") if brush.light.snowy else rgb(colour)
    for i in range(blades):
        dx, bow = (i - (blades - 1) / 2) * size * 0.22, brush.between(-0.15, 0.15) * size
        blade = [
            (x + dx - size * 0.05, y), (x + dx * 1.7 + bow - 1, y - size * 0.6),
            (x + dx * 2.4 + bow * 2, y - size * brush.between(0.8, 1.1)), (x + dx * 1.7 + bow + 1.4, y - size * 0.5),
            (x + dx + size * 0.06, y),
        ]  # fmt: skip
        brush.pen.shape(blade, shade(base, 0.1 * (i % 2)), sharp=(0, 2, 4), kind="detail")


@generator
def blossom(brush: Brush, x: float, y: float, size: float, colour: str) -> None:
    """A flower of `size` height; none under snow."""
    if brush.light.snowy:
        return
    pen = brush.pen
    pen.stroke([(x, y), (x + 1, y - size * 0.5), (x, y - size)], "#4d7d3f", 1.4)
    for k in range(5):
        angle = k * 1.257 + 0.3
        px, py = x + size * 0.2 * math.cos(angle), y - size + size * 0.2 * math.sin(angle)
        pen.oval(px, py, size * 0.17, size * 0.17, colour, kind="detail")
    pen.oval(x, y - size, size * 0.12, size * 0.12, "#ffd75e", kind="detail")


@generator
def mushroom(brush: Brush, x: float, y: float, size: float, colour: str) -> None:
    """A toadstool of `size` height; none under snow."""
    if brush.light.snowy:
        return
    pen, k = brush.pen, size / 19
    pen.rect(x - 3 * k, y - 9 * k, 6 * k, 10 * k, "#f2e8d5", width=0.7)
    cap = [(-11, -8), (-7, -16), (0, -19), (7, -16), (11, -8)]
    pen.shape([(x + dx * k, y + dy * k) for dx, dy in cap], colour, sharp=(0, 4))
    pen.oval(x - 3 * k, y - 13 * k, 1.8 * k, 1.6 * k, "#ffffff", kind="detail")
    pen.oval(x + 4 * k, y - 12 * k, 1.6 * k, 1.4 * k, "#ffffff", kind="detail")


@generator
def rock(brush: Brush, x: float, y: float, size: float, colour: str) -> None:
    """A boulder of `size` half width."""
    pen, r = brush.pen, size
    lean = brush.between(-0.12, 0.12)
    body = [(-1, 0), (-0.8, -0.5), (-0.1 + lean, -0.75), (0.7, -0.5 + lean), (1.05, 0), (0, 0.1)]
    pen.shape([(x + dx * r, y + dy * r) for dx, dy in body], colour, sharp=(0, 4))
    top = [(-0.7, -0.42), (-0.1 + lean, -0.68), (0.35, -0.56), (-0.1, -0.42)]
    fill = rgb(SNOW) if brush.light.snowy else tint(colour, 0.35)
    pen.shape([(x + dx * r, y + dy * r) for dx, dy in top], fill, kind="detail")


@generator
def log(brush: Brush, x: float, y: float, colour: str = "#7c563b") -> None:
    """A fallen trunk to sit on, 180 stage points long; (x, y) is under its middle."""
    pen, ox, oy = brush.pen, x - 715, y - 488
    pen.shape(
        [(640 + ox, 452 + oy), (790 + ox, 448 + oy), (806 + ox, 466 + oy), (792 + ox, 486 + oy), (640 + ox, 488 + oy),
         (628 + ox, 470 + oy)], colour,
    )  # fmt: skip
    for rx, ry, ring in ((13, 19, "#c79a68"), (8, 12, "#b5834f"), (3.6, 6, "#d2a874")):
        pen.oval(798 + ox, 467 + oy, rx, ry, ring, kind="main" if rx == 13 else "detail")
    for dy in (458, 466, 476):
        pen.stroke(
            [(645 + ox, dy + oy), (700 + ox, dy - 2 + oy), (776 + ox, dy - 1 + oy)], shade(colour, 0.45), 1.4, alpha=0.6
        )
    moss = SNOW if brush.light.snowy else "#7aa650"
    pen.shape(
        [(650 + ox, 453 + oy), (690 + ox, 447 + oy), (730 + ox, 450 + oy), (715 + ox, 457 + oy), (670 + ox, 458 + oy)],
        moss, width=0.5,
    )  # fmt: skip


@generator
def fern(brush: Brush, x: float, y: float, size: float, colour: str, side: float = 1.0, fronds: int = 7) -> None:
    """Dark fronds that lean into the picture from a corner; `side` 1 leans to the right."""
    for k in range(fronds):
        angle = -1.45 + 0.2 * k
        length = size * (0.79 + 0.21 * math.sin(k * 2.1 + x))
        cosine, sine = math.cos(angle) * side, math.sin(angle)
        frond = [
            (x, y), (x + cosine * length * 0.5 - 8, y + sine * length * 0.55), (x + cosine * length, y + sine * length),
            (x + cosine * length * 0.55 + 10, y + sine * length * 0.42),
        ]  # fmt: skip
        brush.pen.shape(frond, colour, sharp=(0, 2))


@generator
def twig(brush: Brush, x: float, y: float, size: float, colour: str, side: float = 1.0) -> None:
    """A leafy twig that hangs into the picture from above; `side` 1 grows to the right."""
    pen = brush.pen
    step = size / 6
    line = [(x + side * k * step, y + k * k * step * 0.124 + 6 * math.sin(k * 1.3)) for k in range(6)]
    pen.stroke(line, shade("#4a3a2c", 0.2), 5.0)
    for k, (px, py) in enumerate(line):
        for way in (-1.0, 1.0, 0.2):
            angle, length = 0.9 * way + 0.5, 30 + 6 * (k % 3)
            cosine, sine = side * math.cos(angle), math.sin(angle)
            leaf = [
                (px, py), (px + cosine * length * 0.5 - 6 * side, py + sine * length * 0.5 + 5),
                (px + cosine * length, py + sine * length),
                (px + cosine * length * 0.5 + 6 * side, py + sine * length * 0.5 - 5),
            ]  # fmt: skip
            pen.shape(leaf, colour if (k + int(way)) % 2 else shade(colour, 0.15), sharp=(0, 2))


@generator
def reeds(brush: Brush, x: float, y: float, size: float, colour: str, blades: int = 6) -> None:
    """Tall blades that bend outwards, dark in front of the picture or green at a shore."""
    for k in range(blades):
        length = size * (0.8 + 0.22 * math.sin(k * 2.7 + x))
        dx = (k - (blades - 1) / 2) * size * 0.18
        blade = [
            (x + dx * 0.4 - 4, y), (x + dx * 0.8, y - length * 0.6), (x + dx * 1.5 + 8, y - length),
            (x + dx * 0.8 + 7, y - length * 0.5), (x + dx * 0.4 + 5, y),
        ]  # fmt: skip
        brush.pen.shape(blade, colour, sharp=(0, 2, 4))


@generator
def crops(brush: Brush, x: float, y: float, size: float, colour: str, step: float = 9.0) -> None:
    """A row of ripe corn from edge to edge, `size` high."""
    from dreamgen.illustrator.sets.brush import WIDE, spread

    base = brush.ground(colour)
    for px in spread(*WIDE, step):
        px += brush.between(-3, 3) + x
        top = y - size * brush.between(0.82, 1.1)
        lean = brush.between(-3, 4)
        brush.pen.stroke(
            [(px, y), (px + lean * 0.5, (y + top) / 2), (px + lean, top)], shade(base, brush.between(0, 0.25)), 2.0
        )
        brush.pen.oval(px + lean, top - 3, 2.2, 5.5, tint(base, 0.2), turn=0.3, kind="detail")
