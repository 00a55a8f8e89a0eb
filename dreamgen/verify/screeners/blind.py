"""Questions that a model answers without the video."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.engines.vision.model import VisionModel
from dreamgen.verify.screeners.answering import answerer_of, answers, ready
from dreamgen.verify.screeners.guessable import guessable


class BlindScreener(Record):
    """Drops choices and yes/no questions that the recipe's vision-language model answers without seeing anything.

    Answers in free words are not tried: they have no chance to be held against.
    """

    vision: VisionModel = VisionModel()
    """Which model; the recipe's table `[vision]`."""
    margin: float = Field(default=0.15, ge=0.0, lt=1.0)
    """How far above chance the probability of the right answer must be for a question to go. It must also be the
    likeliest with the options in either order, so that a liking for one letter drops nothing."""

    def ready(self) -> None:
        """Makes sure that the model can be opened."""
        ready(self.vision)

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """A verdict for each pair that needs no video.

        Raises:
            ModelError: when the model can't be reached; what it answered is kept.
        """
        for one in answers(answerer_of(self.vision), guessable(pairs), footage, "none", kept):
            if one.sure and one.right > one.guess.chance + self.margin:
                evidence = f"without the video {one.right:.2f} for the right answer, chance {one.guess.chance:.2f}"
                yield Verdict(
                    about=one.guess.pair.id, outcome="refuted", confidence=min(1.0, one.right), by="blind",
                    evidence=evidence, reason="answered_blind",
                )  # fmt: skip
