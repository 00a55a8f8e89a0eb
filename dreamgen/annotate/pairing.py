"""The last of many clips are merged one pair at a time, the most alike first: few enough to know all their cosines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_GONE = np.float32(-2)
"""Below any cosine: of those that have left, and of each with itself."""


class Group(NamedTuple):
    """Groups of merged clips; all arrays begin with one entry a group."""

    means: Floats
    """(groups, channels), of length 1."""
    weights: NDArray[np.float64]
    """How many clips each stands for."""
    stands: Rows
    """The row of who stands for it."""
    seen: Floats
    """That clip's own vector: (groups, channels), of length 1."""


class Left(NamedTuple):
    """Who left, in order."""

    rows: Rows
    cosine: Floats
    """How alike the two groups were that merged."""
    into: Rows
    """The row that stands for it then."""


def pair_off(groups: Group) -> Left:
    """Merges the two groups that are most alike until one is left; of equals those whose rows come first.

    Each merge costs one product of the groups and the new mean, (groups, channels) x (channels,); memory is the square
    of the number of groups. The arrays of `groups` are changed.
    """
    means, weights, stands, seen = groups
    cosines = means @ means.T
    np.fill_diagonal(cosines, _GONE)
    best = np.argmax(cosines, axis=1)
    near = cosines[np.arange(len(means)), best]
    left: list[tuple[int, float, int]] = []
    for _ in range(len(means) - 1):
        one = int(np.argmax(near))
        other, cosine = int(best[one]), float(near[one])
        total = means[one] * weights[one] + means[other] * weights[other]
        mean = (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
        stay, leave = (one, other) if float(seen[one] @ mean) >= float(seen[other] @ mean) else (other, one)
        left.append((int(stands[leave]), cosine, int(stands[stay])))
        means[stay] = mean
        weights[stay] += weights[leave]
        _close(cosines, best, near, stay, leave, means @ mean)
    rows, alike, into = zip(*left, strict=True) if left else ((), (), ())
    return Left(np.array(rows, np.int64), np.array(alike, np.float32), np.array(into, np.int64))


def _close(cosines: Floats, best: Rows, near: Floats, stay: int, leave: int, fresh: Floats) -> None:
    """Takes one group out, and another's new cosines in."""
    fresh = np.where(near == _GONE, _GONE, fresh)
    fresh[[stay, leave]] = _GONE
    cosines[stay], cosines[:, stay] = fresh, fresh
    cosines[leave], cosines[:, leave] = _GONE, _GONE
    near[leave], best[leave] = _GONE, leave
    nearer = (fresh > near) | ((fresh == near) & (stay < best))
    nearer[[stay, leave]] = False
    lost = np.flatnonzero(((best == stay) | (best == leave)) & ~nearer & (near != _GONE))
    best[nearer], near[nearer] = stay, fresh[nearer]
    for row in {stay, *lost.tolist()}:
        best[row] = np.argmax(cosines[row])
        near[row] = cosines[row, best[row]]
