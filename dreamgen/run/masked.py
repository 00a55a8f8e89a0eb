"""Which masks belong to a pair: those that show what the pixels show."""

from __future__ import annotations

from collections.abc import Mapping

from dreamgen.core.media import Clip, Masklet
from dreamgen.core.pairs import InstructionPair


def with_masks(pair: InstructionPair, clip: Clip, known: Mapping[str, Masklet]) -> InstructionPair:
    """The pair without the entities whose masks are not known all through its span.

    Args:
        pair: names everybody that it speaks of.
        clip: what it asks about.
        known: entity to its masklet in the clip.
    """
    start, end = pair.span or (0.0, clip.seconds)
    first, stop = round(start * clip.fps), max(round(end * clip.fps), round(start * clip.fps) + 1)
    shown = tuple(who for who in pair.masklets if who in known and _shown(known[who], first, stop))
    return pair if shown == pair.masklets else pair.model_copy(update={"masklets": shown})


def _shown(masklet: Masklet, first: int, stop: int) -> bool:
    if any(begin < stop and first < end for begin, end in masklet.intended):
        return False
    return any(first <= mask.frame < stop for mask in masklet.frames)
