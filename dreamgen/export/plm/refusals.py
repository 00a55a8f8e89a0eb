"""Pairs that a form could not hold, noted beside those whose clips no loader takes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.export.ready import REFUSED

DETAILS = {
    "subject_not_marked": "nobody knows where its subject is",
    "subject_not_sampled": "no frame that the trainer samples shows its subject",
    "stretch_not_sampled": "the trainer samples no frame of the stretch that it is about",
    "stretches_with_gaps": "its stretches leave a part of the clip out, or overlap",
    "box_tells": "its subject has a box while it happens and hardly at another time, so that the box alone tells when",
    "asks_about_its_options": "it asks about its options, and what PLM-Video-Human's columns train on has none",
    "clip_too_short": "lmms-eval samples 32 frames of a clip with a marked subject, and stops at a shorter one",
}
"""Reason to what it says."""


def refusal(pair: InstructionPair, reason: str) -> Reject:
    """A pair that is not in the form; the reason is one of `DETAILS`."""
    return Reject(what=pair.id, kind="pair", stage="export", reason=reason, clip=pair.clip, detail=DETAILS[reason])


def add_refusals(into: Path, refused: Iterable[Reject]) -> None:
    """Adds lines to refused.jsonl in the folder of a form; there is no such file where nothing was refused."""
    lines = [one.model_dump_json() + "\n" for one in refused]
    if lines:
        with (into / REFUSED).open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
