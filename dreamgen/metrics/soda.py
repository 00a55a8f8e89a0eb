"""Dense captions against dense captions, in order: SODA_c (Fujita et al., ECCV 2020).

Each caption of one side may go with one of the other, and the order of both is kept. The alignment with the greatest
sum of overlap x likeness is found by dynamic programming, and the sum is read as precision and recall:

    S[i, j] = max(S[i-1, j], S[i, j-1], S[i-1, j-1] + overlap[i, j] * likeness[i, j])
    F = 2 P R / (P + R), with P = S / captions answered and R = S / captions of the key

The paper takes METEOR for the likeness; PLM-VideoBench's RDCap (arXiv 2504.13180) takes a language model's mark, and
the mean of F over clips. Here the likeness is given: ROUGE-L by default, a judge where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.metrics.parsing import Stretch
from dreamgen.metrics.spans import overlap

Likeness = Callable[[str, str], float]
"""How much a caption says of what its key says, 0-1: the key first."""


def soda_c(key: Sequence[Stretch], answered: Sequence[Stretch], likeness: Likeness) -> float:
    """F of the best alignment, 0-1; 0 where either side is empty.

    Args:
        key: the right captions, by their start.
        answered: those of the model, by their start, in the same unit.
        likeness: is asked of captions that overlap, and of no others: their product would be 0.
    """
    if not key or not answered:
        return 0.0
    worth = np.array([[_worth(one, other, likeness) for other in answered] for one in key])
    return 2 * best_alignment(worth) / (len(key) + len(answered))


def best_alignment(worth: NDArray[np.float64]) -> float:
    """The greatest sum of an alignment that keeps the order of rows and of columns.

    Args:
        worth: float64 (rows, columns), not negative.
    """
    sums = np.zeros((worth.shape[0] + 1, worth.shape[1] + 1))
    for row in range(worth.shape[0]):
        for column in range(worth.shape[1]):
            together = sums[row, column] + worth[row, column]
            sums[row + 1, column + 1] = max(sums[row, column + 1], sums[row + 1, column], together)
    return float(sums[-1, -1])


def _worth(one: Stretch, other: Stretch, likeness: Likeness) -> float:
    shared = overlap((one.start, one.end), (other.start, other.end))
    return shared * likeness(one.text, other.text) if shared > 0 else 0.0
