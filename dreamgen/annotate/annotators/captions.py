"""The `captions` annotator: what a model sees in keyframes and in the whole clip, fused into one description.

After the captions of ShareGemini and of PLM's synthetic engine (Cho et al. 2025, section 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field, PrivateAttr, computed_field

from dreamgen.annotate.captioning.faults import parts
from dreamgen.annotate.captioning.fusing import (
    FUSE,
    FusedDraft,
    FusedSentence,
    Material,
    entity_of,
    fault_in,
    leaning,
    request,
)
from dreamgen.annotate.captioning.looking import FRAME, VIDEO, is_served, looks, shown
from dreamgen.annotate.faults import Fault
from dreamgen.core.base import Record, derive_seed
from dreamgen.core.claims import Attribute, Claim, Description, Presence
from dreamgen.core.found import Notes
from dreamgen.core.media import Footage
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import ready as chat_ready
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.naming import said_by
from dreamgen.engines.sharing import Opened
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import ready as vision_ready
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.language.company import Company


class CaptionsAnnotator(Record):
    """Describes a clip sentence by sentence. What one model saw is judged by another: see `trust.same_family`."""

    vision: VisionModel = VisionModel()
    """Who looks. The verifier `vlm` reads the recipe's `[vision]` too, so that one of them needs its own."""
    chat: ChatModel = ChatModel()
    """Who fuses."""
    fuse: bool = True
    """Whether a language model makes one description of all that was seen and noted; else the caption of the whole
    clip is taken as it is, and frames are not looked at by themselves."""
    stills: int = Field(default=6, ge=0, le=64)
    """Keyframes that are described by themselves, at most."""
    notes: bool = True
    """Whether the title, labels, times, speech and read text that came with a video are told to whoever fuses."""
    sentences: int = Field(default=12, ge=1, le=40)
    """Of the description, at most."""
    tokens: int = Field(default=512, ge=1)
    """Of one caption, at most; a larger `vision.max_output_tokens` goes before it."""
    slack: float = Field(default=0.2, ge=0.0, le=1.0)
    """Share of a fused sentence's words that may stand in no caption and no note. Numbers, names, colours, quotations
    and words with an opposite must all stand there."""

    _opened: Opened = PrivateAttr(default_factory=Opened)

    @property
    def together(self) -> int:
        """How many clips are at work at once: enough to keep a server's calls in flight, while others are fused."""
        return 1 if not is_served(self.vision) else 1 + -(-self.vision.concurrency // (1 + self.stills * self.fuse))

    @property
    def unasked(self) -> tuple[str, ...]:
        """Tables of the recipe whose models have no part in this."""
        return () if self.fuse else ("chat",)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def prompts(self) -> tuple[tuple[str, str], ...]:
        """Name and fingerprint of every prompt in use: they are in the receipt, with the options."""
        used = (VIDEO, FRAME, FUSE) if self.fuse else (VIDEO,)
        return tuple((name, read_prompt(name).fingerprint) for name in used)

    def ready(self) -> None:
        """Says what is missing before anything is asked.

        Raises:
            UsageError: when no model is named, or a prompt is missing or wrong.
            MissingExtra: without a library that a model needs.
            ModelError: when a local folder holds no model, or a key is missing.
        """
        vision_ready(self.vision)
        if self.fuse and not self.chat.model:
            raise UsageError(
                "the annotator captions fuses captions with a language model, and chat.model names none",
                "Name one, or take the model's caption of the whole clip as it is: "
                "--set 'annotate=[{backend = \"captions\", fuse = false}]'",
            )
        if self.fuse:
            chat_ready(self.chat)
        _ = self.prompts

    def annotate(self, footage: Footage, notes: Notes, known: Sequence[Claim], kept: Path) -> Iterator[Claim | Reject]:
        """One description a sentence, and a line for each caption and sentence that could not be used.

        Raises:
            ModelError: when a model can't be reached; what was answered is kept.
            BudgetSpent: when the next call could pass a limit; what was answered is kept.
        """
        most = max(self.tokens, self.vision.max_output_tokens)
        eyes = self.vision.model_copy(update={"max_output_tokens": most})
        try:
            some = shown(footage.video, eyes, notes.keyframes, self.stills if self.fuse else 0)
        except DreamgenError as error:
            yield _unusable(footage.clip, "video", Fault("unreadable", error.message))
            return
        found = tuple(looks(self._opened.eyes(eyes, kept), eyes, some, footage.clip, self._opened))
        yield from (_unusable(footage.clip, look.where, look.fault) for look in found if look.fault)
        usable = tuple(look for look in found if not look.fault)
        if not usable:
            return
        seconds, cast = some[0].frames.seconds, _cast(known) if self.fuse else {}
        told = Material(usable, notes if self.notes else Notes(), seconds, cast)
        yield from (self._fused(footage.clip, told, kept) if self.fuse else self._plain(footage.clip, told))

    def _plain(self, clip: str, material: Material) -> Iterator[Claim | Reject]:
        """The caption of the whole clip, part by part."""
        by, number = (said_by(self.vision, VIDEO),), 0
        for text, wrong in parts(material.video):
            sentence = FusedSentence(text=text)
            if fault := wrong or leaning(sentence) or fault_in(material.seconds, sentence):
                yield _unusable(clip, text, fault)
            else:
                yield _claim(material, sentence, text, number, by)
                number += 1

    def _fused(self, clip: str, material: Material, kept: Path) -> Iterator[Claim | Reject]:
        """The description that a language model makes of everything."""
        if material.left_out:
            told = f"{material.left_out} characters of the notes were left out"
            yield _unusable(clip, "notes", Fault("too_long", told))
        seed = derive_seed(0, "captions", clip)
        asks = self._opened.chat(self.chat, kept)
        with self._opened.slot(self.chat):
            (reply,) = asks.ask([request(material, self.sentences, clip, seed)])
        draft = reply.answer or reply.best
        if draft is None:
            yield _unusable(clip, FUSE, Fault(f"no_answer_{reply.failure}", reply.detail))
            return
        yield from self._grounded(clip, material, FusedDraft.model_validate(draft.model_dump()))

    def _grounded(self, clip: str, material: Material, draft: FusedDraft) -> Iterator[Claim | Reject]:
        by = tuple(dict.fromkeys((
            *(said_by(self.vision, FRAME if look.at is not None else VIDEO) for look in material.looks),
            said_by(self.chat, FUSE),
        )))  # fmt: skip
        grounds, number = material.grounds(self.slack), 0
        for sentence in draft.sentences:
            broken = leaning(sentence) or fault_in(material.seconds, sentence)
            for text, wrong in tuple(parts(sentence.text)) or ((sentence.text, broken),):
                if fault := broken or wrong or grounds.fault(text):
                    yield _unusable(clip, text, fault)
                else:
                    yield _claim(material, sentence, text, number, by)
                    number += 1


def _claim(material: Material, sentence: FusedSentence, text: str, number: int, by: tuple[str, ...]) -> Description:
    end = material.seconds if sentence.end is None else min(sentence.end, material.seconds)
    return Description(
        start=round(max(0.0, sentence.start or 0.0), 4),
        end=round(end, 4),
        entity=entity_of(material, sentence),
        text=text,
        by=by,
        nth=number,
    )


def _cast(known: Sequence[Claim]) -> dict[str, str]:
    """Those whom earlier annotators introduced and who can be told apart by words."""
    company = Company.of([claim for claim in known if isinstance(claim, Presence | Attribute)], known)
    entities = dict.fromkeys(claim.entity for claim in known if isinstance(claim, Presence))
    return {entity: words for entity in entities if (words := company.the(entity))}


def _unusable(clip: str, what: str, fault: Fault) -> Reject:
    return Reject(what=what, kind="text", stage="annotate", reason=fault.reason, clip=clip, detail=fault.detail)
