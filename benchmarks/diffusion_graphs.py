"""What torch has compiled so far in this process, as far as a benchmark must tell of it."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Graphs(NamedTuple):
    """Counts that only grow."""

    made: int
    """Graphs that were compiled."""
    given_up: int
    """Functions that torch no longer compiles, because they were compiled too often: they run as plain Python, and the
    number of graphs stands still however many shapes come."""


def graphs() -> Graphs:
    """The counts now; nothing is loaded for them."""
    if "torch._dynamo.utils" not in sys.modules:
        return Graphs(0, 0)
    from torch._dynamo.utils import counters

    limits = (count for why, count in counters["unimplemented"].items() if "recompile limit exceeded" in why)
    return Graphs(int(counters["stats"]["unique_graphs"]), sum(limits))


def forget_graphs() -> None:
    """What another studio compiled shall not count towards the limit of the next."""
    import torch

    torch.compiler.reset()
