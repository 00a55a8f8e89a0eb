"""The two steps of HICom: a model that is shown a clip writes a caption, and then instructions with answers.

After Liu et al. 2025, appendix A. A reply that is not of the shape is asked for again, with what was wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dreamgen.annotate.objects.sheets import DraftObject, DraftObjects, sheet_shape
from dreamgen.core.claims import Claim, Description
from dreamgen.core.narrowing import settled
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.chat.replies import read
from dreamgen.engines.vision.seeing import Frames, Query, Seen, Sees

CAPTION: Final = "annotate/objects_caption"
PAIRS: Final = "annotate/objects"
_SHOWN: Final = 2000
"""Characters of a bad reply that are shown to the model that wrote it."""
_MOST: Final = 0.9
"""Share of a clip that a caption of all of it speaks of."""
_MORE: Final = 3
"""How many times as many pairs as were asked for are read."""


@dataclass(frozen=True)
class Drafted:
    """What a model wrote, or why there is nothing."""

    pairs: tuple[DraftObject, ...] = ()
    """As it wrote them."""
    failure: str = ""
    """Machine-readable: malformed, refused, cut_off, prose."""
    detail: str = ""
    """What was wrong in the end, for people."""


def caption_of(known: Sequence[Claim], seconds: float) -> str:
    """What an earlier annotator told of the clip in words; empty where none did.

    A caption of the whole clip goes before captions of its parts.

    Args:
        known: what earlier annotators said.
        seconds: length of the clip.
    """
    told = [one for one in known if isinstance(one, Description) and one.entity is None]
    told.sort(key=lambda one: (one.start, one.end, one.nth, one.text))
    whole = [one for one in told if one.end - one.start >= _MOST * seconds]
    return " ".join(dict.fromkeys(one.text for one in whole or told))


def write_caption(sees: Sees, frames: Frames, clip: str) -> Seen:
    """What a model says of the whole clip."""
    filled = read_prompt(CAPTION).fill({"seconds": round(frames.seconds, 1)})
    (seen,) = sees.ask(frames, [Query(CAPTION, clip, filled.system, filled.user)])
    return seen


def write_pairs(sees: Sees, frames: Frames, clip: str, caption: str, pairs: int, asks: int) -> Drafted:
    """Instructions with answers, asked for until they have their shape.

    Args:
        sees: who writes.
        frames: what is shown.
        clip: its id.
        caption: what is told of it.
        pairs: how many are wanted.
        asks: how often they are asked for.
    """
    wrong = reply = ""
    told = Drafted(failure="malformed")
    for _ in range(asks):
        filled = read_prompt(PAIRS).fill(
            {
                "caption": caption, "pairs": pairs, "seconds": round(frames.seconds, 1), "wrong": wrong,
                "reply": reply[:_SHOWN],
            }
        )  # fmt: skip
        (seen,) = sees.ask(frames, [Query(PAIRS, clip, filled.system, filled.user)])
        told = _read(seen, pairs)
        if not told.failure or told.failure == "refused":
            return told
        # what was cut off is of no use, and would take the room that was too small
        wrong, reply = told.detail, "" if told.failure == "cut_off" else seen.text
    return told


def _read(seen: Seen, pairs: int) -> Drafted:
    if seen.failure == "cut_off":
        return Drafted(failure="cut_off", detail="The reply was too long and was cut off.")
    if seen.failure:
        return Drafted(failure=seen.failure, detail=seen.detail)
    # who writes more than was asked for is not asked again: whoever asked takes the first
    reading = read(seen.text, sheet_shape(_MORE * pairs))
    if reading.answer is None:
        return Drafted(failure=reading.failure or "malformed", detail=" ".join(reading.wrong))
    return Drafted(pairs=settled(reading.answer, DraftObjects).pairs)
