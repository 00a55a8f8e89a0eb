"""Walks a whole draft from state to state."""

from __future__ import annotations

from dreamgen.story.expansion.drafts import StoryDraft
from dreamgen.story.expansion.ids import ids_of, shot_id
from dreamgen.story.world.state import Break


def breaks(draft: StoryDraft) -> tuple[Break, ...]:
    """Everything in a draft that can't happen as it is written, in the order of the story."""
    ids = ids_of(draft.premise)
    known = {*ids.cast, *ids.props}
    found = []
    for a, act in enumerate(draft.acts):
        for s, scene in enumerate(act.scenes):
            for n, shot in enumerate(scene.plan.shots if scene.plan else ()):
                for k, step in enumerate(shot.steps):
                    for one in (step.who, step.whom, step.using):
                        if one is not None and one not in known:
                            where = shot_id(a + 1, s + 1, n + 1)
                            detail = f"{one} is nobody and nothing of this story"
                            found.append(
                                Break(where=where, rule="unknown_id", detail=detail, act=a, scene=s, shot=n, step=k)
                            )
    return tuple(found)
