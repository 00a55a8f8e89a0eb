"""What a run will cost, before it starts."""

from __future__ import annotations

from dreamgen.core.base import Record
from dreamgen.core.story import Story
from dreamgen.engines.processes import available_cpus
from dreamgen.run.recipe import Recipe
from dreamgen.style.book import read_style

FULL_FRAME = 1024 * 576
"""Pixels of the frames that the numbers below were measured with."""

CPU_SECONDS_A_FRAME = {"flat": 0.05, "cutout": 0.06, "noir": 0.06, "watercolor": 0.08}
"""Drawing one full frame with its truth and encoding it, on one core of a small server, by painter."""

CPU_SECONDS_A_PAIRED_SECOND = 0.8
"""Everything after the film (looking, asking, writing), for each second of film."""

BYTES_A_FRAME = 7_000
"""One full frame in a clip with its masks; the film and every dataset that holds videos take as much again."""


class Estimate(Record):
    """What to expect. Films differ: it may take half or twice as much."""

    shots: int
    """How many."""
    film_seconds: float
    """Length of the film, without its title card."""
    wall_seconds: float
    """Time on this machine, when nothing else runs on it."""
    disk_bytes: int
    """Room on the disk."""


def estimate(story: Story, recipe: Recipe) -> Estimate:
    """The cost of a staged story."""
    seconds = sum(shot.seconds for shot in story.shots)
    share = recipe.size[0] * recipe.size[1] / FULL_FRAME
    frames = seconds * recipe.fps
    painter = read_style(recipe.look).painter
    # some of a frame's cost does not shrink with it
    drawing = frames * CPU_SECONDS_A_FRAME.get(painter, max(CPU_SECONDS_A_FRAME.values())) * (0.15 + 0.85 * share)
    copies = 2 + len(recipe.export)
    return Estimate(
        shots=len(story.shots),
        film_seconds=round(seconds, 2),
        wall_seconds=round(drawing / available_cpus() + seconds * CPU_SECONDS_A_PAIRED_SECOND, 1),
        disk_bytes=round(frames * share * BYTES_A_FRAME * copies),
    )
