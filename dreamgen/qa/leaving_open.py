"""Questions without an answer among those that have one, so that no option gives away which is which."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import Final

from dreamgen.qa.asking import Asking, Draft
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

    A choice without an answer comes with three that read like it, have an answer and the same option beside it; where
    the clip has no three such, it is asked as an open question. What a share leaves as a fraction of a question is
    decided by lot, so that short clips have their part too.

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
    free = [*_mixed(asking, chosen), *_mixed(asking, [one for one in spare if one.draft not in known])]
    fraction = asking.lot("untold").random()
    taken: list[Answered] = []
    for one in _varied(asking, [one for one in untold if _can_be_asked(asking, one, free)]):
        if len(taken) >= math.floor(share * len(kept) / (1.0 - share) + fraction):
            break
        if one.draft.form == "choice":
            beside = _beside(asking, one, free)
            if len(beside) < _BESIDE:
                continue
            gone = {before.draft for before, _ in beside}
            free = [it for it in free if it.draft not in gone]
            after = [Answered(two, before.answer) for before, two in beside]
            kept = [*(other for other in kept if other.draft not in gone), *after]
        taken.append(one)
    return (*kept, *taken)


def _can_be_asked(asking: Asking, one: Answered, free: Sequence[Answered]) -> bool:
    return one.draft.form != "choice" or len(_beside(asking, one, free)) == _BESIDE


def _beside(asking: Asking, one: Answered, free: Sequence[Answered]) -> list[tuple[Answered, Draft]]:
    """Choices that can have the option beside one that has no answer, and what they become."""
    twins = ((it, beside_others(asking, one.draft, it.draft)) for it in free)
    return list(islice(((it, twin) for it, twin in twins if twin is not None), _BESIDE))


def _mixed(asking: Asking, some: Sequence[Answered]) -> list[Answered]:
    """Choices in an order by lot."""
    found = [one for one in some if one.draft.form == "choice"]
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
