"""What is left of a draft when its broken steps are out: every shot shows somebody, words fit, lines can be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from dreamgen.story.expansion.drafts import SceneWork, ShotDraft, StepDraft, StoryDraft
from dreamgen.story.world.state import Break, World
from dreamgen.story.world.steps import Fault, Stage, after
from dreamgen.story.world.walk import Visit, during, visits
from dreamgen.story.world.wording import shot_told

Outcome = Literal["repaired", "dropped"]
Closed = tuple[Break, Outcome]
"""What was broken, and what became of it."""
_ANYBODY = "Somebody is there."


def close(
    draft: StoryDraft, touched: frozenset[tuple[int, int, int]] = frozenset()
) -> tuple[StoryDraft, tuple[Closed, ...]]:
    """A whole draft of one whose steps can all happen, though a shot may have none.

    What can't be carried is not. A shot without steps shows who is there. The words of a shot that was changed, or
    that disagree with its light, are written again from its steps. Lines that nobody could say are left out.

    Args:
        draft: settled, and without broken steps.
        touched: indices of act, scene and shot of those whose steps are not what they were.
    """
    found: list[Closed] = []
    works = []
    for visit in visits(draft):
        changed = frozenset(n for a, s, n in touched if (a, s) == (visit.act, visit.scene))
        carried = _carried(visit, found)
        shown = _shown(carried, visit, changed, found)
        works.append(_spoken(shown, visit, found))
    left = iter(works)
    acts = tuple(
        act.model_copy(update={"scenes": tuple(next(left) for _ in range(len(act.scenes)))}) for act in draft.acts
    )
    return draft.model_copy(update={"acts": acts}), tuple(found)


def still(world: World, stage: Stage, cast: Sequence[str]) -> StepDraft:
    """Somebody of a scene who does nothing much, such as can be done at any time."""
    awake = [who for who in cast if who in world.here - world.asleep]
    if awake:
        return StepDraft(who=awake[0], does="stand")
    lying = [who for who in cast if who in world.here | world.dead]
    return StepDraft(who=lying[0], does="lie") if lying else StepDraft(who=cast[0], does="return")


def _carried(visit: Visit, found: list[Closed]) -> SceneWork:
    """The scene with nothing carried in but what can be."""
    _, wrong = visit.opened()
    found += [(visit.break_of(fault), "repaired") for _, fault in wrong]
    out = {at for at, _ in wrong}
    draft = visit.work.draft
    carried = tuple(one for at, one in enumerate(draft.carried) if at not in out)
    return visit.work.model_copy(update={"draft": draft.model_copy(update={"carried": carried})})


def _shown(work: SceneWork, visit: Visit, changed: frozenset[int], found: list[Closed]) -> SceneWork:
    """The scene with somebody in each of its shots, and words that fit."""
    if work.plan is None:
        return work
    shots: list[ShotDraft] = []
    world, _ = visit.opened()
    for n, shot in enumerate(work.plan.shots):
        before, steps = world, shot.steps or (still(world, visit.stage, work.draft.cast),)
        world = during(work.plan.shots, n, world)
        for step in steps:
            then = after(step, world, visit.stage)
            world = world if isinstance(then, Fault) else then
        text, wrong = shot.text, tuple(visit.text_faults(shot.text, before))
        if wrong or n in changed:
            found += [(visit.break_of(fault, shot=n), "repaired") for fault in wrong]
            told = shot_told(steps, visit.stage.known)
            text = next(one for one in (told, _ANYBODY) if one is _ANYBODY or not any(visit.text_faults(one, before)))
        shots.append(shot.model_copy(update={"steps": steps, "text": text}))
    return work.model_copy(update={"plan": work.plan.model_copy(update={"shots": tuple(shots)})})


def _spoken(work: SceneWork, visit: Visit, found: list[Closed]) -> SceneWork:
    """The scene with its lines in shots in which they can be said."""
    if work.plan is None:
        return work
    last = len(work.plan.shots)
    moved = tuple(line.model_copy(update={"shot": min(line.shot, last)}) for line in work.plan.dialogue)
    faults = replace(visit, work=work).line_faults()
    found += [(visit.break_of(fault, shot=last - 1, line=m), "repaired") for m, _, fault in faults if _late(fault)]
    plan = work.plan.model_copy(update={"dialogue": moved})
    faults = replace(visit, work=work.model_copy(update={"plan": plan})).line_faults()
    found += [(visit.break_of(fault, shot=n, line=m), "dropped") for m, n, fault in faults]
    out = {m for m, _, _ in faults}
    kept = tuple(line for m, line in enumerate(moved) if m not in out)
    return work.model_copy(update={"plan": plan.model_copy(update={"dialogue": kept})})


def _late(fault: Fault) -> bool:
    return fault.rule == "no_such_shot"
