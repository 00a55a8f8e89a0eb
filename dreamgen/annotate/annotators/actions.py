"""The `actions` annotator: what is done in each part of a clip, as a vision-language model sees it.

PLM makes its fine-grained questions from segments of about ten seconds and the action in each (Cho et al. 2025,
appendix on PLM-FGQA); here each action is a description of its part, which a verifier judges like any other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from pydantic import Field, PrivateAttr, computed_field

from dreamgen.annotate.captioning.faults import fault_of
from dreamgen.annotate.captioning.looking import is_served
from dreamgen.annotate.captioning.sentences import leans, units
from dreamgen.annotate.faults import Fault
from dreamgen.core.base import Record
from dreamgen.core.claims import Claim, Description
from dreamgen.core.found import Notes
from dreamgen.core.media import Footage
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.naming import said_by
from dreamgen.engines.sharing import Opened
from dreamgen.engines.vision.frames import sample
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import ready
from dreamgen.engines.vision.seeing import Query, Seen
from dreamgen.engines.vision.seeking import film
from dreamgen.errors import DreamgenError

PROMPT: Final = "annotate/actions"
WORDS: Final = 120
"""Of all sentences about one part, at most."""
MOST: Final = 3
"""Sentences about one part."""
_NOTHING: Final = re.compile(r"\W*nothing\b.{0,40}$", re.IGNORECASE | re.DOTALL)

Span = tuple[float, float]


class ActionsAnnotator(Record):
    """Says what is done, part by part. What one model saw is judged by another: see `trust.same_family`."""

    vision: VisionModel = VisionModel()
    """Who looks. The verifier `vlm` reads the recipe's `[vision]` too, so that one of them needs its own."""
    seconds: float = Field(default=10.0, gt=0.0)
    """About how long a part is."""
    snap: float = Field(default=1.0, ge=0.0)
    """Seconds by which the border of a part moves to where something new is to be seen."""
    tokens: int = Field(default=160, ge=1)
    """Of one answer, at most; `vision.max_output_tokens` is meant for short answers."""

    _opened: Opened = PrivateAttr(default_factory=Opened)

    @property
    def together(self) -> int:
        """How many clips are at work at once; each has one call in flight."""
        return self.vision.concurrency if is_served(self.vision) else 1

    @computed_field  # type: ignore[prop-decorator]
    @property
    def prompts(self) -> tuple[tuple[str, str], ...]:
        """Name and fingerprint of the prompt: they are in the receipt, with the options."""
        return ((PROMPT, read_prompt(PROMPT).fingerprint),)

    def ready(self) -> None:
        """Says what is missing before anything is asked.

        Raises:
            UsageError: when no model is named, or the prompt is missing or wrong.
            MissingExtra: without a library that the model needs.
            ModelError: when a local folder holds no model, or a key is missing.
        """
        _ = self.prompts
        ready(self.vision)

    def annotate(self, footage: Footage, notes: Notes, known: Sequence[Claim], kept: Path) -> Iterator[Claim | Reject]:
        """One description a sentence, with the times of its part, and a line for each part that gave none.

        Raises:
            ModelError: when the model can't be reached; what it answered is kept.
            BudgetSpent: when the next call could pass a limit; what it answered is kept.
        """
        eyes = self.vision.model_copy(update={"max_output_tokens": self.tokens})
        sees, by = self._opened.eyes(eyes, kept), (said_by(self.vision, PROMPT),)
        try:
            with film(footage.video) as reel:
                spans = parts(reel.seconds, self.seconds, notes.keyframes, self.snap)
            shown = [(span, sample(footage.video, eyes.frames, eyes.side, span=span)) for span in spans]
        except DreamgenError as error:
            yield _unusable(footage.clip, "video", Fault("unreadable", error.message))
            return
        number = 0
        for span, frames in shown:
            (seen,) = sees.ask(frames, [_query(footage.clip, span)])
            where = f"{span[0]:.1f} to {span[1]:.1f} s"
            if fault := _fault(seen):
                yield _unusable(footage.clip, where, fault)
                continue
            told = units(seen.text)
            for text in told[:MOST]:
                if leans(text):
                    yield _unusable(footage.clip, where, Fault("leans_on_another", text))
                    continue
                yield Description(start=span[0], end=span[1], text=text, by=by, nth=number)
                # all parts are one text, which is told again in its order
                number += 1
            for text in told[MOST:]:
                yield _unusable(footage.clip, where, Fault("too_many", text))


def parts(seconds: float, each: float, keyframes: Sequence[float], snap: float) -> tuple[Span, ...]:
    """A clip in parts of about the same length, whose borders lie where something new is to be seen, if that is near.

    Args:
        seconds: length of the clip.
        each: about how long a part is.
        keyframes: seconds at which something new is to be seen.
        snap: seconds by which a border moves at most.
    """
    count = max(1, math.floor(seconds / each + 0.5))
    even = [seconds * number / count for number in range(1, count)]
    near = [min((key for key in keyframes if abs(key - at) <= snap), key=lambda key: abs(key - at), default=at)
            for at in even]  # fmt: skip
    borders = [0.0, *sorted({round(at, 3) for at in near if 0.0 < at < seconds}), round(seconds, 3)]
    return tuple(pairwise(borders))


def _query(clip: str, span: Span) -> Query:
    filled = read_prompt(PROMPT).fill({"start": round(span[0], 1), "end": round(span[1], 1)})
    return Query(purpose=PROMPT, where=f"{clip}/{span[0]:.3f}", system=filled.system, text=filled.user)


def _fault(seen: Seen) -> Fault | None:
    if seen.failure:
        # of free words prose is no failure, but nothing at all is
        return Fault("empty" if seen.failure == "prose" else seen.failure, seen.detail)
    if _NOTHING.match(seen.text):
        return Fault("no_action", seen.text)
    return fault_of(seen.text, WORDS)


def _unusable(clip: str, what: str, fault: Fault) -> Reject:
    return Reject(what=what, kind="text", stage="annotate", reason=fault.reason, clip=clip, detail=fault.detail)
