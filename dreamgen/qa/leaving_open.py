"""Questions without an answer among those that have one, so that no option gives away which is which."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from dreamgen.qa.asking import Asking
from dreamgen.qa.choosing import Answered
from dreamgen.qa.programs.unanswerable import beside_others

MANY_UNTOLD: Final = 0.1
"""Share of questions without an answer beyond which people are warned."""
_BESIDE: Final = 3
"""Questions with an answer that have the option of having none, for each choice that has none: one right in four."""


def with_untold(
    asking: Asking, chosen: Sequence[Answered], untold: Sequence[Answered], share: float, spare: Sequence[Answered] = ()
) -> tuple[Answered, ...]:
    """`chosen` and as many of `untold` as make `share` of all.

    A choice without an answer comes with three that have one and the same option beside it; where the clip has no
    three such, it is asked as an open question. What a share leaves as a fraction of a question is decided by lot, so
    that short clips have their part too.

    Args:
        asking: decides by lot.
        chosen: pairs that have an answer.
        untold: all that could be asked without one.
        share: of the whole; 1 for all of `untold`, and nothing else changes.
        spare: what more could be asked beside choices without an answer, where too little that fits is chosen.
    """
    if share >= 1.0:
        return (*chosen, *untold)
    kept = list(chosen)
    known = {one.draft for one in chosen}
    free = [*_beside(asking, chosen), *_beside(asking, [one for one in spare if one.draft not in known])]
    fraction = asking.lot("untold").random()
    taken: list[Answered] = []
    for one in _varied(asking, untold):
        if len(taken) >= math.floor(share * len(kept) / (1.0 - share) + fraction):
            break
        if one.draft.form == "choice":
            if len(free) < _BESIDE:
                continue
            beside, free = free[:_BESIDE], free[_BESIDE:]
            taken_from = {before.draft for before, _ in beside}
            kept = [*(other for other in kept if other.draft not in taken_from), *(after for _, after in beside)]
        taken.append(one)
    return (*kept, *taken)


def _beside(asking: Asking, some: Sequence[Answered]) -> list[tuple[Answered, Answered]]:
    """Those that can have the option beside them, before and after they have it, in an order by lot."""
    found = [(one, Answered(two, one.answer)) for one in some if (two := beside_others(asking, one.draft)) is not None]
    asking.lot("beside", len(found)).shuffle(found)
    return found


def _varied(asking: Asking, untold: Sequence[Answered]) -> list[Answered]:
    """Each kind once, then each kind again; each fact once, in a form by lot."""
    order = sorted(untold, key=lambda one: (asking.lot("untold", one.draft.key, one.draft.form).random(), one.answer))
    times: dict[str, int] = {}
    facts: set[str] = set()
    ranked: list[tuple[int, float, Answered]] = []
    for one in order:
        if one.draft.key in facts:
            continue
        facts.add(one.draft.key)
        kind = one.draft.program.name
        times[kind] = times.get(kind, 0) + 1
        ranked.append((times[kind], asking.lot("kind", kind).random(), one))
    return [one for _, _, one in sorted(ranked, key=lambda row: row[:2])]
