"""The `objects` annotator: single persons, animals and things of a clip, each described as an instruction asks for it.

After HICom (Liu et al. 2025, appendix A): a caption of the clip, then instructions with answers that each name one of
what can be seen. What is claimed are the sentences of the answers; the pairs are computed from those that stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field, PrivateAttr

from dreamgen.annotate.captioning.looking import is_served
from dreamgen.annotate.faults import Fault
from dreamgen.annotate.objects.asking import CAPTION, PAIRS, Drafted, caption_of, write_caption, write_pairs
from dreamgen.annotate.objects.checking import fault_of
from dreamgen.annotate.objects.refusals import refusal_in
from dreamgen.annotate.objects.sheets import DraftObject
from dreamgen.annotate.objects.stating import subjects_of, told_apart
from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.found import Notes
from dreamgen.core.media import Footage
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.naming import said_by
from dreamgen.engines.sharing import Opened
from dreamgen.engines.vision.frames import sample
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import ready
from dreamgen.engines.vision.seeing import Frames, Sees
from dreamgen.errors import DreamgenError


class ObjectsAnnotator(Record):
    """Descriptions of single persons, animals and things by a vision-language model.

    It is shown frames and a caption of the clip, which an earlier annotator wrote or else it writes first; of titles
    and labels it knows nothing.
    """

    vision: VisionModel = VisionModel()
    """Which model, how many frames it is shown and how large; the recipe's table `[vision]`."""
    pairs: int = Field(default=3, ge=1, le=8)
    """Instructions with answers that are asked for of a clip."""
    asks: int = Field(default=3, ge=1, le=10)
    """How often they are asked for, with what was wrong, before the clip is given up."""
    tokens: int = Field(default=1500, ge=64)
    """Tokens of the longest caption or answer; a larger `vision.max_output_tokens` goes before it."""
    _opened: Opened = PrivateAttr(default_factory=Opened)

    @property
    def together(self) -> int:
        """How many clips are at work at once; each has one call in flight."""
        return self.vision.concurrency if is_served(self.vision) else 1

    def ready(self) -> None:
        """Makes sure that the model can be opened and the prompts are there. See `opening.ready`."""
        read_prompt(CAPTION)
        read_prompt(PAIRS)
        ready(self.vision)

    def eyes(self, kept: Path) -> Sees:
        """The model with its memory, opened once."""
        most = max(self.tokens, self.vision.max_output_tokens)
        return self._opened.eyes(self.vision.model_copy(update={"max_output_tokens": most}), kept)

    def annotate(self, footage: Footage, notes: Notes, known: Sequence[Claim], kept: Path) -> Iterator[Claim | Reject]:
        """Who and what is there, how each looks and what can be told of it, and a line for each pair that was dropped.

        Raises:
            ModelError: when the model can't be reached; what it answered is kept.
        """
        try:
            frames = sample(footage.video, self.vision.frames, self.vision.side)
        except DreamgenError as error:
            yield _unused(footage.clip, "unreadable", error.message)
            return
        caption = caption_of(known, frames.seconds)
        if not caption:
            seen = write_caption(self.eyes(kept), frames, footage.clip)
            refused = refusal_in(seen.text)
            if seen.failure or refused or not seen.text.strip():
                why = seen.failure or (refused.reason if refused else "empty")
                yield _unused(footage.clip, f"no_caption_{why}", seen.detail or seen.text)
                return
            caption = seen.text
        written = write_pairs(self.eyes(kept), frames, footage.clip, caption, self.pairs, self.asks)
        yield from self._claimed(footage.clip, written, known, frames)

    def _claimed(self, clip: str, written: Drafted, known: Sequence[Claim], frames: Frames) -> Iterator[Claim | Reject]:
        if written.failure:
            yield _unused(clip, f"no_answer_{written.failure}", written.detail)
            return
        taken: list[DraftObject] = []
        for draft in written.pairs:
            fault = fault_of(draft, taken, written.pairs)
            if fault is None and len(taken) == self.pairs:
                fault = Fault("too_many", f"{self.pairs} were asked for")
            if fault is None:
                taken.append(draft)
            else:
                yield _dropped(clip, draft, fault)
        by = (said_by(self.vision, PAIRS),)
        for subject, fault in told_apart(subjects_of(taken, known, frames.seconds), known):
            if fault is not None:
                yield from (_dropped(clip, draft, fault) for draft in subject.drafts)
            else:
                yield from subject.claims(by)


def _dropped(clip: str, draft: DraftObject, fault: Fault) -> Reject:
    said = f"{' '.join(draft.instruction.split())} — {' '.join(draft.answer.split())}: {fault.detail}"
    return Reject(
        what=f"{clip}/{draft.names}", kind="draft", stage="annotate", reason=fault.reason, clip=clip, detail=said
    )


def _unused(clip: str, reason: str, detail: str) -> Reject:
    return Reject(what=clip, kind="draft", stage="annotate", reason=reason, clip=clip, detail=" ".join(detail.split()))
