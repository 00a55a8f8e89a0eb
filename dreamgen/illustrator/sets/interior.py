"""Rooms: walls, windows, furniture. Furniture stands at (x, y), its foot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from dreamgen.illustrator.display import Rgb, mix, rgb, shade, tint
from dreamgen.illustrator.sets.brush import SNOW, WIDE, Brush, generator, spread
from dreamgen.illustrator.sets.plants import conifer

_DARK_WOOD = "#7d563e"


@generator
def panelled_wall(brush: Brush, x: float, y: float, colour: str, wood: str = "#a87a5a") -> None:
    """Striped paper over a wooden dado; the floor begins at `y`."""
    pen, left, length = brush.pen, WIDE[0], WIDE[1] - WIDE[0]
    paper = rgb(colour)
    pen.rect(left, -240, length, y + 260, paper)
    for px in spread(-590, WIDE[1], 44):
        pen.stroke([(px, -240), (px, y - 94)], shade(paper, 0.09), 7.0, smooth=False, alpha=0.55)
    pen.rect(left, y - 98, length, 12, shade(wood, 0.3))
    pen.rect(left, y - 86, length, 84, wood)
    for px in spread(-580, WIDE[1], 92):
        pen.rect(px, y - 74, 78, 58, shade(wood, 0.14), width=0.8)
    pen.rect(left, y - 10, length, 14, shade(wood, 0.45))


@generator
def stone_wall(brush: Brush, x: float, y: float, colour: str) -> None:
    """Blocks of stone; the floor begins at `y`."""
    pen, stone = brush.pen, rgb(colour)
    pen.rect(WIDE[0], -240, WIDE[1] - WIDE[0], y + 260, stone)
    for row, py in enumerate(spread(-240, y, 46)):
        pen.stroke([(WIDE[0], py), (WIDE[1], py)], shade(stone, 0.22), 1.6, smooth=False, alpha=0.7)
        for px in spread(WIDE[0] + (row % 2) * 48, WIDE[1], 96):
            px += brush.between(-10, 10)
            pen.stroke([(px, py), (px, py + 46)], shade(stone, 0.22), 1.5, smooth=False, alpha=0.7)
            if brush.lot.random() < 0.16:
                pen.rect(px + 6, py + 5, 74, 36, tint(stone, 0.12), kind="detail", alpha=0.8)
    pen.rect(WIDE[0], y - 16, WIDE[1] - WIDE[0], 20, shade(stone, 0.3))


@generator
def plank_wall(brush: Brush, x: float, y: float, colour: str) -> None:
    """Upright boards; the floor begins at `y`."""
    pen, wood = brush.pen, rgb(colour)
    pen.rect(WIDE[0], -240, WIDE[1] - WIDE[0], y + 260, wood)
    for px in spread(WIDE[0], WIDE[1], 58):
        if brush.lot.random() < 0.4:
            pen.rect(px, -240, 58, y + 240, mix(wood, shade(wood, 0.4), brush.between(0.1, 0.4)), kind="detail")
        pen.stroke([(px, -240), (px, y)], shade(wood, 0.4), 2.0, smooth=False, alpha=0.8)
    for py in (-20.0, y - 190):
        pen.rect(WIDE[0], py, WIDE[1] - WIDE[0], 20, shade(wood, 0.35))


@generator
def plain_wall(brush: Brush, x: float, y: float, colour: str, trim: str) -> None:
    """Painted wall with a dotted paper; the floor begins at `y`."""
    pen, paint = brush.pen, rgb(colour)
    pen.rect(WIDE[0], -240, WIDE[1] - WIDE[0], y + 260, paint)
    for row, py in enumerate(spread(-220, y - 40, 52)):
        for px in spread(WIDE[0] + (row % 2) * 36, WIDE[1], 72):
            pen.oval(px, py, 4, 4, tint(paint, 0.35), kind="detail", alpha=0.7)
    pen.rect(WIDE[0], y - 22, WIDE[1] - WIDE[0], 26, trim)


@generator
def board_floor(brush: Brush, x: float, y: float, colour: str) -> None:
    """Floor boards from the wall at `y` to the front."""
    pen, wood = brush.pen, rgb(colour)
    pen.rect(WIDE[0], y, WIDE[1] - WIDE[0], 440, wood)
    rows = [y + dy for dy in (0, 16, 38, 68, 108, 156, 212)]
    for py in rows:
        pen.stroke([(WIDE[0], py), (WIDE[1], py)], shade(wood, 0.32), 1.5, smooth=False, alpha=0.75)
    for k, (top, low) in enumerate(pairwise(rows)):
        for px in spread(WIDE[0] + (k % 2) * 70, WIDE[1], 150 + k * 22):
            pen.stroke([(px, top), (512 + (px - 512) * 1.03, low)], shade(wood, 0.32), 1.3, smooth=False, alpha=0.6)


@generator
def tiled_floor(brush: Brush, x: float, y: float, colour: str, other: str) -> None:
    """Flagstones in two colours that run to a point above the middle of the wall."""
    pen, first = brush.pen, rgb(colour)
    pen.rect(WIDE[0], y, WIDE[1] - WIDE[0], 440, first)
    rows = [y + dy for dy in (0, 14, 33, 58, 92, 138, 198)]
    vanish = (512.0, y - 130)
    columns = 34

    def at(column: float, py: float) -> tuple[float, float]:
        return vanish[0] + (column - columns / 2) * 70 * (py - vanish[1]) / 220, py

    for k, (top, low) in enumerate(pairwise(rows)):
        for column in range(k % 2, columns, 2):
            tile = [at(column, top), at(column + 1, top), at(column + 1, low), at(column, low)]
            pen.shape(tile, other, smooth=False, kind="detail")
        pen.stroke([(WIDE[0], top), (WIDE[1], top)], shade(first, 0.3), 1.2, smooth=False, alpha=0.6)


@generator
def rug(brush: Brush, x: float, y: float, wide: float, colour: str, trim: str, middle: str) -> None:
    """An oval rug of `wide` half width."""
    pen, high = brush.pen, wide * 0.134
    for share, fill in ((1.0, colour), (0.91, trim), (0.87, colour), (0.58, middle), (0.53, colour)):
        pen.oval(x, y, wide * share, high * share, fill, kind="main" if share == 1.0 else "detail")


@generator
def window(
    brush: Brush, x: float, y: float, wide: float = 240.0, high: float = 210.0, curtain: str | None = None,
    frame: str = "#f3ead9",
) -> None:  # fmt: skip
    """A window with the world outside; (x, y) is its top left corner."""
    pen, wood = brush.pen, rgb(frame)
    pen.rect(x - 16, y - 16, wide + 32, high + 32, wood)
    _outside(brush, x, y, wide, high)
    pen.rect(x + wide / 2 - 5, y, 10, high, wood, width=0.6)
    pen.rect(x, y + high * 0.45 - 4, wide, 8, wood, width=0.6)
    pen.rect(x - 26, y + high + 12, wide + 52, 14, tint(wood, 0.2))
    if curtain is not None:
        _curtains(brush, x, y, wide, high, rgb(curtain))


def _outside(brush: Brush, x: float, y: float, wide: float, high: float) -> None:
    pen, light, lot = brush.pen, brush.light, brush.lot
    with pen.lit_by(brush.painter.graded(lambda colour: colour)):
        rows = 14
        for row in range(rows):
            place = row / (rows - 1) * 2.99
            k = min(2, int(place))
            fill = mix(light.sky[k], light.sky[k + 1], place - k)
            pen.rect(x, y + high * row / rows, wide, high / rows + 1.2, fill, width=0, kind="detail")
        if light.weather == "clear":
            if light.night:
                for _ in range(16):
                    px, py = x + lot.uniform(6, wide - 6), y + lot.uniform(6, high * 0.55)
                    pen.oval(px, py, 1.4, 1.4, "#fff7dc", kind="detail")
            sun = (x + wide * 0.66, y + high * (0.6 if light.time == "sunset" else 0.24))
            pen.oval(*sun, min(20, wide * 0.1), min(20, wide * 0.1), light.disc_colour, kind="detail")
    _hillside(brush, x, y, wide, high)
    if light.weather in ("rain", "snow"):
        for _ in range(46):
            px, py = x + lot.uniform(6, wide - 10), y + lot.uniform(4, high - 16)
            if light.wet:
                pen.stroke([(px, py), (px - 3, py + 12)], "#dfe8f2", 1.3, alpha=0.7)
            else:
                pen.oval(px, py, 2.1, 2.1, "#ffffff", kind="detail")


def _hillside(brush: Brush, x: float, y: float, wide: float, high: float) -> None:
    pen, light = brush.pen, brush.light
    outside = brush.painter.graded(lambda colour: mix(_dimmed(colour, light.time), light.haze, 0.3))
    with pen.lit_by(outside):
        top = y + high * 0.7
        ridge = [(0, 0), (0.25, -20), (0.58, 2), (0.83, -14), (1, 0)]
        hill = [(x, y + high), *((x + wide * dx, top + dy) for dx, dy in ridge), (x + wide, y + high)]
        pen.shape(hill, "#e6eef5" if light.snowy else "#6f9f6c", sharp=(0, 1, 5, 6), width=0.5)
        for place, size in ((0.2, 0.29), (0.82, 0.37)):
            conifer(brush, x + wide * place, y + high * 0.85, high * size, "#4f8a5d")


def _dimmed(colour: Rgb, time: str) -> Rgb:
    factor = {"day": 1.0, "sunset": 0.85}.get(time, 0.45)
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def _curtains(brush: Brush, x: float, y: float, wide: float, high: float, cloth: Rgb) -> None:
    pen = brush.pen
    for side, cx in ((-1, x - 12), (1, x + wide + 12)):
        drape = [
            (cx - side * 40, y - 24), (cx + side * 40, y - 24), (cx + side * 44, y + high * 0.52),
            (cx + side * 50, y + high + 58), (cx + side * 4, y + high + 62), (cx - side * 6, y + high * 0.71),
            (cx - side * 16, y + high * 0.33),
        ]  # fmt: skip
        pen.shape(drape, cloth, sharp=(0, 1, 3, 4))
        for q in (0.2, 0.5, 0.8):
            fold = [
                (cx - side * 40 + side * 80 * q, y - 20), (cx + side * (8 + 40 * q), y + high * 0.52),
                (cx + side * (4 + 46 * q), y + high + 56),
            ]  # fmt: skip
            pen.stroke(fold, shade(cloth, 0.3), 1.6, alpha=0.7)
    pen.rect(x - 72, y - 36, wide + 144, 9, _DARK_WOOD)
    pen.oval(x - 74, y - 31, 8, 8, "#c79a58")
    pen.oval(x + wide + 74, y - 31, 8, 8, "#c79a58")


@generator
def painting(brush: Brush, x: float, y: float, wide: float, high: float, colour: str) -> None:
    """A framed landscape on the wall; (x, y) is its top left corner."""
    pen = brush.pen
    pen.rect(x - 7, y - 7, wide + 14, high + 14, "#7a5238")
    pen.rect(x, y, wide, high, "#f2e6cf", width=0.5)
    ridge = [(0, 1), (0, 0.6), (0.35, 0.35), (0.6, 0.62), (0.8, 0.5), (1, 0.7), (1, 1)]
    pen.shape([(x + wide * dx, y + high * dy) for dx, dy in ridge], colour, sharp=(0, 1, 5, 6), kind="detail")
    pen.oval(x + wide * 0.72, y + high * 0.26, 7, 7, "#e8b050", kind="detail")


@generator
def bookshelf(brush: Brush, x: float, y: float, wide: float, high: float, shelves: int = 4) -> None:
    """A case full of books; (x, y) is its bottom left corner."""
    pen, lot = brush.pen, brush.lot
    top = y - high
    pen.rect(x, top, wide, high, "#7a5238")
    pen.rect(x + 8, top + 8, wide - 16, high - 16, "#5b3b2a", kind="detail")
    spines = ["#b5483f", "#3f6a8a", "#d9a441", "#5c8a5a", "#7a5a8f", "#d9c7a4", "#2f4a5c"]
    step = (high - 16) / shelves
    for row in range(shelves):
        py = top + 8 + step * (row + 1) - 8
        pen.rect(x + 6, py, wide - 12, 8, "#8d6247", width=0.7)
        px = x + 12
        while px < x + wide - 26:
            thick, tall = lot.uniform(9, 17), step * lot.uniform(0.5, 0.8)
            spine = rgb(lot.choice(spines))
            if lot.random() < 0.12:
                pen.oval(px + 10, py - 12, 11, 12, spine)
                px += 26
                continue
            pen.rect(px, py - tall, thick, tall, spine, width=0.7)
            pen.rect(px + 1.5, py - tall + 8, thick - 3, 3.4, tint(spine, 0.55), kind="detail")
            px += thick + 1


@generator
def sofa(brush: Brush, x: float, y: float, colour: str, cushion: str) -> None:
    """A sofa 280 points wide to sit on; (x, y) is under its middle."""
    pen, cloth = brush.pen, rgb(colour)

    def at(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x + dx, y + dy) for dx, dy in corners]

    back = [(-114, -18), (-120, -124), (-106, -144), (-70, -150), (70, -150), (106, -144), (120, -124), (114, -18)]
    pen.shape(at(back), cloth, sharp=(0, 7))
    pen.shape(at([(-104, -54), (-100, -134), (-4, -136), (-2, -54)]), tint(cloth, 0.08), width=0.8)
    pen.shape(at([(2, -54), (2, -136), (98, -134), (104, -54)]), tint(cloth, 0.08), width=0.8)
    pen.shape(at([(-110, -56), (110, -56), (114, -22), (-114, -22)]), tint(cloth, 0.14), sharp=(0, 1, 2, 3))
    for side in (-1, 1):
        arm = [(side * 136, -10), (side * 142, -86), (side * 126, -100), (side * 106, -90), (side * 104, -10)]
        pen.shape(at(arm), shade(cloth, 0.12))
        pen.rect(x + side * 121 - 6, y - 12, 12, 12, "#5b3b2a")
    pen.shape(at([(60, -60), (54, -98), (94, -104), (100, -64)]), cushion)


@generator
def floor_lamp(brush: Brush, x: float, y: float) -> None:
    """A lamp 330 points high with a cloth shade."""
    pen, lit = brush.pen, brush.light.lamps
    pen.rect(x - 2.5, y - 274, 5, 274, "#5b4434")
    pen.oval(x, y, 26, 6, "#5b4434")
    if lit:
        brush.halo(x, y - 283, 150, "#ffd27e", 0.22)
    with brush.glowing(lit):
        screen = [(x - 24, y - 328), (x + 24, y - 328), (x + 42, y - 270), (x - 42, y - 270)]
        pen.shape(screen, "#ffe2a2" if lit else "#e8d3a8", smooth=False)


@generator
def pot_plant(brush: Brush, x: float, y: float, size: float, pot: str = "#c96a4a", leaves: int = 9) -> None:
    """A plant in a pot, `size` half as high again as its leaves are long."""
    pen, k = brush.pen, size / 160
    for n in range(leaves):
        angle = -2.5 + n * 1.92 / max(1, leaves - 1)
        length = (92 + 16 * math.sin(n * 2.3)) * k
        top = y - 62 * k
        cosine, sine = math.cos(angle), math.sin(angle)
        leaf = [
            (x, top), (x + cosine * length * 0.5 - 5 * k, top + sine * length * 0.62),
            (x + cosine * length, top + sine * length), (x + cosine * length * 0.6 + 6 * k, top + sine * length * 0.45),
        ]  # fmt: skip
        pen.shape(leaf, ("#4f8f55", "#5fa05c", "#3f7d4c")[n % 3], sharp=(0, 2))
    clay = [(-20, 0), (-24, -66), (24, -62), (20, 0)]
    pen.shape([(x + dx * k, y + dy * k) for dx, dy in clay], pot, sharp=(0, 1, 2, 3))


@generator
def tea_table(brush: Brush, x: float, y: float, colour: str = "#8a5c3f") -> None:
    """A low table in front of the picture with a cup and books; (x, y) is the middle of its top."""
    pen = brush.pen
    pen.shape([(x - 125, y), (x + 125, y), (x + 141, y + 16), (x - 141, y + 16)], colour, smooth=False)
    pen.rect(x - 119, y + 16, 14, 80, shade(colour, 0.25))
    pen.rect(x + 105, y + 16, 14, 80, shade(colour, 0.25))
    cup = [(-35, 0), (-39, -22), (-33, -32), (1, -32), (7, -22), (3, 0)]
    pen.shape([(x + dx, y + dy) for dx, dy in cup], "#d9e2e6", sharp=(0, 5))
    pen.stroke([(x + 5, y - 26), (x + 18, y - 24), (x + 15, y - 9), (x + 4, y - 7)], "#d9e2e6", 3.2)
    pen.shape([(x + 29, y), (x + 29, y - 10), (x + 87, y - 10), (x + 87, y)], "#b5483f", smooth=False)
    pen.shape([(x + 35, y - 10), (x + 35, y - 18), (x + 81, y - 18), (x + 81, y - 10)], "#3f6a8a", smooth=False)


@generator
def bedstead(brush: Brush, x: float, y: float, colour: str, wood: str = "#8a5c3f") -> None:
    """A made bed along the wall, 330 points wide, to sit on; (x, y) is under its middle."""
    pen = brush.pen
    pen.shape([(x - 172, y), (x - 172, y - 150), (x - 150, y - 164), (x - 140, y)], wood, sharp=(0, 3))
    pen.rect(x - 150, y - 40, 310, 26, shade(wood, 0.2))
    pen.rect(x + 150, y - 92, 18, 92, wood)
    pen.shape([(x - 146, y - 40), (x - 146, y - 66), (x + 152, y - 66), (x + 152, y - 40)], "#f4efe4", smooth=False)
    pen.shape([(x - 142, y - 62), (x - 136, y - 92), (x - 76, y - 92), (x - 66, y - 62)], "#fbf8f0")
    quilt = [
        (x - 62, y - 62),
        (x - 40, y - 78),
        (x + 60, y - 74),
        (x + 156, y - 70),
        (x + 160, y - 20),
        (x - 56, y - 18),
    ]
    pen.shape(quilt, colour, sharp=(4, 5))
    for k in range(4):
        px = x - 20 + k * 46
        pen.stroke([(px, y - 74), (px + 4, y - 48), (px + 2, y - 20)], tint(colour, 0.4), 3.0, alpha=0.8)


@generator
def workbench(brush: Brush, x: float, y: float, colour: str, wide: float = 360.0) -> None:
    """A bench with a vice and tools on it; (x, y) is under its middle."""
    pen, wood, half = brush.pen, rgb(colour), wide / 2
    for px in (-half + 16, half - 34):
        pen.rect(x + px, y - 92, 18, 92, shade(wood, 0.3))
    pen.rect(x - half + 20, y - 34, wide - 40, 10, shade(wood, 0.4))
    pen.rect(x - half, y - 106, wide, 18, wood)
    pen.rect(x - half + 30, y - 130, 44, 24, "#56606c")
    pen.rect(x - half + 44, y - 142, 12, 14, "#3f4650")
    for dx, high, paint in ((10, 26, "#c8433c"), (34, 34, "#3f6a8a"), (58, 22, "#d9a441")):
        pen.rect(x + dx, y - 106 - high, 18, high, paint)
        pen.rect(x + dx + 2, y - 106 - high - 5, 14, 6, "#d9dde0", width=0.7)
    pen.shape([(x + 92, y - 106), (x + 150, y - 118), (x + 152, y - 111), (x + 98, y - 104)], "#c79a68", smooth=False)


@generator
def tools(brush: Brush, x: float, y: float, wide: float, colour: str) -> None:
    """Tools on a board on the wall; (x, y) is its top left corner."""
    pen, steel, grip = brush.pen, "#8f98a3", "#9a6a42"
    pen.rect(x, y, wide, 120, colour)
    for k in range(int(wide // 46)):
        px = x + 26 + k * 46
        if k % 3 == 0:  # hammer
            pen.rect(px - 3, y + 22, 7, 78, grip)
            pen.rect(px - 15, y + 16, 32, 15, steel)
        elif k % 3 == 1:  # saw
            pen.shape([(px - 10, y + 18), (px + 10, y + 20), (px + 4, y + 84), (px - 4, y + 84)], steel, smooth=False)
            pen.rect(px - 9, y + 82, 18, 20, grip)
        else:  # spanner
            pen.rect(px - 3, y + 30, 7, 62, steel)
            pen.oval(px, y + 26, 10, 11, steel)
            pen.oval(px, y + 22, 4.5, 6, colour, kind="detail")


@generator
def column(brush: Brush, x: float, y: float, size: float, colour: str) -> None:
    """A stone column of `size` height."""
    pen, stone, w = brush.pen, rgb(colour), size * 0.075
    pen.rect(x - w, y - size, 2 * w, size, stone)
    for dx in (-0.5, 0.1, 0.6):
        pen.stroke([(x + dx * w, y - size + 40), (x + dx * w, y - 30)], shade(stone, 0.2), 1.6, smooth=False, alpha=0.7)
    pen.rect(x - w * 1.5, y - 26, w * 3, 28, shade(stone, 0.12))
    pen.rect(x - w * 1.5, y - size - 4, w * 3, 26, shade(stone, 0.12))


@generator
def banner(brush: Brush, x: float, y: float, size: float, colour: str, sign: str = "#e8c15a") -> None:
    """A hanging banner of `size` length; (x, y) is the middle of its rod."""
    pen, w = brush.pen, size * 0.22
    pen.rect(x - w - 8, y - 6, 2 * w + 16, 7, _DARK_WOOD)
    pen.shape(
        [(x - w, y), (x + w, y), (x + w, y + size * 0.86), (x, y + size), (x - w, y + size * 0.86)],
        colour,
        smooth=False,
    )
    pen.rect(x - w + 5, y + 4, 5, size * 0.8, sign, kind="detail")
    pen.rect(x + w - 10, y + 4, 5, size * 0.8, sign, kind="detail")
    star = []
    for k in range(10):
        a, r = -math.pi / 2 + k * math.pi / 5, w * (0.55 if k % 2 == 0 else 0.24)
        star.append((x + r * math.cos(a), y + size * 0.42 + r * math.sin(a)))
    pen.shape(star, sign, smooth=False, width=0.6)


@generator
def arch_window(brush: Brush, x: float, y: float, wide: float, high: float, frame: str = "#8d8a88") -> None:
    """A tall pointed window with the sky outside; (x, y) is the middle of its sill."""
    pen = brush.pen

    def arch(w: float, h: float, low: float) -> list[tuple[float, float]]:
        half = [(-1.0, 0.62), (-0.6, 0.88), (0.0, 1.0), (0.6, 0.88), (1.0, 0.62)]
        return [(x - w, low), *((x + w * dx, y - h * dy) for dx, dy in half), (x + w, low)]

    pen.shape(arch(wide / 2 + 12, high + 16, y + 8), frame, sharp=(0, 3, 6))
    with pen.lit_by(brush.painter.graded(lambda colour: colour)):
        light = brush.light
        pen.shape(arch(wide / 2, high, y), light.sky[1], sharp=(0, 3, 6), width=0.6)
        pen.rect(x - wide / 2, y - high * 0.4, wide, high * 0.22, light.sky[2], kind="detail")
        pen.rect(x - wide / 2, y - high * 0.2, wide, high * 0.2, light.sky[3], kind="detail")
        if light.night and light.weather == "clear" and brush.lot.random() < 0.3:
            pen.oval(x + wide * 0.18, y - high * 0.66, 9, 9, light.disc_colour, kind="detail")
    pen.stroke([(x, y - high), (x, y)], frame, 4.0, smooth=False)
    for share in (0.2, 0.4, 0.6):
        pen.stroke([(x - wide / 2, y - high * share), (x + wide / 2, y - high * share)], frame, 3.0, smooth=False)


@generator
def torch(brush: Brush, x: float, y: float) -> None:
    """A torch on the wall, which always burns."""
    pen = brush.pen
    pen.shape([(x - 5, y - 6), (x + 5, y - 6), (x + 3, y + 34), (x - 3, y + 34)], "#5b4434", smooth=False)
    pen.rect(x - 9, y - 10, 18, 8, "#3f3a3c")
    brush.halo(x, y - 22, 90, "#ffc56a", 0.22)
    with brush.glowing():
        pen.shape(
            [(x - 9, y - 9), (x - 10, y - 22), (x - 2, y - 44), (x + 9, y - 24), (x + 9, y - 9)], "#ffab45", sharp=(2,)
        )
        pen.shape(
            [(x - 5, y - 9), (x - 5, y - 18), (x, y - 32), (x + 5, y - 18), (x + 5, y - 9)],
            "#ffe9a0",
            sharp=(2,),
            kind="detail",
        )


@generator
def throne(brush: Brush, x: float, y: float, colour: str, metal: str = "#d9a441") -> None:
    """A tall chair of state to sit on; (x, y) is under its middle."""
    pen = brush.pen
    pen.shape(
        [
            (x - 58, y),
            (x - 62, y - 190),
            (x - 30, y - 222),
            (x, y - 236),
            (x + 30, y - 222),
            (x + 62, y - 190),
            (x + 58, y),
        ],
        metal,
        sharp=(0, 3, 6),
    )
    pen.shape(
        [(x - 44, y - 60), (x - 46, y - 182), (x, y - 212), (x + 46, y - 182), (x + 44, y - 60)],
        colour,
        sharp=(0, 2, 4),
        width=0.8,
    )
    pen.shape(
        [(x - 62, y - 58), (x + 62, y - 58), (x + 66, y - 40), (x - 66, y - 40)], tint(colour, 0.15), smooth=False
    )
    pen.rect(x - 64, y - 40, 128, 26, shade(metal, 0.15))
    for side in (-1, 1):
        pen.rect(x + side * 60 - 8, y - 100, 16, 100, shade(metal, 0.1))
        pen.oval(x + side * 60, y - 104, 11, 9, metal)
        pen.oval(x + side * 30, y - 226, 8, 8, metal)


@generator
def carpet(brush: Brush, x: float, y: float, colour: str, trim: str) -> None:
    """A runner from the back at (x, y) to the front."""
    pen = brush.pen
    pen.shape([(x - 60, y), (x + 60, y), (x + 210, y + 440), (x - 210, y + 440)], colour, smooth=False, width=0.6)
    for side in (-1, 1):
        edge = [(x + side * 54, y), (x + side * 60, y), (x + side * 204, y + 440), (x + side * 184, y + 440)]
        pen.shape(edge, trim, smooth=False, kind="detail")


@generator
def beams(brush: Brush, x: float, y: float, colour: str, step: float = 210.0) -> None:
    """Rafters under the ceiling, at `y`."""
    brush.pen.rect(WIDE[0], y, WIDE[1] - WIDE[0], 26, shade(colour, 0.2))
    for px in spread(WIDE[0], WIDE[1], step):
        brush.pen.shape(
            [(px, y - 300), (px + 34, y - 300), (px + 34, y + 60), (px + 17, y + 78), (px, y + 60)],
            colour,
            smooth=False,
        )


@generator
def stove(brush: Brush, x: float, y: float) -> None:
    """An iron stove with a fire in it."""
    pen = brush.pen
    pen.rect(x - 9, y - 420, 18, 300, "#3f3f46")
    pen.shape([(x - 50, y - 14), (x - 54, y - 120), (x + 54, y - 120), (x + 50, y - 14)], "#4a4a52", sharp=(0, 1, 2, 3))
    pen.rect(x - 60, y - 130, 120, 14, "#3a3a42")
    for dx in (-40, 28):
        pen.rect(x + dx, y - 16, 12, 16, "#33333a")
    with brush.glowing():
        pen.rect(x - 28, y - 84, 56, 36, "#ff9a3c")
        pen.oval(x - 6, y - 58, 14, 10, "#ffe08a", kind="detail")
    pen.stroke([(x, y - 84), (x, y - 48)], "#3a3a42", 3.0, smooth=False)
    brush.halo(x, y - 64, 90, "#ffae55", 0.18)


@generator
def chandelier(brush: Brush, x: float, y: float, size: float) -> None:
    """A ring of candles on a chain from the ceiling; (x, y) is the middle of the ring."""
    pen = brush.pen
    pen.stroke([(x, y - 400), (x, y - 30)], "#3f3a3c", 4.0, smooth=False)
    for side in (-1, 1):
        pen.stroke([(x, y - 40), (x + side * size, y)], "#3f3a3c", 3.0, smooth=False)
    pen.oval(x, y, size, size * 0.16, "#5d4a3a")
    for k in range(5):
        px = x + size * (k - 2) * 0.46
        pen.rect(px - 4, y - 26, 8, 24, "#f4ecdc", width=0.7)
        with brush.glowing():
            pen.oval(px, y - 33, 4, 8, "#ffd27a", kind="detail")
    brush.halo(x, y - 28, size * 1.3, "#ffcf80", 0.16)


@generator
def shelf(brush: Brush, x: float, y: float, wide: float, colour: str) -> None:
    """Jars and boxes on a board on the wall; (x, y) is its left end."""
    pen, lot = brush.pen, brush.lot
    pen.rect(x, y, wide, 9, colour)
    px = x + 8
    while px < x + wide - 30:
        w, h = lot.uniform(18, 30), lot.uniform(20, 44)
        paint = rgb(lot.choice(["#7fa8a0", "#c98f3e", "#a9483f", "#6c7fa0", "#b59a6a"]))
        pen.rect(px, y - h, w, h, paint)
        pen.rect(px + 2, y - h - 5, w - 4, 6, SNOW if lot.random() < 0.3 else shade(paint, 0.4), width=0.7)
        px += w + lot.uniform(5, 14)
