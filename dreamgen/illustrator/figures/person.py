"""One person, in painter's order."""

from __future__ import annotations

from dreamgen.illustrator.display import Recorder
from dreamgen.illustrator.figures.actor import Actor, Anchors, FigureState, Layers


def draw_person(recorder: Recorder, actor: Actor, at: FigureState, t: float, layers: Layers = "all") -> Anchors:
    """Records a person at one moment."""
    with recorder.stamped(entity=actor.number):
        recorder.oval(at.x, at.y - 110 * at.scale, 30 * at.scale, 110 * at.scale, "#888888")
    head = (at.x, at.y - 190 * at.scale)
    return Anchors(head=head, head_radius=28 * at.scale, near_hand=head, far_hand=head)
