"""Which items are tried together: a clip is never learnt from and tried at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dreamgen.core.base import derive_seed
from dreamgen.metrics.shortcuts.items import Item

FOLDS = 5
"""Parts of the data, each of which is tried on what was learnt from the others."""


def folds(items: Sequence[Item], seed: int) -> tuple[tuple[int, ...], ...]:
    """Places of items, in parts of about one size that share no clip.

    Where there are fewer than three clips the items themselves are dealt out, since otherwise nothing could be learnt.

    Args:
        items: all of them.
        seed: deals out what has one size.
    """
    sizes = Counter(item.group for item in items)
    if len(sizes) < 3:
        sizes = Counter(item.id for item in items)
        homes = {item.id: item.id for item in items}
    else:
        homes = {item.id: item.group for item in items}
    number = min(FOLDS, len(sizes))
    filled = [0] * number
    fold: dict[str, int] = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], derive_seed(seed, "folds", name))):
        fold[group] = min(range(number), key=lambda place: (filled[place], place))
        filled[fold[group]] += sizes[group]
    parts = [tuple(n for n, item in enumerate(items) if fold[homes[item.id]] == part) for part in range(number)]
    return tuple(part for part in parts if part)
