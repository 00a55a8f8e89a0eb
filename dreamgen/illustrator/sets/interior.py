"""Rooms: walls, floors, windows, pillars."""

from __future__ import annotations

from itertools import pairwise

from dreamgen.illustrator.display import Rgb, mix, rgb, shade, tint
from dreamgen.illustrator.sets.brush import WIDE, Brush, generator, spread
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
def column(brush: Brush, x: float, y: float, size: float, colour: str) -> None:
    """A stone column of `size` height."""
    pen, stone, w = brush.pen, rgb(colour), size * 0.075
    pen.rect(x - w, y - size, 2 * w, size, stone)
    for dx in (-0.5, 0.1, 0.6):
        pen.stroke([(x + dx * w, y - size + 40), (x + dx * w, y - 30)], shade(stone, 0.2), 1.6, smooth=False, alpha=0.7)
    pen.rect(x - w * 1.5, y - 26, w * 3, 28, shade(stone, 0.12))
    pen.rect(x - w * 1.5, y - size - 4, w * 3, 26, shade(stone, 0.12))


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
def beams(brush: Brush, x: float, y: float, colour: str, step: float = 210.0) -> None:
    """Rafters under the ceiling, at `y`."""
    brush.pen.rect(WIDE[0], y, WIDE[1] - WIDE[0], 26, shade(colour, 0.2))
    for px in spread(WIDE[0], WIDE[1], step):
        brush.pen.shape(
            [(px, y - 300), (px + 34, y - 300), (px + 34, y + 60), (px + 17, y + 78), (px, y + 60)],
            colour,
            smooth=False,
        )
