"""What a run will cost, before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.adapters.distilled import sampling_for
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.cost import work_of
from dreamgen.engines.diffusion.inventory import inventory
from dreamgen.engines.diffusion.orders import Sampling
from dreamgen.engines.processes import available_cpus
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from dreamgen.run.recipe import Recipe
from dreamgen.style.book import read_style

FULL_FRAME = 1024 * 576
"""Pixels of the frames that the numbers below were measured with."""

CPU_SECONDS_A_FRAME = {"flat": 0.014, "cutout": 0.018, "noir": 0.016, "watercolor": 0.020}
"""Drawing one full frame with its truth and encoding it, on one core of a small server, by painter."""

CPU_SECONDS_A_KEYFRAME = 0.15
"""Drawing the first frame of a shot, with its set."""

CPU_SECONDS_A_FILM_SECOND = 0.9
"""Everything after the film, most of it looking."""

BYTES_A_FRAME = 7_700
"""One full frame in a clip with its masks; scenes and film hold it once each. It shrinks with a picture's width alone:
the smaller the picture, the more bytes a pixel takes."""

BYTES_A_KEYFRAME = 900_000
"""One full frame as a PNG."""

BYTES_A_FILM_SECOND = 37_000
"""Everything that is known of a film's second: claims, verdicts, pairs, what they were made of, the report."""

BYTES_A_RUN = 200_000
"""What is there however short a film is: folders, plan, style, books, the report."""

BYTES_A_FORM_SECOND = 11_000
"""The rows of one form of the dataset. Its clips are the run's own, under another name."""

SECONDS_A_SHOT = 2.9
"""Mean length of a shot: the films of examples/*.txt have 64 shots and 183 s, their title cards not counted."""

PAIRS_A_BUDGETED_PAIR = 1.1
"""Pairs that are kept for each that the synthesizer's budget allows: dialogues come on top, screeners take some away.
The films of examples/*.txt by the recipe `draft` have 352 pairs in 189 s, and a budget of 321."""

USUAL_CAST = 5
"""Characters of a story that nobody has planned yet."""


class Drawing(Record):
    """What drawing with a model takes. How long that is depends on a GPU that is not asked here."""

    pictures: int
    """Keyframes and portraits, without those that are drawn again."""
    calls: int | None
    """Calls of the networks for one picture; None where nobody knows."""
    tflop: float | None
    """Work for one picture; None where nobody knows."""
    missing: tuple[str, ...] = ()
    """Weights that are not on this machine."""
    download_bytes: int | None = 0
    """Their size; None where nobody knows it of all of them without asking the hub."""


class Size(Record):
    """How large a film is."""

    shots: int
    """How many."""
    scenes: int
    """How many."""
    cast: int
    """How many characters."""
    seconds: float
    """Length, without the title card."""


class Estimate(Record):
    """What to expect. Films differ: it may take half or twice as much."""

    shots: int
    """How many."""
    film_seconds: float
    """Length of the film, without its title card."""
    frames: int
    """Pictures of the film, without its title card."""
    clips: int
    """Videos: one a scene, and the film."""
    pairs: int | None
    """Question-answer pairs that are kept; None where nobody knows how many the synthesizer makes."""
    wall_seconds: float
    """Time on this machine, when nothing else runs on it; without the drawing that a model does."""
    disk_bytes: int
    """Room on the disk, without weights."""
    drawing: Drawing | None = None
    """Where a model draws the keyframes."""


def estimate(story: Story, recipe: Recipe) -> Estimate:
    """The cost of a staged story."""
    return film_estimate(
        Size(
            shots=len(story.shots),
            scenes=len(story.scenes),
            cast=len(story.cast),
            seconds=sum(shot.seconds for shot in story.shots),
        ),
        recipe,
    )


def usual_size(shots: int, scenes: int) -> Size:
    """The size of a story that is not written yet, of which only its numbers are known."""
    return Size(shots=shots, scenes=scenes, cast=USUAL_CAST, seconds=shots * SECONDS_A_SHOT)


def film_estimate(size: Size, recipe: Recipe) -> Estimate:
    """The cost of a film of this size and its dataset."""
    share = recipe.size[0] * recipe.size[1] / FULL_FRAME
    frames = size.seconds * recipe.fps
    painter = read_style(recipe.look).painter
    # some of a frame's cost does not shrink with it
    per_frame = CPU_SECONDS_A_FRAME.get(painter, max(CPU_SECONDS_A_FRAME.values())) * (0.15 + 0.85 * share)
    working = frames * per_frame + size.shots * CPU_SECONDS_A_KEYFRAME * (1 + share)
    told = BYTES_A_FILM_SECOND + len(recipe.export) * BYTES_A_FORM_SECOND
    return Estimate(
        shots=size.shots,
        film_seconds=round(size.seconds, 2),
        frames=round(frames),
        clips=size.scenes + 1,
        pairs=_pairs(size, recipe.build_all("qa")),
        wall_seconds=round((working + size.seconds * CPU_SECONDS_A_FILM_SECOND) / available_cpus(), 1),
        disk_bytes=round(
            clip_bytes(size, recipe) + size.shots * BYTES_A_KEYFRAME * share + size.seconds * told + BYTES_A_RUN
        ),
        drawing=_drawing(size, recipe, recipe.build("render")),
    )


def clip_bytes(size: Size, recipe: Recipe) -> float:
    """The room that scenes and film take, with their masks."""
    share = recipe.size[0] * recipe.size[1] / FULL_FRAME
    return 2 * size.seconds * recipe.fps * BYTES_A_FRAME * sqrt(share)


def _pairs(size: Size, synthesizers: Sequence[tuple[str, Any]]) -> int | None:
    programs = [one for _, one in synthesizers if isinstance(one, ProgramsSynthesizer)]
    if len(programs) != len(synthesizers):
        return None
    rate = sum(one.pairs_per_minute + one.film_pairs_per_minute for one in programs)
    return round(PAIRS_A_BUDGETED_PAIR * rate * size.seconds / 60.0)


def _drawing(size: Size, recipe: Recipe, renderer: Any) -> Drawing | None:
    checkpoint = getattr(renderer, "diffusion", None)
    if not isinstance(checkpoint, Checkpoint):
        return None
    missing = [weights for weights in inventory(checkpoint) if not weights.here]
    sizes = [weights.missing_bytes for weights in missing]
    known = [count for count in sizes if count is not None]
    controlled = bool(checkpoint.control) and getattr(renderer, "layout_lock", True) is not False
    work = work_of(checkpoint, sampling_for(checkpoint, _sampling(renderer)), controlled)
    return Drawing(
        pictures=size.shots + size.cast,
        calls=work.calls if work else None,
        tflop=work.tflop if work else None,
        missing=tuple(weights.name for weights in missing),
        download_bytes=sum(known) if len(known) == len(sizes) else None,
    )


def _sampling(renderer: Any) -> Sampling:
    """What the renderer's options say of it; it may draw at another size than it hands on."""
    said = {name: getattr(renderer, name) for name in Sampling.model_fields if hasattr(renderer, name)}
    return Sampling(**{**said, "size": getattr(renderer, "drawn_at", said.get("size", (1024, 1024)))})
