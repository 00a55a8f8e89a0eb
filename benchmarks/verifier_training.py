"""Fits the verifier's small classifiers: one hidden layer, softmax, Adam; plain numpy, the same numbers every time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed
from dreamgen.verify.sight.learned import Classifier

Floats = NDArray[np.float32]


def fitted(
    name: str, measured: Floats, labels: Sequence[str], *, hidden: int = 24, decay: float = 1e-3, rounds: int = 60,
    classes: Sequence[str] = (), rate: float = 4e-3,
) -> Classifier:  # fmt: skip
    """A classifier learned from rows of measurements.

    Args:
        name: seeds the start and the order.
        measured: (rows, n).
        labels: one a row.
        hidden: sums in the hidden layer.
        decay: how strongly large weights are pulled to 0.
        rounds: times that every row is seen.
        classes: in the order wanted; sorted labels where empty.
        rate: length of Adam's steps.
    """
    order = list(classes) or sorted(set(labels))
    x = np.asarray(measured, np.float32)
    y = np.array([order.index(label) for label in labels])
    mean, spread = x.mean(0), x.std(0) + 1e-3
    x = np.clip((x - mean) / spread, -6, 6)
    lot = np.random.default_rng(derive_seed(0, "training", name))
    inner = lot.normal(0, 1 / np.sqrt(x.shape[1]), (x.shape[1] + 1, hidden)).astype(np.float32)
    outer = lot.normal(0, 1 / np.sqrt(hidden), (hidden + 1, len(order))).astype(np.float32)
    # rare classes count as much as common ones, within reason
    counts = np.bincount(y, minlength=len(order)).clip(1)
    weights = np.clip((len(y) / len(order) / counts) ** 0.5, 0.3, 3.0)[y].astype(np.float32)
    state = [np.zeros_like(inner), np.zeros_like(inner), np.zeros_like(outer), np.zeros_like(outer)]
    step, size = 0, 128
    total = rounds * -(-len(x) // size)
    for _ in range(rounds):
        shuffled = lot.permutation(len(x))
        for begin in range(0, len(x), size):
            step += 1
            rows = shuffled[begin : begin + size]
            gradients = _gradients(x[rows], y[rows], weights[rows], inner, outer)
            now = rate * 0.5 * (1 + np.cos(np.pi * step / total))
            for k, (layer, gradient) in enumerate(zip((inner, outer), gradients, strict=True)):
                first, second = state[2 * k], state[2 * k + 1]
                first += 0.1 * (gradient - first)
                second += 0.001 * (gradient * gradient - second)
                corrected = first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
                layer -= now * corrected
                layer[:-1] -= now * decay * 10 * layer[:-1]
    return Classifier(tuple(order), mean, spread, inner, outer)


def _gradients(x: Floats, y: NDArray[np.int64], weights: Floats, inner: Floats, outer: Floats) -> tuple[Floats, Floats]:
    hidden = np.maximum(x @ inner[:-1] + inner[-1], 0)
    scores = hidden @ outer[:-1] + outer[-1]
    powers = np.exp(scores - scores.max(1, keepdims=True))
    back = powers / powers.sum(1, keepdims=True)
    back[np.arange(len(y)), y] -= 1
    back *= (weights / len(y))[:, None]
    below = (back @ outer[:-1].T) * (hidden > 0)
    return (
        np.vstack([x.T @ below, below.sum(0)]).astype(np.float32),
        np.vstack([hidden.T @ back, back.sum(0)]).astype(np.float32),
    )
