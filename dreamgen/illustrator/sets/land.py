"""Ground, hills, paths, mountains and plain shapes that data spells out point by point."""

from __future__ import annotations

import math

from dreamgen.illustrator.display import rgb, shade, tint
from dreamgen.illustrator.sets.brush import SNOW, WIDE, Brush, generator, spread

_BELOW = 860.0  # lower than any camera looks


@generator
def shape(
    brush: Brush, x: float, y: float, points: list[list[float]], colour: str, sharp: list[int] | None = None,
    width: float = 1.0, smooth: bool = True, detail: bool = False, alpha: float = 1.0, covered: bool = False,
) -> None:  # fmt: skip
    """A closed curve through points around (x, y); with `covered`, snow lies on it."""
    fill = brush.ground(colour) if covered else rgb(colour)
    moved = [(x + dx, y + dy) for dx, dy in points]
    brush.pen.shape(
        moved, fill, smooth=smooth, sharp=sharp or (), width=width, kind="detail" if detail else "main", alpha=alpha
    )


@generator
def box(
    brush: Brush, x: float, y: float, wide: float, high: float, colour: str, width: float = 1.0, detail: bool = False
) -> None:
    """An upright rectangle with its top left corner at (x, y)."""
    brush.pen.rect(x, y, wide, high, colour, width=width, kind="detail" if detail else "main")


@generator
def disc(brush: Brush, x: float, y: float, wide: float, high: float, colour: str, detail: bool = False) -> None:
    """An ellipse around (x, y) with these half widths."""
    brush.pen.oval(x, y, wide, high, colour, kind="detail" if detail else "main")


@generator
def hills(brush: Brush, x: float, y: float, colour: str, swell: float = 12.0, bumps: int = 9) -> None:
    """Rolling land from edge to edge."""
    left, right = WIDE
    xs = [left + (right - left) * k / (bumps - 1) for k in range(bumps)]
    ridge = [(px + x, y + brush.between(-swell, swell)) for px in xs]
    brush.pen.shape([(left - 40, _BELOW), *ridge, (right + 40, _BELOW)], brush.ground(colour), sharp=(0, bumps + 1))


@generator
def meadow(brush: Brush, x: float, y: float, colour: str, near: str, wobble: float = 5.0) -> None:
    """The ground that people stand on, from edge to edge, with a darker or lighter strip in front."""
    left, right = WIDE
    xs = [left + (right - left) * k / 12 for k in range(13)]
    edge = [(px, y + brush.between(-wobble, wobble)) for px in xs]
    brush.pen.shape([(left, _BELOW), *edge, (right, _BELOW)], brush.ground(colour), sharp=(0, 14))
    edge = [(px, y + 62 + brush.between(-8, 8)) for px in xs]
    brush.pen.shape([(left, _BELOW), *edge, (right, _BELOW)], brush.ground(near), sharp=(0, 14), kind="detail")


@generator
def path(brush: Brush, x: float, y: float, colour: str, light: str, bend: float = 0.0) -> None:
    """A way that comes from the back at (x, y) and widens to the front; `bend` moves its end to the side."""

    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + dx + bend * (dy / 360) ** 2, y + dy

    outer = [(-20, 0), (20, 0), (50, 38), (220, 118), (360, 458), (-290, 458), (-210, 158), (-110, 68), (-40, 28)]
    inner = [(5, 8), (16, 8), (35, 44), (100, 118), (160, 358), (-60, 358), (-70, 158), (-40, 68)]
    brush.pen.shape([at(*point) for point in outer], brush.ground(colour), width=0.5)
    brush.pen.shape([at(*point) for point in inner], brush.ground(light), kind="detail")


@generator
def mountains(
    brush: Brush, x: float, y: float, colour: str, size: float, step: float = 190.0, capped: bool = True
) -> None:
    """A chain of peaks from edge to edge whose feet are at `y`."""
    base = rgb(colour)
    for px in spread(WIDE[0] - 100, WIDE[1] + 100, step):
        px += brush.between(-0.25, 0.25) * step + x
        high, half = size * brush.between(0.6, 1.0), step * brush.between(0.75, 1.0)
        top = (px + brush.between(-0.1, 0.1) * half, y - high)
        left, right = (px - half, y + 20), (px + half, y + 20)
        knee_l = (px - half * 0.45, y - high * brush.between(0.42, 0.52))
        knee_r = (px + half * 0.48, y - high * brush.between(0.38, 0.5))
        brush.pen.shape([left, knee_l, top, knee_r, right], base, smooth=False)
        ridge = (top[0] + half * 0.12, y - high * 0.45)
        foot = (px + half * 0.2, y + 20)
        brush.pen.shape([top, knee_r, right, foot, ridge], shade(base, 0.32), smooth=False, kind="detail")
        if capped and high > size * 0.55:
            _cap(brush, top, knee_l, knee_r)


