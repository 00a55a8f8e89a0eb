"""Which drafts become pairs: no task dominates, and every `yes` has its `no`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from dreamgen.qa.asking import Asking, Draft
from dreamgen.qa.programs import rerun


@dataclass(frozen=True)
class Answered:
    """A draft with the answer that its program computes."""

    draft: Draft
    answer: str


def answered(asking: Asking, drafts: Sequence[Draft]) -> list[Answered]:
    """The drafts with their answers, each question once; one that two facts answer differently is left out."""
    found: dict[tuple[str, ...], dict[str, Answered]] = {}
    for draft in drafts:
        answer = rerun(draft.program, asking.world)
        if answer is not None:
            # of two marked subjects the same is asked in the same words
            marked = draft.entities if draft.form.startswith("region_") else ()
            said = (draft.form, draft.question, *marked, *sorted((answer, *draft.wrong) if draft.wrong else ()))
            found.setdefault(said, {}).setdefault(answer, Answered(draft, answer))
    return [one for answers in found.values() if len(answers) == 1 for one in answers.values()]


def choose(asking: Asking, ready: Sequence[Answered], budget: int) -> list[Answered]:
    """At most `budget` pairs' worth, taken in turn from every task.

    A yes/no question is taken together with one of the same task whose answer is the other word. Forms of
    one fact are taken one after another, so that a small budget asks many facts once.
    """
    queues = [_units(asking, [one for one in ready if one.draft.task == task]) for task in _in_turn(asking, ready)]
    chosen: list[Answered] = []
    for row in zip_longest(*queues):
        for unit in row:
            if unit is not None and len(chosen) + len(unit) <= budget:
                chosen.extend(unit)
    return chosen


def _in_turn(asking: Asking, ready: Sequence[Answered]) -> list[str]:
    """The tasks, those with few questions rather earlier.

    A short clip has room for few tasks. Each clip begins with others, and what can seldom be asked is seldom left out.
    """
    counts = Counter(one.draft.task for one in ready)
    lot = asking.lot("tasks")
    # Efraimidis and Spirakis 2006, "Weighted random sampling with a reservoir": keys u^(1/weight) in falling order
    keys = {task: lot.random() ** counts[task] ** 0.25 for task in sorted(counts)}
    return sorted(keys, key=lambda task: -keys[task])


def _units(asking: Asking, some: list[Answered]) -> list[tuple[Answered, ...]]:
    """What is taken at one go: a question alone, or a pair of yes and no."""
    shuffled = list(some)
    asking.lot("choose", some[0].draft.task).shuffle(shuffled)
    shuffled = _in_all_words(shuffled)
    yes = [one for one in shuffled if one.draft.form == "yes_no" and one.answer == "Yes."]
    no = [one for one in shuffled if one.draft.form == "yes_no" and one.answer == "No."]
    twins = list(zip(yes, no, strict=False))
    others = _facts_in_turn([one for one in shuffled if one.draft.form != "yes_no"])
    units: list[tuple[Answered, ...]] = []
    lot = asking.lot("forms", some[0].draft.task)
    while others or twins:
        # in the long run a third each of open questions, of choices and of yes and no
        if twins and (not others or lot.random() < 1 / 3):
            units.append(twins.pop(0))
        else:
            units.append((others.pop(0),))
    return units


def _in_all_words(some: Sequence[Answered]) -> list[Answered]:
    """Each way of asking once, then each way that has another question, and so on."""
    times: Counter[str] = Counter()
    ranked = []
    for one in some:
        times[one.draft.wording] += 1
        ranked.append((times[one.draft.wording], one))
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def _facts_in_turn(some: Sequence[Answered]) -> list[Answered]:
    """Every fact once, then every fact that has another form, and so on."""
    times: dict[str, int] = {}
    ranked = []
    for one in some:
        times[one.draft.key] = times.get(one.draft.key, 0) + 1
        ranked.append((times[one.draft.key], one))
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]
