"""How well a stretch of time was found: overlap, recall of the one answer given, and its mean over thresholds.

The measures of PLM-VideoBench's RTLoc (Cho et al. 2025, "PerceptionLM", arXiv 2504.13180), as `evaluate_detections` of
lmms-eval's plm_videobench has them: with one answer to one stretch, recall@1 at a threshold is 1 where the overlap is
more than it, and what is reported is its mean over the four thresholds.
"""

from __future__ import annotations

from statistics import fmean
from typing import Final

THRESHOLDS: Final = (0.3, 0.5, 0.7, 0.9)
"""Overlaps from which on a stretch counts as found."""

_SLACK: Final = 1e-8
"""What lmms-eval adds to each union: an overlap of exactly a threshold does not pass it."""


def overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Intersection over union of two stretches, 0-1.

    Args:
        one: start and end, in any unit.
        other: in the same unit. Two moments without a length overlap where they are the same.
    """
    shared = min(one[1], other[1]) - max(one[0], other[0])
    union = (one[1] - one[0]) + (other[1] - other[0]) - max(0.0, shared)
    if union <= 0:
        return float(one[0] == other[0])
    return max(0.0, shared) / union


def recalls(found: float) -> tuple[float, ...]:
    """Recall@1 of one answer at each threshold, from its overlap."""
    return tuple(float(found > threshold + _SLACK) for threshold in THRESHOLDS)


def mean_recall(found: float) -> float:
    """Their mean."""
    return fmean(recalls(found))
