"""What stands in rooms, at (x, y), its foot, and what hangs on their walls."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dreamgen.illustrator.display import rgb, shade, tint
from dreamgen.illustrator.sets.brush import SNOW, Brush, generator

_DARK_WOOD = "#7d563e"


@generator
def rug(brush: Brush, x: float, y: float, wide: float, colour: str, trim: str, middle: str) -> None:
    """An oval rug of `wide` half width."""
    pen, high = brush.pen, wide * 0.134
    for share, fill in ((1.0, colour), (0.91, trim), (0.87, colour), (0.58, middle), (0.53, colour)):
        pen.oval(x, y, wide * share, high * share, fill, kind="main" if share == 1.0 else "detail")


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