def _cap(brush: Brush, top: tuple[float, float], left: tuple[float, float], right: tuple[float, float]) -> None:
    def along(to: tuple[float, float], share: float) -> tuple[float, float]:
        return top[0] + (to[0] - top[0]) * share, top[1] + (to[1] - top[1]) * share

    a, b = along(left, 0.62), along(right, 0.6)
    third = (b[0] - a[0]) / 4
    zigzag = [(b[0] - third, b[1] - 10), (b[0] - 2 * third, b[1] + 8), (b[0] - 3 * third, b[1] - 8)]
    brush.pen.shape([top, b, *zigzag, a], SNOW, smooth=False, width=0.5)


@generator
def furrows(brush: Brush, x: float, y: float, colour: str, count: int = 17) -> None:
    """Lines over the ground that meet at (x, y): ploughed earth, floor boards."""
    for k in range(count):
        px = x + (k - count // 2) * 120
        brush.pen.stroke(
            [(x + (px - x) * 0.25, y + 6), (px, _BELOW)], shade(colour, 0.25), 2.2, smooth=False, alpha=0.5
        )


@generator
def pebbles(brush: Brush, x: float, y: float, colour: str, count: int = 120, deep: float = 124.0) -> None:
    """Specks on the ground from `y` down to the front."""
    base = brush.ground(colour)
    for _ in range(count):
        px, py = brush.between(*WIDE), brush.between(y, y + deep)
        brush.pen.oval(px, py, brush.between(1, 2.2), 0.9, shade(base, 0.3), kind="detail", alpha=0.6)


@generator
def ripples(brush: Brush, x: float, y: float, colour: str, count: int = 14, deep: float = 104.0) -> None:
    """Faint bows on the ground from `y` down to the front: dunes in sand, drifts."""
    base = brush.ground(colour)
    for _ in range(count):
        px, py = brush.between(*WIDE), brush.between(y, y + deep)
        brush.pen.stroke([(px - 26, py), (px, py - 3), (px + 26, py)], shade(base, 0.16), 2.0, alpha=0.6)


@generator
def fence(brush: Brush, x: float, y: float, size: float, colour: str, upto: float, step: float = 46.0) -> None:
    """A wooden fence of `size` height from `x` to `upto`."""
    wood = rgb(colour)
    for rail in (0.35, 0.75):
        brush.pen.rect(x, y - size * rail - 4, upto - x, 7, shade(wood, 0.12))
    for px in spread(x, upto, step):
        h = size * brush.between(0.94, 1.06)
        post = [(px, y), (px, y - h + 6), (px + 6, y - h), (px + 12, y - h + 6), (px + 12, y)]
        brush.pen.shape(post, wood, smooth=False, width=0.8)
        if brush.light.snowy:
            brush.pen.oval(px + 6, y - h + 2, 9, 4, SNOW, kind="detail")


@generator
def pond(brush: Brush, x: float, y: float, size: float, colour: str) -> None:
    """Still water of `size` half width, with rings on it."""
    water = rgb("#dfeaf2") if brush.light.snowy else rgb(colour)
    brush.pen.oval(x, y, size * 1.06, size * 0.2 + 4, brush.ground("#a9a184"), width=0.6)
    brush.pen.oval(x, y, size, size * 0.2, water, width=0.6)
    for share in (0.7, 0.4):
        dx = size * 0.2 * math.cos(share * 9)
        brush.pen.oval(
            x + dx, y + 2, size * share * 0.6, size * share * 0.09, tint(water, 0.35), kind="detail", alpha=0.6
        )
        brush.pen.oval(x + dx, y + 2, size * share * 0.5, size * share * 0.07, water, kind="detail")
