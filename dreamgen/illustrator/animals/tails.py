"""Tails by shape."""

from __future__ import annotations

import math

import numpy as np

from dreamgen.core.vocabulary import Pose
from dreamgen.illustrator.animals.species import Species
from dreamgen.illustrator.display import Recorder, Rgb, shade
from dreamgen.illustrator.geometry import Points

_HANGING = ("hair", "tuft")


def draw_tail(recorder: Recorder, species: Species, coat: Rgb, root: tuple[float, float], pose: Pose, t: float) -> None:
    """Records the tail from `root`, swaying."""
    shape, length, width = species.tail
    colour = species.tail_colour or coat
    if shape == "bob":
        recorder.oval(root[0] - length * 0.35, root[1], length, width, colour, width=0.8)
        return
    if shape == "curl":
        turns = np.linspace(0, 2.6 * math.pi, 12)
        spiral = [(root[0] - 2 - k * 0.45, root[1] + 2.6 * math.sin(a) - 1) for k, a in enumerate(turns)]
        recorder.stroke(spiral, shade(coat, 0.25), width * 0.9)
        return
    line = _line(root, length, hanging=shape in _HANGING, low=pose == "lie", sway=math.sin(2 * math.pi * 0.55 * t))
    if shape == "hair":
        recorder.limb(line, np.array([width * 0.5, width, width * 1.1, width * 0.7, width * 0.2]), species.mane_colour)
    elif shape == "brush":
        recorder.limb(line, np.array([width * 0.4, width * 0.9, width * 1.15, width, width * 0.3]), colour)
        if species.tail_tip is not None:
            recorder.limb(line[3:], np.array([width * 0.95, width * 0.3]), species.tail_tip, kind="detail")
    else:
        end = 0.8 if shape == "plume" else 0.45
        recorder.limb(line, np.array([width, width, width * 0.9, width * 0.8, width * end]), colour)
        if shape == "tuft":
            x, y = line[-1]
            recorder.oval(
                x, y, width * 1.9, width * 2.6, species.mane_colour if species.mane else shade(coat, 0.8), width=0.8
            )


def _line(root: tuple[float, float], length: float, hanging: bool, low: bool, sway: float) -> Points:
    """Five points from the root to the tip."""
    x, y = root
    steps = np.linspace(0, 1, 5)
    if low:  # along the ground behind a lying animal
        return np.array([(x - length * 0.9 * u, min(y * (1 - 0.8 * u), -2.0) - 1.5 * u * sway) for u in steps])
    if hanging:
        fall = min(length * 0.95, -y - 2.0)  # a sitting animal's tail ends on the ground, and the rest lies on it
        rest = length * 0.95 - fall
        return np.array(
            [
                (
                    x - 4 * math.sin(math.pi * u * 0.6) - 3 * u * sway - rest * u * u,
                    y + fall * u ** (0.6 if rest > 1 else 1),
                )
                for u in steps
            ]
        )
    angles = [2.75 + (0.75 + 0.16 * sway) * u for u in steps]
    points = [(x, y)]
    for angle in angles[1:]:
        px, py = points[-1]
        points.append((px + length / 4 * math.cos(angle), py - abs(length / 4 * math.sin(angle)) - length * 0.03))
    return np.array(points)
