"""What is wrong with an outline or an act's plan, as sentences for the next ask."""

from __future__ import annotations

from collections.abc import Iterator

from dreamgen.story.expansion.drafts import ActDraft, ActPlan, ActWork, Outline, Premise, SceneWork, StoryDraft
from dreamgen.story.world.known import Known, known_of
from dreamgen.story.world.settling import settle_acts
from dreamgen.story.world.walk import breaks


def outline_faults(premise: Premise, outline: Outline) -> tuple[str, ...]:
    """What can't be in an outline, one sentence each; none when all is well."""
    _, wrong = settle_acts(known_of(premise), outline.acts)
    return tuple(dict.fromkeys(f"Act {one.act + 1}: {one.detail}." for one in wrong))


def act_faults(
    premise: Premise, act: ActDraft, plan: ActPlan, gone: tuple[str, ...] = (), needed: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """What can't be in an act's plan, one sentence each; none when all is well.

    Args:
        premise: what the story is made of.
        act: the act, as the outline has it.
        plan: its scenes.
        gone: ids of those who have left the story in earlier acts.
        needed: ids of those whom later acts of the outline have in their cast.
    """
    known = known_of(premise)
    scenes = tuple(SceneWork(draft=scene) for scene in plan.scenes)
    # walked as the first act of a story, in which nobody has gone yet: who has is told apart below
    alone = StoryDraft(premise=premise, acts=(ActWork(draft=act, scenes=scenes),))
    found = [f"Scene {1 + (one.scene or 0)}: {one.detail}." for one in breaks(alone) if one.scene is not None]
    found += _back(known, plan, gone)
    found += _too_early(known, act, plan, needed)
    found += _not_in_act(known, act, plan)
    found += _not_shown(known, act, plan)
    return tuple(dict.fromkeys(found))


def _back(known: Known, plan: ActPlan, gone: tuple[str, ...]) -> Iterator[str]:
    for number, scene in enumerate(plan.scenes, start=1):
        for one in scene.cast:
            if one in gone:
                yield f"Scene {number}: {known.name(one)} is dead or has left the story in an earlier act."


def _too_early(known: Known, act: ActDraft, plan: ActPlan, needed: tuple[str, ...]) -> Iterator[str]:
    for number, scene in enumerate(plan.scenes, start=1):
        for one in scene.gone:
            if one in needed and one not in act.gone:
                yield f"Scene {number}: {known.name(one)} can't die or leave for good, a later act still has them."


def _not_in_act(known: Known, act: ActDraft, plan: ActPlan) -> Iterator[str]:
    for number, scene in enumerate(plan.scenes, start=1):
        for one in scene.cast:
            if one in known.cast and one not in act.cast:
                yield f"Scene {number}: {known.name(one)} is not in the cast of the act."


def _not_shown(known: Known, act: ActDraft, plan: ActPlan) -> Iterator[str]:
    shown = {one for scene in plan.scenes for one in scene.gone}
    for one in act.gone:
        if one in known.cast and one not in shown:
            yield f"{known.name(one)} dies or leaves for good in this act, but no scene says so in `gone`."
