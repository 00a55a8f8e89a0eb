"""Measures what sharing a clip saves: `python benchmarks/vision.py`. No network, GPU or trained weights are used.

Twenty questions about one clip, asked of a tiny model of each family with random weights, on one thread of the CPU: one
full run of the network a question, as if nothing was shared, and with the clip encoded once for all, one question after
the other (as on a CPU) and sixteen at once (as on a GPU). All ways take turns, each several times, and medians are
told. The tokens of the clip are as many as those of real models with 16 frames; the models are narrower.
A family whose random weights would rather talk than choose (InternVL's) writes some words for each question as well,
which a full run alone does not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dreamgen.core.base import derive_seed, fingerprint
from dreamgen.engines.exactness import exactly
from dreamgen.engines.vision.blank import FAMILIES, Size, write_vision_model
from dreamgen.engines.vision.local import LocalSees
from dreamgen.engines.vision.local.prompts import asked
from dreamgen.engines.vision.local.reading import begin, read, whole
from dreamgen.engines.vision.local.weights import Weights
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.seeing import YES_NO, Frames, Query

SYSTEM = "You watch a video, and answer what is asked about it with one word."
TOGETHER = 16
"""Questions at once, on a GPU."""


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    families: tuple[str, ...]
    """Which models."""
    size: Size
    """Of them."""
    frames: int
    """Of the clip."""
    questions: int
    """About it."""
    times: int
    """That each way is taken."""


FULL = Scale(FAMILIES, Size(width=256, layers=2, side=336), 16, 20, 3)
QUICK = Scale(("qwen3_vl", "smolvlm", "llava_onevision"), Size(side=56), 4, 20, 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="so little that it only shows that it runs")
    parser.add_argument("--families", nargs="*", choices=FAMILIES, help="only these")
    options = parser.parse_args(arguments)
    os.environ["HF_HUB_OFFLINE"] = "1"
    scale = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory() as folder:
        for line in table(scale, options.families or scale.families, Path(folder)):
            print(line, flush=True)


def table(scale: Scale, families: Sequence[str], folder: Path) -> Iterator[str]:
    """One row a family."""
    yield f"{scale.questions} questions about {scale.frames} frames; seconds are medians of {scale.times}."
    yield ""
    yield (
        "| family | visual tokens | reused | each alone, s | shared, s | gain | shared, 16 at once, s | gain |"
        " largest difference |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for family in families:
        yield row(scale, family, write_vision_model(folder / family, family, size=scale.size))


def row(scale: Scale, family: str, weights: Path) -> str:
    """The ways, side by side."""
    model = VisionModel(model=str(weights), device="cpu")
    clip, questions = noise(scale.frames), about(scale.questions)
    one, many = (LocalSees(model, together=together) for together in (1, TOGETHER))
    difference = differing(one.weights, clip, questions)
    ways: dict[str, Callable[[], None]] = {
        "alone": lambda: alone(one.weights, clip, questions),
        "one": lambda: shared(one, clip, questions),
        "many": lambda: shared(many, clip, questions),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(scale.times):
        for name, way in ways.items():
            took[name].append(timed(way))
    alone_s, one_s, many_s = (statistics.median(times) for times in took.values())
    encoded = one.account.visual_encoded // one.account.clips
    return (
        f"| {family} | {encoded} | {one.account.reuse:.1%} | {alone_s:.2f} | {one_s:.2f} | {alone_s / one_s:.1f} |"
        f" {many_s:.2f} | {alone_s / many_s:.1f} | {difference:.0e} |"
    )


def timed(way: Callable[[], None]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def alone(weights: Weights, clip: Frames, questions: Sequence[Query]) -> None:
    """One full run a question; even here, the frames are made ready once."""
    shown = weights.family.show(clip, weights.about)
    with exactly(weights.place):
        for question in questions:
            part = asked(weights, question, shown)
            whole(weights, part.before + part.after, shown)


def shared(sees: LocalSees, clip: Frames, questions: Sequence[Query]) -> None:
    """As a verifier asks, of a clip that was never seen before."""
    sees.weights.read.clear()
    answers = list(sees.ask(clip, questions))
    assert len(answers) == len(questions)


def differing(weights: Weights, clip: Frames, questions: Sequence[Query]) -> float:
    """Between the two ways: the largest difference of the logarithms of probabilities of all that may come next."""
    shown = weights.family.show(clip, weights.about)
    parts = [asked(weights, question, shown) for question in questions]
    with exactly(weights.place):
        begun, _ = begin(weights, parts[0].before, shown, clip.name)
        return max(
            float(
                (whole(weights, part.before + part.after, shown) - read(weights, begun, [part.after]).scores[0, -1])
                .abs()
                .max()
            )
            for part in parts
        )


def noise(frames: int) -> Frames:
    """A clip of coloured noise, as wide as verifiers show films."""
    chance = np.random.default_rng(derive_seed(0, "benchmark", "vision"))
    pixels = chance.integers(0, 255, (frames, 252, 448, 3), dtype=np.uint8)
    times = tuple(0.25 + number / 2 for number in range(frames))
    return Frames(pixels, times, frames / 2, fingerprint(["noise", frames]))


def about(number: int) -> list[Query]:
    """Questions of which no two are alike."""
    return [
        Query(
            "benchmark/vision",
            f"question {one}",
            SYSTEM,
            f"Does the woman in the red coat take lamp number {one} to the left of the dog? Answer Yes or No.",
            YES_NO,
        )
        for one in range(number)
    ]


if __name__ == "__main__":
    main()
