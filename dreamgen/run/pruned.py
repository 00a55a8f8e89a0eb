"""What was pruned from a story's pairs stays out of them, however often the run is gone through again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.run.journal import read_lines

PRUNED: Final = "pruned.jsonl"
"""In the story's folder: a line for every pair that was pruned. Without the file they come back."""


def without_pruned(
    folder: Path, pairs: Sequence[InstructionPair]
) -> tuple[tuple[InstructionPair, ...], tuple[Reject, ...]]:
    """The pairs that were not pruned, and the lines of those that were.

    Args:
        folder: the story's.
        pairs: those that no screener found fault with. A pair that asks something else has another id.
    """
    gone = {line.what: line for line in read_lines(folder / PRUNED, Reject)}
    left = tuple(pair for pair in pairs if pair.id not in gone)
    return left, tuple(gone[pair.id] for pair in pairs if pair.id in gone)
