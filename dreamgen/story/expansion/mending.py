"""Broken steps of a draft are asked for again, one by one, and left out when that does not help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dreamgen.core.story import Mend, Note
from dreamgen.engines.chat.asking import Asks, Request
from dreamgen.story.expansion.drafts import ScenePlan, StepDraft, StoryDraft
from dreamgen.story.expansion.shapes import Asked
from dreamgen.story.world.closing import Closed, Outcome, close
from dreamgen.story.world.known import known_of
from dreamgen.story.world.repairing import read_repair, repair_request
from dreamgen.story.world.settling import settle
from dreamgen.story.world.state import Break
from dreamgen.story.world.walk import Finding, findings, in_order
from dreamgen.story.world.wording import step_told

MOST_ASKS_A_SCENE: Final = 12
"""Repairs that are asked for in one scene; a scene in which more is wrong is not worth it."""

_Spot = tuple[int, int, int]
"""Indices of act, scene and shot."""


def mend(draft: StoryDraft, asks: Asks, seed: int, tries: int) -> tuple[StoryDraft, tuple[Mend, ...]]:
    """A draft in which everything can happen, and what had to be mended for that, in the order of the story.

    Acts and scenes are put right by rule. Then, in rounds, the first broken step of every scene is asked for again:
    what comes after it often rests on it. A step that is still broken after its tries is left out.

    Args:
        draft: what the model wrote.
        asks: the model.
        seed: of the story.
        tries: how often one step is asked for before it is left out; 0 asks for none.

    Raises:
        ModelError: when the model can't be reached.
        BudgetSpent: before a call that could pass the limit; what was answered stays.
    """
    settled, wrong = settle(draft)
    bench = _Bench(settled, seed, tries)
    while bench.round(asks):
        pass
    closed, more = close(bench.draft, frozenset(bench.touched))
    by_rule: list[Closed] = [*((one, "repaired") for one in wrong), *more]
    found = [*bench.steps.values(), *((one, _mend(one, outcome)) for one, outcome in by_rule)]
    return closed, tuple(mended for _, mended in sorted(found, key=lambda pair: in_order(pair[0])))


def notes_of(mends: Iterable[Mend]) -> tuple[Note, ...]:
    """What was left out, as notes of the story."""
    left_out = (one for one in mends if one.outcome == "dropped")
    return tuple(Note(where=one.where, what=one.detail, reason=one.rule) for one in left_out)


@dataclass
class _Bench:
    """A draft under repair."""

    draft: StoryDraft
    seed: int
    tries: int
    steps: dict[tuple[_Spot, int], tuple[Break, Mend]] = field(default_factory=dict)
    """By the shot and the number that the step had before any was left out."""
    touched: set[_Spot] = field(default_factory=set)
    """Shots of which a step was written again or left out."""
    _numbers: dict[_Spot, list[int]] = field(default_factory=dict)
    _tried: Counter[tuple[_Spot, int]] = field(default_factory=Counter)
    _spent: Counter[tuple[int, int]] = field(default_factory=Counter)

    def round(self, asks: Asks) -> bool:
        """Asks for, or leaves out, the first broken step of every scene; whether there was any."""
        broken: dict[tuple[int, int], Finding] = {}
        for one in findings(self.draft):
            if one.found.step is not None:
                broken.setdefault((one.found.act, one.found.scene or 0), one)
        wanted: list[tuple[Finding, Request[Asked]]] = []
        for at, finding in broken.items():
            request = self._request(finding) if self._spent[at] < MOST_ASKS_A_SCENE else None
            if request is None:
                self._put(finding, None)
            else:
                wanted.append((finding, request))
                self._spent[at] += 1
        # a list: wherever Ctrl-C comes, it reaches who waits for the calls
        replies = list(asks.ask([request for _, request in wanted])) if wanted else []
        for (finding, _), reply in zip(wanted, replies, strict=True):
            if reply.answer is not None:
                self._put(finding, read_repair(reply.answer).step)
            else:
                self._note(finding, "repaired")
        return bool(broken)

    def _request(self, finding: Finding) -> Request[Asked] | None:
        spot, number = self._name(finding)
        if self._tried[spot, number] >= self.tries:
            return None
        self._tried[spot, number] += 1
        return repair_request(finding, self._plan(spot), self.seed, self._tried[spot, number])

    def _name(self, finding: Finding) -> tuple[_Spot, int]:
        """The shot of a step, and the number that the step had at first."""
        found = finding.found
        spot = (found.act, found.scene or 0, found.shot or 0)
        numbers = self._numbers.setdefault(spot, list(range(len(self._plan(spot).shots[spot[2]].steps))))
        return spot, numbers[found.step or 0]

    def _plan(self, spot: _Spot) -> ScenePlan:
        plan = self.draft.acts[spot[0]].scenes[spot[1]].plan
        assert plan is not None
        return plan

    def _note(self, finding: Finding, outcome: Outcome) -> None:
        """Keeps what was wrong first, and what became of it last."""
        name = self._name(finding)
        first, mended = self.steps.get(name, (finding.found, self._told(finding)))
        self.steps[name] = first, mended.model_copy(update={"outcome": outcome})

    def _told(self, finding: Finding) -> Mend:
        """What was wrong with a step, with the step in words."""
        found = finding.found
        step = self._plan((found.act, found.scene or 0, found.shot or 0)).shots[found.shot or 0].steps[found.step or 0]
        told = f"{step_told(step, known_of(self.draft.premise))} {found.detail}."
        return Mend(where=found.where, rule=found.rule, detail=told, outcome="dropped")

    def _put(self, finding: Finding, step: StepDraft | None) -> None:
        """The draft with another step in place of the broken one, or without it."""
        self._note(finding, "repaired" if step else "dropped")
        (a, s, n), _ = self._name(finding)
        k, plan = finding.found.step or 0, self._plan((a, s, n))
        steps = (*plan.shots[n].steps[:k], *((step,) if step else ()), *plan.shots[n].steps[k + 1 :])
        shot = plan.shots[n].model_copy(update={"steps": steps})
        plan = plan.model_copy(update={"shots": (*plan.shots[:n], shot, *plan.shots[n + 1 :])})
        self.draft = _with_plan(self.draft, a, s, plan)
        self.touched.add((a, s, n))
        if step is None:
            del self._numbers[a, s, n][k]


def _with_plan(draft: StoryDraft, act: int, scene: int, plan: ScenePlan) -> StoryDraft:
    works = list(draft.acts[act].scenes)
    works[scene] = works[scene].model_copy(update={"plan": plan})
    acts = list(draft.acts)
    acts[act] = acts[act].model_copy(update={"scenes": tuple(works)})
    return draft.model_copy(update={"acts": tuple(acts)})


def _mend(one: Break, outcome: Outcome) -> Mend:
    return Mend(where=one.where, rule=one.rule, detail=f"{one.detail[:1].upper()}{one.detail[1:]}.", outcome=outcome)
