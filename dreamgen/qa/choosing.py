"""Which drafts become pairs: no task dominates, and every `yes` has its `no`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from dreamgen.qa.asking import Asking, Draft, finished
from dreamgen.qa.habits import keeping
from dreamgen.qa.programs import rerun

OTHERS = "others"
"""The kind of every form but choices and yes/no questions: answers in free words, which many tasks have alone."""
SHARES = {"choice": 0.4, OTHERS: 0.35, "yes_no": 0.25}
"""How many of the pairs are of each kind of form, where the claims allow it."""


@dataclass(frozen=True)
class Answered:
    """A draft with the answer that its program computes."""

    draft: Draft
    answer: str


@dataclass
class _Queue:
    """What is left of one task, by kind of form: what is taken at one go is a question alone, or a yes and a no."""

    units: dict[str, list[tuple[Answered, ...]]]
    asked: list[str] = field(default_factory=list)
    """The facts that were taken."""

    @classmethod
    def of(cls, asking: Asking, some: Sequence[Answered]) -> _Queue:
        shuffled = list(some)
        asking.lot("choose", some[0].draft.task).shuffle(shuffled)
        shuffled = _in_all_words(shuffled)
        units: dict[str, list[tuple[Answered, ...]]] = {kind: [] for kind in SHARES}
        for one in _facts_in_turn([one for one in shuffled if _kind(one) != "yes_no"]):
            units[_kind(one)].append((one,))
        polar = [one for one in shuffled if _kind(one) == "yes_no"]
        yes, no = ([one for one in polar if one.answer == word] for word in ("Yes.", "No."))
        units["yes_no"] += zip(yes, no, strict=False)
        return cls(units)

    def take(self, kind: str) -> tuple[Answered, ...]:
        """The next of this kind, of a fact that was not taken yet if there is one."""
        some = self.units[kind]
        new = (number for number, unit in enumerate(some) if unit[0].draft.key not in self.asked)
        return some.pop(next(new, 0))


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
    """At most `budget` pairs' worth: each time of the kind that lacks most of its share, from the least asked task.

    A yes/no question is taken together with one of the same task whose answer is the other word. Forms of
    one fact are taken one after another, so that a small budget asks many facts once.
    """
    queues = [_Queue.of(asking, [one for one in ready if one.draft.task == task]) for task in _in_turn(asking, ready)]
    chosen: list[Answered] = []
    while left := {kind for queue in queues for kind, units in queue.units.items() if units}:
        kind = _lagging(chosen, left)
        queue = min((queue for queue in queues if queue.units[kind]), key=lambda queue: len(queue.asked))
        unit = queue.take(kind)
        if len(chosen) + len(unit) <= budget:
            chosen.extend(unit)
            queue.asked.append(unit[0].draft.key)
    return chosen


def _lagging(chosen: Sequence[Answered], left: Set[str]) -> str:
    taken = Counter(_kind(one) for one in chosen)
    return min(left, key=lambda kind: (taken[kind] - SHARES[kind] * (len(chosen) + 1), kind))


def _kind(one: Answered) -> str:
    return one.draft.form if one.draft.form in SHARES else OTHERS


def _in_turn(asking: Asking, ready: Sequence[Answered]) -> list[str]:
    """The tasks, those with few questions rather earlier.

    A short clip has room for few tasks. Each clip begins with others, and what can seldom be asked is seldom left out.
    """
    counts = Counter(one.draft.task for one in ready)
    lot = asking.lot("tasks")
    # Efraimidis and Spirakis 2006, "Weighted random sampling with a reservoir": keys u^(1/weight) in falling order
    keys = {task: lot.random() ** counts[task] ** 0.25 for task in sorted(counts)}
    return sorted(keys, key=lambda task: -keys[task])


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
