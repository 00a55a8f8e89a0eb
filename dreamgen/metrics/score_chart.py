"""Scores as a drawing (SVG): a dot with its interval for every row, and a tick where chance is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, get_args

from dreamgen.metrics.answered import Scores
from dreamgen.metrics.marks import Measure
from dreamgen.metrics.score_table import HEADINGS, cell
from dreamgen.metrics.scoring import By, Row

_WIDTH: Final = 860
_LEFT, _RIGHT = 300, 690
"""Pixels where 0 and 1 are."""
_LINE, _TITLE, _TOP = 20, 34, 64
_INK, _FAINT, _DOT, _CHANCE = "#222", "#ddd", "#2f5f8f", "#cf3b35"
_LONGEST: Final = 44
"""Letters of a name."""


def chart_of(scores: Scores, parts: Sequence[By]) -> str:
    """The whole drawing, all measures on one scale from 0 to 1.

    Args:
        scores: what was found.
        parts: of the table, that are drawn.
    """
    drawn: list[str] = []
    y = _TOP
    for by in parts:
        for title, rows in _panels(by, HEADINGS[by], scores):
            drawn.append(_text(16, y + 22, title, size=14, bold=True))
            y += _TITLE
            drawn += _grid(y - 4, y + _LINE * len(rows) - 4)
            for row in rows:
                drawn += _row(row, y + 7)
                y += _LINE
            y += 8
    height = y + 28
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
            f'viewBox="0 0 {_WIDTH} {height}" font-family="Helvetica, Arial, sans-serif" fill="{_INK}">',
            f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
            _text(16, 28, scores.answers, size=17, bold=True),
            *_legend(),
            *drawn,
            *(_text(_at(tenth / 10), height - 12, f"{tenth / 10:g}", anchor="middle") for tenth in range(0, 11, 2)),
            "</svg>\n",
        )
    )


def _panels(by: By, heading: str, scores: Scores) -> Iterator[tuple[str, list[Row]]]:
    """The rows of one kind, a panel a measure; over all, measures are rows of one panel."""
    rows = [row for row in scores.rows if row.by == by and row.n]
    if by == "overall":
        if rows:
            yield heading, rows
        return
    for measure in get_args(Measure):
        some = [row for row in rows if row.measure == measure]
        if some:
            yield f"{heading}: {measure}", some


def _row(row: Row, y: int) -> Iterator[str]:
    name = row.measure if row.by == "overall" else row.name
    yield _text(_LEFT - 12, y + 4, name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…", anchor="end")
    if row.chance is not None:
        x = _at(row.chance)
        yield f'<line x1="{x}" x2="{x}" y1="{y - 7}" y2="{y + 7}" stroke="{_CHANCE}" stroke-width="2"/>'
    if row.low is not None and row.high is not None:
        ends = f'x1="{_at(row.low)}" x2="{_at(row.high)}"'
        yield f'<line {ends} y1="{y}" y2="{y}" stroke="{_DOT}" stroke-width="2.5"/>'
    yield f'<circle cx="{_at(row.value)}" cy="{y}" r="4.5" fill="{_DOT}"/>'
    yield _text(_RIGHT + 16, y + 4, f"{cell(row.value)}   n {row.n}")


def _grid(top: int, bottom: int) -> Iterator[str]:
    for tenth in range(0, 11, 2):
        x = _at(tenth / 10)
        yield f'<line x1="{x}" x2="{x}" y1="{top}" y2="{bottom}" stroke="{_FAINT}"/>'


def _legend() -> Iterator[str]:
    yield f'<circle cx="22" cy="48" r="4.5" fill="{_DOT}"/>'
    yield _text(34, 52, "score, with its 95 % interval")
    yield f'<line x1="232" x2="232" y1="41" y2="55" stroke="{_CHANCE}" stroke-width="2"/>'
    yield _text(242, 52, "chance")


def _text(x: float, y: float, words: str, *, size: int = 12, bold: bool = False, anchor: str = "start") -> str:
    plain = escape("".join(one for one in words if one.isprintable()))
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}"{weight} xml:space="preserve">{plain}</text>'
    )


def _at(value: float) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * value, 1)
