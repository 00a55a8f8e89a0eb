"""Which drafts become pairs: no task dominates, and every `yes` has its `no`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from dreamgen.qa.asking import Asking, Draft, finished
from dreamgen.qa.habits import keeping
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


def evened(asking: Asking, ready: Sequence[Answered]) -> list[Answered]:
    """Those that are kept by lot so that no habit of stories tells their answers; all that can't be guessed."""
    return [one for one in ready if asking.lot("habit", *_said(one)).random() < _kept(asking, one)]


def habit_of(draft: Draft) -> str:
    """What drafts have in common whose answers are compared."""
    return f"{draft.task} {draft.wording}"


def options_of(one: Answered) -> tuple[str, ...]:
    """The options of a choice, the right one first."""
    arguments = dict(one.draft.program.arguments)
    return one.answer, *(finished(text, arguments) for text in one.draft.wrong)


def proposed_by(draft: Draft) -> str:
    """What a question with yes or no proposes, besides `yes` itself."""
    proposed = dict(draft.program.arguments).get("proposed", "")
    return "" if proposed == "yes" else proposed


def _kept(asking: Asking, one: Answered) -> float:
    draft, known = one.draft, asking.habits
    if draft.form == "choice" and draft.answerable:
        shares = known.shares(habit_of(draft), options_of(one))
        return keeping(shares, shares[0])
    if draft.form == "yes_no":
        yes = known.yes(habit_of(draft), draft.plain or draft.question, proposed_by(draft))
        right = yes if one.answer == "Yes." else 1.0 - yes
        return keeping((yes, 1.0 - yes), right)
    return 1.0


def _said(one: Answered) -> tuple[str, ...]:
    return one.draft.form, one.draft.question, one.answer


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
        # about a third each of open questions, which many tasks have alone, of choices, and of yes and no, two by two
        if twins and (not others or lot.random() < 1 / 4):
            units.append(twins.pop(0))
        else:
            choice = lot.random() < 2 / 3
            units.append((others.pop(_next(others, choice)),))
    return units


def _next(others: Sequence[Answered], choice: bool) -> int:
    """Where the next choice is, or the next of another form; the first of all where there is none."""
    found = (number for number, one in enumerate(others) if (one.draft.form == "choice") == choice)
    return next(found, 0)


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
