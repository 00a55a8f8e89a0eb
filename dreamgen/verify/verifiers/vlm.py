"""The `vlm` verifier: a vision-language model is shown frames and asked, blind to where a claim comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, PrivateAttr

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Answer, Question, Verdict, View
from dreamgen.engines.vision.frames import sample
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import open_vision, ready
from dreamgen.engines.vision.seeing import Frames, Seen, Sees
from dreamgen.errors import DreamgenError
from dreamgen.language.company import Company
from dreamgen.language.telling import Room
from dreamgen.language.times import Span, instant
from dreamgen.verify.asking.looking import looks
from dreamgen.verify.asking.pairs import put_pair
from dreamgen.verify.asking.questions import Asked, put
from dreamgen.verify.asking.table import WAYS
from dreamgen.verify.comparing.judging import briefs, chances
from dreamgen.verify.comparing.keys import Case
from dreamgen.verify.comparing.weighing import Reading, Rule, weigh


class VlmVerifier(Record):
    """Asks a vision-language model about frames of the clip: every claim both ways, and as a choice where that fits.

    It sees the video file and words; of the cast it knows what their portraits show. It also answers questions
    without their keys.
    """

    vision: VisionModel = VisionModel()
    """Which model, how many frames it is shown and how large; the recipe's table `[vision]`."""
    support: float = Field(default=0.7, gt=0.5, le=1.0)
    """Chance from which a claim is supported; see `comparing.weighing` for how the chance comes about."""
    refute: float = Field(default=0.3, ge=0.0, lt=0.5)
    """Chance down from which a claim is refuted."""
    gap: float = Field(default=0.6, ge=0.0, le=1.0)
    """By how much a statement and its opposite may both be called right, or both wrong, before the claim is unsure."""
    heard: float = Field(default=0.5, ge=0.0, lt=1.0)
    """Share of its chances that a model must give to the answers it may choose from; else it would rather talk."""
    orders: int = Field(default=2, ge=0, le=4)
    """How often a choice is asked, each time with its options in another order; 0 leaves choices about claims out."""
    close: int = Field(default=8, ge=2, le=64)
    """Frames of a close look, at a claim of whose time the clip's frames show too little."""
    pairs: Literal["all", "choice", "none"] = "all"
    """Which pairs it answers blind, to compare its answer with the key: all, those with closed answers, or none."""
    margin: float = Field(default=0.2, ge=0.0, le=1.0)
    """By how much the key's chance must be above that of every other answer to bear the pair out, and below that of
    another one to refute it."""
    _opened: dict[Path, Sees] = PrivateAttr(default_factory=dict)

    def ready(self) -> None:
        """Makes sure that the model can be opened. See `opening.ready`."""
        ready(self.vision)

    def eyes(self, kept: Path) -> Sees:
        """The model with its memory, opened once."""
        if kept not in self._opened:
            self._opened[kept] = open_vision(self.vision, kept)
        return self._opened[kept]

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        """One verdict a claim, in order. What it can't be asked, and what can't be read, is unsure.

        Raises:
            ModelError: when the model can't be reached; what it answered is kept.
        """
        room = Room(Company.of(footage.cast, claims), {claim.id: claim for claim in claims})
        asked = {claim.id: one for claim in claims if (one := put(room, claim, self.orders))}
        try:
            said = dict(self._said(footage, tuple(asked.values()), kept)) if asked else {}
        except _Unreadable as error:
            said = {name: (Reading("unsure", 0.5, "unreadable", str(error)), "") for name in asked}
        for claim in claims:
            yield _verdict(claim, *said[claim.id]) if claim.id in said else _silent(claim)

    def answer(
        self, footage: Footage, questions: Sequence[Question], view: View, seed: int, kept: Path
    ) -> Iterator[Answer]:
        """One answer a question, in order, from what `view` leaves of the video. See `Answerer`.

        Raises:
            ModelError: when the model can't be reached; what it answered is kept.
        """
        asked = [put_pair(question, max(1, self.orders), shown=view != "none") for question in questions]
        queries = [one.queries for one in asked]
        try:
            frames = None if view == "none" else self._frames(footage, None, view, seed)
        except _Unreadable:
            for question in questions:
                yield Answer(about=question.about, turn=question.turn, by="vlm", failure="unreadable")
            return
        sent = [query for some in queries for query in some]
        seen = iter(self.eyes(kept).ask(frames, sent) if sent else ())
        for one, some in zip(asked, queries, strict=True):
            yield one.read([next(seen) for _ in some], "vlm", self.heard)

    def judge(self, cases: Sequence[Case], kept: Path) -> Iterator[float | None]:
        """Of each case the chance that its two texts agree, without any picture; None where nothing can be read.

        Raises:
            ModelError: when the model can't be reached; what it answered is kept.
        """
        sent = briefs(cases)
        return chances(tuple(self.eyes(kept).ask(None, sent)) if sent else (), self.heard)

    def _said(self, footage: Footage, asked: Sequence[Asked], kept: Path) -> Iterator[tuple[str, tuple[Reading, str]]]:
        """Claim to what was read, and what was looked at."""
        whole = self._frames(footage, None)
        for look in looks(asked, whole.times, whole.seconds):
            frames = self._frames(footage, look.span) if look.span else whole
            queries = [tuple(one.queries(whole.seconds)) for one in look.asked]
            seen = iter(self.eyes(kept).ask(frames, [query for some in queries for query in some]))
            for one, some in zip(look.asked, queries, strict=True):
                reading = _read(one, [next(seen) for _ in some], self._rule)
                yield one.claim.id, (reading, f"{_shown(frames)}: {one.statement}")

    def _frames(self, footage: Footage, span: Span | None, view: View = "video", seed: int = 0) -> Frames:
        count = self.close if span else self.vision.frames
        try:
            return sample(footage.video, count, self.vision.side, view, seed, span)
        except DreamgenError as error:
            raise _Unreadable(error.message) from error

    @property
    def _rule(self) -> Rule:
        return Rule(self.support, self.refute, self.gap, self.heard)


class _Unreadable(Exception):
    """The clip can't be looked at."""


def _read(one: Asked, seen: Sequence[Seen], rule: Rule) -> Reading:
    return weigh(seen[:2], seen[2:], [order.index(0) for order in one.orders], rule)


def _shown(frames: Frames) -> str:
    return f"{len(frames.times)} frames from {instant(frames.times[0])} to {instant(frames.times[-1])}"


def _verdict(claim: Claim, reading: Reading, looked: str) -> Verdict:
    evidence = "; ".join(part for part in (reading.told, looked) if part)
    return Verdict(
        about=claim.id,
        outcome=reading.outcome,
        confidence=round(reading.confidence, 4),
        by="vlm",
        evidence=evidence,
        reason=reading.reason,
    )


def _silent(claim: Claim) -> Verdict:
    """Of a claim that is not asked."""
    way = WAYS[claim.kind]
    reason, why = ("no_words", "nobody can be told apart by words") if way.asked else ("not_askable", way.opposite)
    return Verdict(about=claim.id, outcome="unsure", confidence=0.0, by="vlm", evidence=why, reason=reason)
