"""Small classifiers on hand-made measurements, learned from frames that the illustrator drew.

`benchmarks/verifier_learning.py` makes the data file from random stories; see `dreamgen/verify/data/README.md`.
They know the embedded illustrator's pictures and no others, so they catch a wrong shot, a stale file or a shifted
cut, and not a picture that some other artist painted badly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Chances:
    """What a classifier makes of several looks at the same thing."""

    of: Mapping[str, float]
    """Probability of each value; they sum to 1."""
    refutes: float
    """Probability up to which a value, with all that looks like it, is surely wrong."""
    supports: float
    """Probability from which it is surely right."""

    @property
    def best(self) -> str:
        """The most likely value."""
        return max(self.of, key=lambda value: self.of[value])


@dataclass(frozen=True)
class Classifier:
    """Standardise, one hidden layer of rectified sums, softmax."""

    classes: tuple[str, ...]
    """What it tells apart."""
    mean: Floats
    """(n,) of each measurement."""
    spread: Floats
    """(n,) standard deviation of each measurement."""
    inner: Floats
    """(n + 1, hidden); the last row is added."""
    outer: Floats
    """(hidden + 1, classes); the last row is added."""
    sure: tuple[float, float] = (0.1, 0.7)
    """`Chances.refutes` and `Chances.supports`: chosen on frames held out so that 19 of 20 decisions are right."""

    def probabilities(self, measured: NDArray[np.floating]) -> Floats:
        """(…, n) measurements to (…, classes), each row sums to 1."""
        x = np.clip((np.asarray(measured, np.float32) - self.mean) / self.spread, -6, 6)
        hidden = np.maximum(x @ self.inner[:-1] + self.inner[-1], 0)
        scores = hidden @ self.outer[:-1] + self.outer[-1]
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)

    def chances(self, looks: Sequence[NDArray[np.floating]]) -> Chances | None:
        """From several measurements of the same thing; None without any."""
        if not looks:
            return None
        # the mean of logarithms: one look that is sure of the opposite counts more than two that hesitate
        logs = np.log(self.probabilities(np.array(looks)) + 1e-3).mean(0)
        powers = np.exp(logs - logs.max())
        return Chances(dict(zip(self.classes, (powers / powers.sum()).tolist(), strict=True)), *self.sure)

    def log_odds(self, measured: NDArray[np.floating]) -> Floats:
        """Of the last of two classes."""
        p = np.clip(self.probabilities(measured)[..., -1], 1e-6, 1 - 1e-6)
        return np.asarray(np.log(p / (1 - p)), np.float32)


@lru_cache(maxsize=1)
def _stored() -> dict[str, NDArray[np.generic]]:
    with as_file(files("dreamgen.verify") / "data" / "sight.npz") as path, np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


@lru_cache(maxsize=32)
def classifier(name: str) -> Classifier:
    """The learned classifier of this name: place, time, weather, place_odds, present, pose_person and so on."""
    stored = _stored()
    return Classifier(
        classes=tuple(str(c) for c in stored[f"{name}.classes"]),
        sure=(float(stored[f"{name}.sure"][0]), float(stored[f"{name}.sure"][1])),
        **{part: stored[f"{name}.{part}"].astype(np.float32) for part in ("mean", "spread", "inner", "outer")},
    )
