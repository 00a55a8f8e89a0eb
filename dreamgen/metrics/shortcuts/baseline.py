"""How much a learner can answer that has never seen the video.

The test-set stress test of Brown et al. 2025 ("Benchmark Designers Should Train on the Test Set to Expose Exploitable
Non-Visual Shortcuts"): cross-validation of a random forest over text alone. Here the folds share no clip, and a
forest chooses among the options, each of which is a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed
from dreamgen.engines.guessing import guess
from dreamgen.metrics.shortcuts.features import Priors, places, rows_of
from dreamgen.metrics.shortcuts.folds import folds
from dreamgen.metrics.shortcuts.items import Item

Chances = tuple[float, ...]
"""How likely each option of an item is right, told by a text that was not learnt from; they sum to 1."""


def text_only(items: Sequence[Item], seed: int) -> tuple[Chances, ...]:
    """What the text alone tells of every item, learnt from the items of other clips.

    Args:
        items: of both forms.
        seed: of the folds and the forests.

    Returns:
        One an item, in order. The share of the right option is the item's bias score s(x) (section 3 of the paper).

    Raises:
        MissingExtra: without scikit-learn.
    """
    found: list[Chances] = [tuple(item.chance for _ in item.options) for item in items]
    for form in ("choice", "yes_no"):
        of_form = [number for number, item in enumerate(items) if item.form == form]
        some = [items[number] for number in of_form]
        for part in folds(some, derive_seed(seed, form)) if len(some) > 1 else ():
            tried = set(part)
            known = [item for number, item in enumerate(some) if number not in tried]
            if known:
                for number, chances in zip(part, _tried(known, [some[n] for n in part], seed), strict=True):
                    found[of_form[number]] = chances
    return tuple(found)


def _tried(known: Sequence[Item], asked: Sequence[Item], seed: int) -> list[Chances]:
    priors = Priors.of(known)
    holds = [place == item.right for item in known for place in places(item)]
    lot = derive_seed(seed, "forest", *sorted({item.group for item in asked}))
    told = guess(rows_of(known, priors), holds, rows_of(asked, priors), lot)
    found, at = [], 0
    for item in asked:
        count = len(places(item))
        found.append(_shares(item, told[at : at + count]))
        at += count
    return found


def _shares(item: Item, told: NDArray[np.float64]) -> Chances:
    if item.form == "yes_no":
        return float(told[0]), 1.0 - float(told[0])
    whole = float(told.sum())
    return tuple(float(one) / whole if whole > 0 else item.chance for one in told)
