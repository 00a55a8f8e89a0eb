"""Which pairs a person should look at, when nobody can look at all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.question_types import type_of


def audit_sample(pairs: Iterable[InstructionPair], percent: float, seed: int) -> tuple[str, ...]:
    """The ids of the pairs to audit: so many of a hundred questions, of every type its share.

    A larger sample holds every smaller one. Where there is room for all types, each has at least one. Binary pairs of
    one question are drawn together, as they are right or wrong together. The order of the pairs does not matter.

    Args:
        pairs: all that are in the dataset.
        percent: 0-100, rounded up to whole questions. PLM audited 13 of a hundred (arXiv 2504.13180, PLM-FGQA).
        seed: decides which.

    Returns:
        Ids, in the order of `pairs`.

    Raises:
        ValueError: for a percentage that is none.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"percent must lie between 0 and 100, not {percent}")
    known = list(pairs)
    types = {_question(pair): type_of(pair) for pair in known}
    ranked: list[tuple[float, int, str]] = []
    for kind in sorted(set(types.values())):
        some = sorted((derive_seed(seed, "audit", name), name) for name, of in types.items() if of == kind)
        # evenly spread from a start by lot, so that any beginning of the whole list has its share of every type
        start = derived_random(seed, "audit", kind).random()
        ranked += [
            ((place + start) / len(some) if place else -1.0, lot, name) for place, (lot, name) in enumerate(some)
        ]
    # the tiny slack keeps 7 % of 100 at 7, whatever the float says
    wanted = math.ceil(len(types) * percent / 100 - 1e-9)
    drawn = {name for _, _, name in sorted(ranked)[:wanted]}
    return tuple(pair.id for pair in known if _question(pair) in drawn)


def _question(pair: InstructionPair) -> str:
    return pair.question or pair.id
