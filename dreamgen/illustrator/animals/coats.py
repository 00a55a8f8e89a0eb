"""Marks on the body: spots, patches and stripes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dreamgen.core.base import derived_random
from dreamgen.illustrator.animals.species import Species
from dreamgen.illustrator.display import Recorder, Rgb, mix, shade

if TYPE_CHECKING:
    from dreamgen.illustrator.animals.quadruped import Trunk


def draw_marks(recorder: Recorder, species: Species, coat: Rgb, pattern: str, trunk: Trunk, seed: int) -> None:
    """Records spots or stripes inside the outline of the body; a plain coat has none."""
    belly = species.body[2]
    bright = sum(coat) / 3 > 0.5
    ink = shade(coat, 1.2) if bright else mix(coat, "#f4efe6", 0.8)
    if pattern == "spotted":
        lot = derived_random(seed, "spots", species.name)
        for k in range(5):
            x, y = trunk.place(0.08 + k * 0.2 + lot.uniform(-0.05, 0.05), belly * lot.uniform(-0.35, 0.5))
            size = belly * lot.uniform(0.24, 0.42)
            recorder.oval(
                x,
                y,
                size * 1.2,
                size,
                mix(ink, "#2c2a2e", 0.45) if bright else ink,
                turn=lot.uniform(-1, 1),
                kind="detail",
            )
    elif pattern == "striped":
        for k in range(6):
            top, bottom = trunk.place(0.04 + k * 0.17, belly * 0.78), trunk.place(0.08 + k * 0.17, belly * 0.05)
            recorder.stroke(
                [top, ((top[0] + bottom[0]) / 2 + 1.2, (top[1] + bottom[1]) / 2), bottom], ink, belly * 0.22
            )
