"""Lamps, torches and fires of rooms."""

from __future__ import annotations

from dreamgen.illustrator.sets.brush import Brush, generator

_DARK_WOOD = "#7d563e"


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
