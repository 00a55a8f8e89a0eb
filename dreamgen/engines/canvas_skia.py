"""Skia draws the marks of `canvas`. Vector shapes only: its wheel is slow at whole images, which `imaging` does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dreamgen.engines.canvas import Fill, Mark, Outline, Pixels, Ramp


def draw(pixels: Pixels, marks: Sequence[Mark], zoom: float, shift: tuple[float, float], smooth: bool) -> None:
    """See `canvas.draw`."""
    import skia

    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    canvas = skia.Surface.MakeRasterDirect(info, pixels).getCanvas()
    canvas.setMatrix(skia.Matrix.MakeAll(zoom, 0, shift[0], 0, zoom, shift[1], 0, 0, 1))
    plain = skia.Paint(AntiAlias=smooth)
    pen = skia.Paint(
        AntiAlias=smooth,
        Style=skia.Paint.kStroke_Style,
        StrokeJoin=skia.Paint.kRound_Join,
        StrokeCap=skia.Paint.kRound_Cap,
    )
    for mark in marks:
        path = _path(mark.outline)
        if not isinstance(mark, Fill):
            pen.setStrokeWidth(mark.width)
            pen.setColor(mark.colour)
            canvas.drawPath(path, pen)
            continue
        if mark.ramp is None and not mark.blur:
            plain.setColor(mark.colour)
            paint = plain
        else:
            paint = _special(mark, smooth)
        if mark.offset == (0.0, 0.0):
            canvas.drawPath(path, paint)
        else:
            canvas.save()
            canvas.translate(*mark.offset)
            canvas.drawPath(path, paint)
            canvas.restore()


def _special(fill: Fill, smooth: bool) -> Any:
    # a fresh paint each time: setShader(None) raises, so a shader can't be taken off again
    import skia

    paint = skia.Paint(AntiAlias=smooth, Color=fill.colour)
    if fill.blur:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, fill.blur))
    if fill.ramp is not None:
        paint.setShader(_gradient(fill.ramp))
    return paint


def _gradient(ramp: Ramp) -> Any:
    import skia

    return skia.GradientShader.MakeLinear([ramp.start, ramp.end], list(ramp.colours), list(ramp.at))


def _path(outline: Outline) -> Any:
    if outline.prepared is not None and outline.prepared[0] == "skia":
        return outline.prepared[1]
    import skia

    points = outline.curve.tolist()
    path = skia.Path()
    path.moveTo(*points[0])
    for i in range(1, len(points) - 2, 3):
        path.cubicTo(*points[i], *points[i + 1], *points[i + 2])
    if outline.closed:
        path.close()
    # Skia keeps the answer in the path, and draws what it knows to be convex another way: asked for here, the pixels do
    # not depend on what was drawn with the same outline before
    path.isConvex()
    outline.prepared = ("skia", path)
    return path
