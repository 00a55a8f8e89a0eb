"""What the pictures of a clip can bear out, by who moves what is seen in them.

Kind by kind, where more is lost than by what the masks show:

| claim | still | generated, or only intended |
| --- | --- | --- |
| presence, attribute | as drawn | of the plan; the verifier decides |
| absence, count, relation | as drawn | none in a shot of which a part is only intended |
| action | poses that a still shows | of the plan; where only intended, poses that take no other body |
| interaction | poses that a still shows | none |
| expression | as drawn | none |
| movement | none | none |
| camera move | as drawn | as drawn over a still, none where generated |
| duration, order | as drawn | only of what is spoken, and of places |
| narration | where a still shows all that is told | none |
| speech, cut, place, light, weather | as drawn | as drawn |
"""

from __future__ import annotations

from typing import Final

from dreamgen.core.story import Event
from dreamgen.core.vocabulary import Pose

SHOWN_STILL: Final[frozenset[Pose]] = frozenset({"stand", "sit", "lie", "kneel", "hold", "hug", "point", "look"})
"""Poses that one still picture shows for what they are. The others are motions: a lifted foot may walk, run, dance or
fall, a lifted hand may wave, and an open mouth may talk; in a still film none of them ever does."""

ALONE: Final[frozenset[Pose]] = SHOWN_STILL - {"hold", "hug"}
"""Those of them that take no second body in its place."""


def told_by_a_still(event: Event) -> bool:
    """Whether a still shows that an event happens; what is said stands in the caption."""
    return event.seen and (event.does in SHOWN_STILL or bool(event.says))
