"""Which masks belong to a pair: those that show what the pixels show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip, Masklet
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject

REGIONS: Final = frozenset({"region_caption", "region_localise", "region_dense"})
"""Forms of pairs that ask about a subject which is marked in the picture."""


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


def with_subjects(pairs: Iterable[InstructionPair]) -> tuple[list[InstructionPair], list[Reject]]:
    """The pairs that can still be asked, and a line for each about a marked subject whose marks are not known.

    Args:
        pairs: as `with_masks` leaves them.
    """
    kept, rejects = [], []
    for pair in pairs:
        if pair.masklets or pair.form not in REGIONS:
            kept.append(pair)
            continue
        detail = "the masks of its subject are missing, or only intended and not checked, somewhere in its span"
        rejects.append(
            Reject(what=pair.id, kind="pair", stage="qa", reason="subject_not_marked", clip=pair.clip, detail=detail)
        )
    return kept, rejects


def held_by(exporter: object, dataset: Dataset) -> Dataset:
    """What a form of dataset can hold: one that marks nobody in the picture has no pairs about marked subjects.

    Args:
        exporter: says by an attribute `marks_subjects` whether its rows carry the boxes or masks.
        dataset: all of it.
    """
    return dataset if getattr(exporter, "marks_subjects", False) else dataset.without(REGIONS)


def _shown(masklet: Masklet, first: int, stop: int) -> bool:
    if any(begin < stop and first < end for begin, end in masklet.intended):
        return False
    return any(first <= mask.frame < stop for mask in masklet.frames)
