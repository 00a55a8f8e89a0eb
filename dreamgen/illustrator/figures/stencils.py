"""Stencils: shapes kept as data. Hair, hats, trimmings of clothes and held props are lists of marks.

A mark in a data file is one of

    { shape = [[x, y], ...], sharp = [0, 3] }   a closed curve, with corners at these points
    { poly = [[x, y], ...] }                    the same with straight edges
    { oval = [x, y, rx, ry, turn] }             an ellipse, turned by radians
    { line = [[x, y], ...], width = 0.1 }       a stroke, as wide as `width` units of the stencil

and says how it is painted: `paint` (the name of a colour of the look, or "#rrggbb"), `shade` or `tint` (how much
darker or lighter), `kind = "detail"` (no outline), `width` of the outline, `alpha`, `blur`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import numpy as np

from dreamgen.illustrator.display import Kind, Recorder, Rgb, rgb, shade, tint
from dreamgen.illustrator.figures.tables import table
from dreamgen.illustrator.geometry import Points, ellipse, spline

Warp = Callable[[Points], Points]
"""Moves points of a data file into the units of a body."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One shape of a stencil, its curve already made."""

    curve: Points
    """Cubic control points, in the units of the stencil."""
    paint: str
    """A colour of the look, or '#rrggbb'."""
    shade: float
    """How much darker than the paint."""
    tint: float
    """How much lighter than the paint."""
    kind: Kind
    """As in `Item`."""
    width: float
    """Of the outline (a factor) or of the stroke (in units of the stencil)."""
    alpha: float
    """Opacity, 0-1."""
    blur: float
    """Softness, in units of the stencil."""


def marks(rows: Sequence[Mapping[str, Any]], warp: Warp | None = None) -> tuple[Mark, ...]:
    """The marks of one list of a data file.

    Args:
        rows: as the module's head says.
        warp: moves the points, but never the radii of ovals.
    """
    return tuple(_mark(row, warp or (lambda points: points)) for row in rows)


@cache
def stencil(file: str, *path: str) -> tuple[Mark, ...]:
    """The marks at `path` of data/<file>.toml; none when the path leads nowhere."""
    found: Any = table(file)
    for key in path:
        found = found.get(key, {})
    return marks(found or ())


def stamp(recorder: Recorder, stencil_marks: Sequence[Mark], paints: Mapping[str, Rgb], unit: float) -> None:
    """Records the marks under the recorder's transform.

    Args:
        recorder: its transform maps the units of the stencil to the stage.
        stencil_marks: in painter's order.
        paints: what the marks' paint names mean.
        unit: stage points in one unit of the stencil, for strokes and blurs.
    """
    for mark in stencil_marks:
        colour = paints[mark.paint] if mark.paint in paints else rgb(mark.paint)
        if mark.shade:
            colour = shade(colour, mark.shade)
        if mark.tint:
            colour = tint(colour, mark.tint)
        if mark.kind == "line":
            recorder.add(
                mark.curve, None, closed=False, kind="line", line=colour, width=mark.width * unit, alpha=mark.alpha
            )
        else:
            recorder.add(mark.curve, colour, kind=mark.kind, width=mark.width, alpha=mark.alpha, blur=mark.blur * unit)


def _mark(row: Mapping[str, Any], warp: Warp) -> Mark:
    line = "line" in row
    return Mark(
        curve=_curve(row, warp),
        paint=row.get("paint", "main"),
        shade=row.get("shade", 0.0),
        tint=row.get("tint", 0.0),
        kind="line" if line else cast(Kind, row.get("kind", "main")),
        width=row.get("width", 1.0),
        alpha=row.get("alpha", 1.0),
        blur=row.get("blur", 0.0),
    )


def _curve(row: Mapping[str, Any], warp: Warp) -> Points:
    if "oval" in row:
        x, y, rx, ry, *turn = row["oval"]
        centre = warp(np.array([[x, y]], float))[0]
        return ellipse(float(centre[0]), float(centre[1]), rx, ry, *turn)
    if "line" in row:
        return spline(warp(np.array(row["line"], float)), closed=False, smooth=not row.get("straight", False))
    if "poly" in row:
        return spline(warp(np.array(row["poly"], float)), smooth=False)
    return spline(warp(np.array(row["shape"], float)), sharp=row.get("sharp", ()))
