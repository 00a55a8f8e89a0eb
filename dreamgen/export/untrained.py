"""What a form says where all of it is held out."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.core.dataset import TRAIN, Split


def nothing_left(splits: Sequence[Split]) -> str:
    """That there is nothing to train on, in a sentence; empty where there is something.

    Args:
        splits: those that have rows.
    """
    if TRAIN in splits:
        return ""
    return f"Nothing here is to train on: all pairs are held out, in {' and '.join(splits)}."
