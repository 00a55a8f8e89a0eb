"""A training's losses as a drawing (SVG)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_WIDTH, _HEIGHT, _MARGIN = 720, 360, 48
_SMOOTH = 0.95
"""How much of the running mean is kept each step: a single loss mostly tells how much noise there was."""


def loss_curve(losses: Sequence[Mapping[str, Any]]) -> str:
    """An SVG of the log that `training.train` keeps: each step's loss, their running mean, and the evaluations."""
    steps = [(line["step"], line["loss"]) for line in losses if "loss" in line]
    fixed = [(line["step"], line["evaluation"]) for line in losses if "evaluation" in line]
    last = max([1, *(step for step, _ in (*steps, *fixed))])
    high = max([1e-9, *(loss for _, loss in (*steps, *fixed))])

    def at(step: float, loss: float) -> str:
        x = _MARGIN + (_WIDTH - 2 * _MARGIN) * step / last
        y = _HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * loss / high
        return f"{x:.1f},{y:.1f}"

    dots = "".join(_dot(at(*point), "#9cb4cc", 1.5) for point in steps)
    marks = "".join(_dot(at(*point), "#cf3b35", 4) for point in fixed)
    curve = " ".join(at(*point) for point in _smooth(steps))
    floor, ceiling, end = at(0, 0), at(0, high), at(last, 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
        f'<polyline points="{ceiling} {floor} {end}" fill="none" stroke="#444"/>'
        f'{dots}<polyline points="{curve}" fill="none" stroke="#2f5f8f" stroke-width="2"/>{marks}'
        f'<text x="{_MARGIN}" y="{_MARGIN - 16}" font-size="13">'
        "loss: of each step (dots), their running mean (line), of fixed lessons (red)</text>"
        f'<text x="8" y="{_MARGIN + 4}" font-size="12">{high:.3g}</text>'
        f'<text x="{_MARGIN - 12}" y="{_HEIGHT - _MARGIN + 18}" font-size="12">0</text>'
        f'<text x="{_WIDTH - _MARGIN - 12}" y="{_HEIGHT - _MARGIN + 18}" font-size="12">{last}</text></svg>\n'
    )


def _dot(where: str, colour: str, radius: float) -> str:
    x, _, y = where.partition(",")
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>'


def _smooth(points: Iterable[tuple[int, float]]) -> Iterable[tuple[int, float]]:
    mean = share = 0.0
    for step, loss in points:
        mean, share = _SMOOTH * mean + (1 - _SMOOTH) * loss, _SMOOTH * share + (1 - _SMOOTH)
        yield step, mean / share
