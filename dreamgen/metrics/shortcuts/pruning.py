"""Iterative bias pruning: what the text answers most surely goes, and the rest is tried again.

Brown et al. 2025, section 5: scores are taken anew after every cut, since a shortcut may hide behind another one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from dreamgen.core.pairs import InstructionPair
from dreamgen.metrics.shortcuts.audit import LEAST, Leak, hit, worst
from dreamgen.metrics.shortcuts.baseline import Chances, text_only
from dreamgen.metrics.shortcuts.items import Item, items_of

BOUND = 0.03
"""Share of right answers above chance that the text may give."""

BUDGET = 0.3
"""Share of the choices and of the yes/no questions that may go."""

_CUT = 0.05
"""Share of a form's questions that goes at once, at most."""


def prune(
    pairs: Sequence[InstructionPair], seed: int, bound: float = BOUND, budget: float = BUDGET
) -> tuple[Leak, ...]:
    """The pairs to drop, in the order in which they go.

    Args:
        pairs: the dataset.
        seed: of the folds and forests.
        bound: share of right answers above chance, all tasks together, at which it stops.
        budget: share of a form's questions at which it stops in any case.

    Raises:
        MissingExtra: without scikit-learn.
    """
    gone: list[Leak] = []
    for form in ("choice", "yes_no"):
        left = [item for item in items_of(pairs) if item.form == form]
        most = math.floor(budget * len(left))
        while most > 0 and len(left) >= LEAST:
            told = text_only(left, seed)
            extra = min(most, _too_many(left, told, bound), max(1, math.ceil(_CUT * len(left))))
            leaks = worst(left, told, extra)
            if not leaks:
                break
            dropped = {leak.pair for leak in leaks}
            left = [item for item in left if item.id not in dropped]
            gone += leaks
            most -= len(leaks)
    return tuple(gone)


def _too_many(items: Sequence[Item], told: Sequence[Chances], bound: float) -> int:
    """How many right answers must go until the rest is within the bound; each takes a question along."""
    right = sum(hit(item, chances) for item, chances in zip(items, told, strict=True))
    allowed = sum(item.chance for item in items) / len(items) + bound
    if allowed >= 1:
        return 0
    return max(0, math.ceil((right - allowed * len(items)) / (1 - allowed) - 1e-9))
