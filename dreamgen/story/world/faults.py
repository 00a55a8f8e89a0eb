"""What is wrong with an outline or an act's plan, as sentences for the next ask."""

from __future__ import annotations

from dreamgen.story.expansion.drafts import ActDraft, ActPlan, Outline, Premise
from dreamgen.story.expansion.ids import ids_of


def outline_faults(premise: Premise, outline: Outline) -> tuple[str, ...]:
    """What can't be in an outline, one sentence each; none when all is well."""
    ids = ids_of(premise)
    known = {*ids.cast, *ids.places}
    found = []
    for number, act in enumerate(outline.acts, start=1):
        strange = sorted({*act.cast, *act.places, *act.gone} - known)
        found += [f"Act {number} names {one!r}, which the premise does not have." for one in strange]
    return tuple(found)


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
    ids = ids_of(premise)
    found = []
    for number, scene in enumerate(plan.scenes, start=1):
        strange = sorted({scene.place, *scene.cast, *scene.gone} - {*ids.cast, *ids.places})
        found += [f"Scene {number} names {one!r}, which the premise does not have." for one in strange]
        back = sorted({*scene.cast} & {*gone})
        found += [f"Scene {number} has {one!r}, who is gone." for one in back]
    return tuple(found)
