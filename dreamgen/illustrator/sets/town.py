"""Houses, shops and street furniture. Each stands at (x, y), its foot."""

from __future__ import annotations

import math

from dreamgen.illustrator.display import Rgb, rgb, shade, tint
from dreamgen.illustrator.sets.brush import SNOW, WIDE, Brush, generator, spread
from dreamgen.illustrator.sets.plants import bush

_LAMPLIGHT = "#ffd27a"
_IRON = "#3a3f4c"
_LIT_GOODS = ("#b9653f", "#d69a4c", "#8a7a4a", "#a85a52")
_DIM_GOODS = ("#5f7f95", "#7f9cb0", "#5f7f95", "#7f9cb0")


@generator
def skyline(brush: Brush, x: float, y: float, colour: list[str], size: float = 215.0, step: float = 58.0) -> None:
    """Far roofs from edge to edge, up to `size` high, some windows lit at night."""
    lot, pen = brush.lot, brush.pen
    for px in spread(-450 + x, 1500, step):
        high, wide = lot.uniform(0.42, 1.0) * size, lot.uniform(44, 76)
        wall = rgb(lot.choice(colour))
        pen.rect(px, y - high, wide, high + 60, wall)
        if lot.random() < 0.4:
            roof = [(px + wide * 0.3, y - high), (px + wide * 0.5, y - high - 34), (px + wide * 0.7, y - high)]
            pen.shape(roof, wall, smooth=False)
        for column in range(int(wide // 16)):
            for row in range(int(high // 24)):
                if lot.random() >= 0.5:
                    continue
                lit = lot.random() < 0.5 and brush.light.lamps
                with brush.glowing(lit):
                    glass = "#ffd98a" if lit else "#a9b9d0"
                    pen.rect(px + 6 + column * 16, y - high + 8 + row * 24, 7, 10, glass, kind="detail", alpha=0.8)


@generator
def terrace(brush: Brush, x: float, y: float, colour: list[str]) -> None:
    """A row of town houses from edge to edge with shops on the ground floor."""
    lot, street = brush.lot, brush
    px, number = -470.0 + x, lot.randrange(len(colour))
    while px < 1500:
        brush = street.apart()  # what its windows show depends on the hour, where the next house stands does not
        wide, high = lot.uniform(150, 205), lot.uniform(265, 350)
        wall = rgb(colour[number % len(colour)])
        number += 1
        brush.pen.rect(px, y - high, wide, high + 6, wall)
        _roof(brush, px, y - high, wide, wall, gabled=number % 3 == 0)
        if number % 2 == 0:
            for _ in range(16):
                bx, by = px + lot.uniform(6, wide - 18), lot.uniform(y - high + 12, y - 120)
                brush.pen.rect(bx, by, 11, 4.4, shade(wall, 0.16), kind="detail", alpha=0.8)
        _windows(brush, px, y - high, wide, high, wall)
        _shop(brush, px, y, wide, wall)
        px += wide + lot.uniform(0, 10)


def _roof(brush: Brush, x: float, y: float, wide: float, wall: Rgb, gabled: bool) -> None:
    pen = brush.pen
    if gabled:
        tiles = "#eef3f8" if brush.light.snowy else "#7a4a45"
        pen.shape([(x - 6, y), (x + wide * 0.5, y - 62), (x + wide + 6, y)], tiles, smooth=False)
        with brush.glowing(brush.light.lamps):
            pen.oval(x + wide * 0.5, y - 24, 10, 10, "#f0dca0" if brush.light.lamps else "#7d95ad")
    else:
        pen.rect(x - 5, y - 12, wide + 10, 16, shade(wall, 0.3))
        pen.rect(x + wide * 0.68, y - 40, 20, 30, shade("#a5563f", 0.1))
        pen.rect(x + wide * 0.68 - 3, y - 44, 26, 6, shade(wall, 0.4))
    if brush.light.snowy:
        drift = [
            (x - 7, y - 8), (x - 5, y - 20), (x + wide * 0.4, y - 17), (x + wide + 5, y - 20), (x + wide + 7, y - 8),
            (x + wide * 0.6, y - 10),
        ]  # fmt: skip
        pen.shape(drift, "#f5f9fd", width=0.5)


def _windows(brush: Brush, x: float, y: float, wide: float, high: float, wall: Rgb) -> None:
    lot, columns, pane = brush.lot, (3 if wide > 175 else 2), 26.0
    gap = (wide - columns * pane) / (columns + 1)
    for row in range(int((high - 125) // 66)):
        for column in range(columns):
            wx, wy = x + gap + (pane + gap) * column, y + 26 + row * 66
            _window(brush, wx, wy, pane, wall, lit=lot.random() < 0.62 and brush.light.lamps)
            box = brush.apart()
            if lot.random() < 0.4 and not brush.light.snowy:
                bush(box, wx + pane / 2, wy + 41, 17, "#5c9350", clumps=3, berries="#e2546a")


def _window(brush: Brush, x: float, y: float, pane: float, wall: Rgb, lit: bool) -> None:
    pen = brush.pen
    pen.rect(x - 4, y - 4, pane + 8, 46, tint(wall, 0.55))
    with brush.glowing(lit):
        if lit:
            pen.rect(x, y, pane, 38, _LAMPLIGHT, width=0.7)
            curtain = [(x, y), (x + 8, y), (x + 3, y + 38), (x, y + 38)]
            pen.shape(curtain, "#e8a658", smooth=False, kind="detail", alpha=0.8)
        else:
            pen.rect(x, y, pane, 38, "#6f8fae", width=0.7)
            glint = [(x + 3, y + 24), (x + 16, y + 2), (x + 22, y + 2), (x + 5, y + 32)]
            pen.shape(glint, "#b5cfe2", smooth=False, kind="detail", alpha=0.55)
    bar = tint(wall, 0.6)
    pen.stroke([(x + pane / 2, y), (x + pane / 2, y + 38)], bar, 2.2, smooth=False)
    pen.stroke([(x, y + 17), (x + pane, y + 17)], bar, 2.2, smooth=False)
    pen.rect(x - 7, y + 40, pane + 14, 5, tint(wall, 0.35), width=0.6)


def _shop(brush: Brush, x: float, y: float, wide: float, wall: Rgb) -> None:
    pen, lot, lit = brush.pen, brush.lot, brush.light.lamps
    awning = rgb(lot.choice(["#c8433c", "#2f8f8a", "#e0a233", "#4a6db0", "#7f4f8f"]))
    pen.rect(x + 8, y - 98, wide - 16, 102, shade(wall, 0.42))
    glass_wide = wide * 0.52
    with brush.glowing(lit):
        pen.rect(x + 16, y - 72, glass_wide, 58, "#ffd894" if lit else "#88a8bd")
        # a room behind the glass, so that a lit window is not a blank sheet
        pen.rect(x + 16, y - 72, glass_wide, 12, "#c98f4e" if lit else "#6f8ea6", kind="detail")
        pen.rect(x + 20, y - 46, glass_wide - 8, 3, "#a9743c" if lit else "#5d7a90", kind="detail")
        for k in range(int(glass_wide // 13)):
            tall = lot.uniform(6, 13)
            goods = lot.choice(_LIT_GOODS if lit else _DIM_GOODS)
            pen.rect(x + 22 + k * 12.5, y - 46 - tall, 8, tall, goods, kind="detail")
    for k, colour in enumerate(("#d2604c", "#e8c15a", "#6aa07a", "#8c7ac0")):
        pen.oval(x + 28 + k * wide * 0.12, y - 24 - (k % 2) * 6, 7, 9, colour, kind="detail")
    pen.stroke(
        [(x + 16 + glass_wide / 2, y - 72), (x + 16 + glass_wide / 2, y - 14)], shade(wall, 0.5), 2.4, smooth=False
    )
    if not lit:
        glint = [(x + 24, y - 22), (x + 50, y - 70), (x + 64, y - 70), (x + 34, y - 22)]
        pen.shape(glint, "#cfe2ee", smooth=False, kind="detail", alpha=0.45)
    pen.rect(x + wide * 0.68, y - 76, wide * 0.22, 80, awning)
    with brush.glowing(lit):
        pen.rect(x + wide * 0.71, y - 70, wide * 0.16, 34, "#ffd894" if lit else "#9db9cb", width=0.6)
    pen.oval(x + wide * 0.87, y - 32, 2.4, 2.4, "#f0d060", kind="detail")
    _awning(brush, x, y, wide, awning)
    if lit:
        brush.halo(x + 16 + wide * 0.26, y - 40, 70, "#ffd080", 0.16)


def _awning(brush: Brush, x: float, y: float, wide: float, colour: Rgb) -> None:
    stripes = 7
    w = (wide - 4) / stripes
    for k in range(stripes):
        top_l, top_r = x + 2 + k * w * 0.96 + wide * 0.02, x + 2 + (k + 1) * w * 0.96 + wide * 0.02
        hem = [(x + (k + 1) * w, y - 80), (x + (k + 0.5) * w, y - 74), (x + k * w, y - 80)]
        flap = [(top_l, y - 108), (top_r, y - 108), *hem]
        brush.pen.shape(flap, colour if k % 2 == 0 else "#f5efe2", sharp=(0, 1, 2, 4), width=0.6)
    if brush.light.snowy:
        drift = [(x, y - 106), (x + 4, y - 114), (x + wide - 8, y - 114), (x + wide - 2, y - 106)]
        brush.pen.shape(drift, "#f5f9fd", width=0.4)


@generator
def pavement(brush: Brush, x: float, y: float, colour: str, road: str) -> None:
    """A paved walk 110 points deep from edge to edge, with a road in front of it."""
    pen, left, length = brush.pen, WIDE[0], WIDE[1] - WIDE[0]
    stone = rgb("#e8eef4") if brush.light.snowy else rgb(colour)
    tar = rgb("#cdd7e2") if brush.light.snowy else rgb(road)
    if brush.light.wet:
        stone, tar = shade(stone, 0.3), shade(tar, 0.3)
    pen.rect(left, y, length, 110, stone)
    pen.rect(left, y, length, 7, shade(stone, 0.25), width=0.5, kind="detail")
    for dy in (22, 52):
        pen.stroke([(left, y + dy), (WIDE[1], y + dy)], shade(stone, 0.28), 1.3, smooth=False, alpha=0.7)
    for px in spread(-580, WIDE[1], 64):
        joint = [(512 + (px - 512) * 0.93, y + 6), (512 + (px - 512) * 1.10, y + 102)]
        pen.stroke(joint, shade(stone, 0.28), 1.2, smooth=False, alpha=0.55)
    pen.rect(left, y + 104, length, 11, tint(stone, 0.35))
    pen.rect(left, y + 115, length, 320, tar)
    for px in spread(-560, WIDE[1], 150):
        pen.shape(
            [(px, y + 146), (px + 80, y + 146), (px + 86, y + 154), (px + 2, y + 154)],
            "#e8dca8",
            smooth=False,
            kind="detail",
        )
    if brush.light.wet:
        for px in spread(-540, WIDE[1], 170):
            px, py, w = px + brush.between(-50, 50), y + brush.between(30, 100), brush.between(30, 70)
            pen.oval(px, py, w, w * 0.11, tint(stone, 0.35), kind="detail", alpha=0.8)
            pen.stroke([(px - w * 0.4, py - 2), (px, py - 3.5), (px + w * 0.4, py - 2)], "#ffffff", 1.4, alpha=0.6)


@generator
def lamp_post(brush: Brush, x: float, y: float, size: float = 250.0) -> None:
    """A street lamp of `size` height, lit when people have their lamps on."""
    pen, k, lit = brush.pen, size / 252, brush.light.lamps
    foot = [(-9, 2), (-6, -10), (-3, -14), (-2.5, -200), (2.5, -200), (3, -14), (6, -10), (9, 2)]
    pen.shape([(x + dx * k, y + dy * k) for dx, dy in foot], _IRON, sharp=(0, 7))
    cage = [(-12, -236), (12, -236), (8, -204), (-8, -204)]
    pen.shape([(x + dx * k, y + dy * k) for dx, dy in cage], _IRON, smooth=False)
    with brush.glowing(lit):
        glass = [(-8, -233), (8, -233), (5.4, -207), (-5.4, -207)]
        pen.shape(
            [(x + dx * k, y + dy * k) for dx, dy in glass], "#ffe9a8" if lit else "#dfe6ea", smooth=False, kind="detail"
        )
    if lit:
        brush.halo(x, y - 220 * k, 95, "#ffdc8c", 0.22)
    roof = [(-14, -236), (0, -252), (14, -236)]
    pen.shape([(x + dx * k, y + dy * k) for dx, dy in roof], _IRON, smooth=False)


@generator
def park_bench(brush: Brush, x: float, y: float, colour: str = "#a9754a") -> None:
    """A wooden bench 190 points wide; (x, y) is under its middle."""
    pen, wood = brush.pen, rgb(colour)
    for side in (-70, 70):
        leg = [(-4, 0), (-3, -53), (-8, -101), (-2, -101), (4, -53), (6, -35), (5, 0)]
        pen.shape([(x + side + dx, y + dy) for dx, dy in leg], _IRON, sharp=(0, 6))
    for dy in (-97, -81):
        pen.rect(x - 86, y + dy, 172, 11, wood)
    pen.shape([(x - 88, y - 55), (x + 88, y - 55), (x + 96, y - 41), (x - 96, y - 41)], wood, smooth=False)
    pen.stroke([(x - 90, y - 48), (x + 92, y - 48)], shade(wood, 0.5), 1.3, smooth=False)
    if brush.light.snowy:
        pen.shape([(x - 86, y - 97), (x - 52, y - 103), (x + 48, y - 102), (x + 86, y - 97)], "#f7fafd", width=0.4)


@generator
def hydrant(brush: Brush, x: float, y: float, colour: str = "#c8403a") -> None:
    """A fire hydrant 54 points high."""
    pen, paint = brush.pen, rgb(colour)
    body = [(-14, 0), (-14, -38), (-10, -48), (0, -54), (10, -48), (14, -38), (14, 0)]
    pen.shape([(x + dx, y + dy) for dx, dy in body], paint, sharp=(0, 6))
    pen.rect(x - 18, y - 42, 36, 6, shade(paint, 0.2))
    pen.oval(x, y - 22, 5, 5, "#f0d060")
    pen.rect(x - 17, y - 4, 34, 7, shade(paint, 0.3))
    if brush.light.snowy:
        pen.oval(x, y - 53, 10, 4, SNOW, kind="detail")


@generator
def planter(brush: Brush, x: float, y: float, colour: str, leaves: str, berries: str | None = None) -> None:
    """A tub with a bush, 124 points wide; (x, y) is the middle of its rim."""
    pen = brush.pen
    pen.shape([(x - 56, y + 8), (x + 56, y + 8), (x + 48, y + 62), (x - 48, y + 62)], shade(colour, 0.12), smooth=False)
    pen.rect(x - 62, y, 124, 12, colour)
    bush(brush, x, y + 4, 46, leaves, berries=berries)


@generator
def bunting(brush: Brush, x: float, y: float, rope: str, colours: list[str]) -> None:
    """Flags on a rope across the top of the picture."""
    for k in range(26):
        px = x + k * 52
        a, b = y + 26 * math.sin(k * 0.9) ** 2, y + 26 * math.sin((k + 1) * 0.9) ** 2
        brush.pen.stroke([(px, a - 10), (px + 26, (a + b) / 2), (px + 52, b - 10)], rope, 1.6)
        brush.pen.shape(
            [(px + 8, a - 4), (px + 40, a - 2), (px + 25, a + 30)], colours[k % len(colours)], smooth=False, width=0.6
        )


@generator
def roofs(brush: Brush, x: float, y: float, colour: list[str], size: float = 120.0) -> None:
    """Roofs seen from above, from edge to edge, with chimneys and lit attic windows."""
    lot, pen = brush.lot, brush.pen
    px = WIDE[0] + x
    while px < WIDE[1]:
        wide, high = lot.uniform(140, 230), lot.uniform(0.6, 1.0) * size
        tiles = brush.ground(lot.choice(colour))
        pen.rect(px, y - high * 0.5, wide, high * 0.5 + 300, shade(tiles, 0.35))
        pen.shape(
            [(px - 10, y - high * 0.45), (px + wide * 0.5, y - high), (px + wide + 10, y - high * 0.45)],
            tiles,
            smooth=False,
        )
        stack = px + wide * lot.uniform(0.2, 0.35)
        pen.rect(stack, y - high * 1.05, 22, high * 0.4, "#8a5246")
        pen.rect(stack - 3, y - high * 1.08, 28, 7, "#5d4038")
        lit = lot.random() < 0.7 and brush.light.lamps
        with brush.glowing(lit):
            pen.rect(px + wide * 0.5 - 9, y - high * 0.36, 18, 22, _LAMPLIGHT if lit else "#6f8fae")
        px += wide * lot.uniform(0.85, 1.0)
