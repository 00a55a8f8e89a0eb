"""Which drafts become pairs: no task dominates, and every `yes` has its `no`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from dreamgen.qa.asking import Asking, Draft
from dreamgen.qa.programs import rerun


def choose(asking: Asking, drafts: Sequence[Draft], budget: int) -> list[Draft]:
    """At most about `budget` drafts, taken in turn from every task.

    A yes/no question is taken together with one of the same task whose answer is the other word. Forms of
    one fact are taken one after another, so that a small budget asks many facts once.
    """
    queues = [_units(asking, task, drafts) for task in sorted({draft.task for draft in drafts})]
    chosen: list[Draft] = []
    for row in zip_longest(*queues):
        for unit in row:
            if unit is not None and len(chosen) + len(unit) <= budget:
                chosen.extend(unit)
    return chosen


def _units(asking: Asking, task: str, drafts: Sequence[Draft]) -> list[tuple[Draft, ...]]:
    some = [draft for draft in drafts if draft.task == task]
    asking.lot("choose", task).shuffle(some)
    polar = [draft for draft in some if draft.form == "yes_no"]
    yes = [draft for draft in polar if rerun(draft.program, asking.world) == "Yes."]
    no = [draft for draft in polar if rerun(draft.program, asking.world) == "No."]
    twins = [(a, b) for a, b in zip(yes, no, strict=False)]
    rest = [(draft,) for draft in some if draft.form != "yes_no"]
    times: dict[str, int] = {}
    ranked = []
    for unit in rest:
        times[unit[0].key] = times.get(unit[0].key, 0) + 1
        ranked.append((times[unit[0].key], unit))
    ordered: list[tuple[Draft, ...]] = [unit for _, unit in sorted(ranked, key=lambda pair: pair[0])]
    # three others, then one pair of yes and no: as many as of each other form
    units: list[tuple[Draft, ...]] = []
    while ordered or twins:
        units += [ordered.pop(0) for _ in range(min(2, len(ordered)))]
        units += [twins.pop(0)] if twins else []
    return units
