"""Noisy frames, and questions about them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.seeing import Frames, Query


def model(folder: Path, **options: object) -> VisionModel:
    """A model in this process."""
    return VisionModel.model_validate({"model": str(folder), "device": "cpu", **options})


def noise(number: int = 3, size: tuple[int, int] = (64, 48), seed: int = 0) -> Frames:
    """Frames of coloured noise, width and height as given, one a second."""
    width, height = size
    pixels = np.random.default_rng(seed).integers(0, 255, (number, height, width, 3), dtype=np.uint8)
    times = tuple(0.5 + second for second in range(number))
    return Frames(pixels, times, float(number), f"{seed:016x}{number:04x}{width:06x}{height:06x}")


def question(text: str, choices: tuple[str, ...] = ("Yes", "No"), system: str = "You watch a video.") -> Query:
    """One question."""
    return Query("verify/claim", text, system, text, choices)


QUESTIONS = tuple(
    question(text)
    for text in (
        "Is it day? Yes or no.",
        "Does the woman in the red coat walk to the left of the dog? Yes or no.",
        "Is there snow? Yes or no.",
        "How many? One?",
    )
)
"""Of different lengths."""
