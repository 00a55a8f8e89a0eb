"""Questions about time that need none: one frame, or frames in the wrong order, answer them as surely."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict, View
from dreamgen.engines.vision.model import VisionModel
from dreamgen.verify.screeners.answering import answerer_of, answers, ready
from dreamgen.verify.screeners.guessable import guessable


@cache
def tasks_for(view: View) -> frozenset[str]:
    """The tasks that this view must not be enough for: `data/temporal.toml`."""
    table = tomllib.loads(files("dreamgen.verify.screeners").joinpath("data/temporal.toml").read_text("utf-8"))
    return frozenset(task for task, views in table["tasks"].items() if view in views)


class _ViewScreener(Record):
    """Drops temporal choices and yes/no questions that the model answers as surely from less than the video."""

    vision: VisionModel = VisionModel()
    """Which model; the recipe's table `[vision]`."""
    margin: float = Field(default=0.15, ge=0.0, lt=1.0)
    """How far above chance the probability of the right answer must be for a question to go, in either order."""
    lost: float = Field(default=0.1, ge=0.0, lt=1.0)
    """A question stays if the whole video makes the right answer likelier than that view does by more than this."""

    _view: ClassVar[View]
    _by: ClassVar[str]
    _reason: ClassVar[str]

    def ready(self) -> None:
        """Makes sure that the model can be opened."""
        ready(self.vision)

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """A verdict for each pair about time that needs none.

        Raises:
            ModelError: when the model can't be reached; what it answered is kept.
        """
        answerer, tasks = answerer_of(self.vision), tasks_for(self._view)
        temporal = guessable(pair for pair in pairs if pair.task in tasks)
        told = [one for one in answers(answerer, temporal, footage, self._view, kept) if one.sure]
        likely = {one.guess.pair.id: one for one in told if one.right > one.guess.chance + self.margin}
        asked = [one.guess for one in likely.values()]
        for whole in answers(answerer, asked, footage, "video", kept):
            less = likely[whole.guess.pair.id]
            if whole.right <= less.right + self.lost:
                evidence = f"{self._by} gives the right answer {less.right:.2f}, the whole video {whole.right:.2f}"
                yield Verdict(
                    about=whole.guess.pair.id, outcome="refuted", confidence=min(1.0, less.right), by=self._by,
                    evidence=evidence, reason=self._reason,
                )  # fmt: skip


class SingleFrameScreener(_ViewScreener):
    """Drops questions about time that the model answers as surely from one frame of the clip's middle."""

    _view = "frame"
    _by = "single_frame"
    _reason = "one_frame_is_enough"


class ShuffledScreener(_ViewScreener):
    """Drops questions about time that the model answers as surely from frames in an order by lot."""

    _view = "shuffled"
    _by = "shuffled"
    _reason = "order_does_not_matter"


class ReversedScreener(_ViewScreener):
    """Drops questions about time that the model answers as surely from the frames backwards."""

    _view = "reversed"
    _by = "reversed"
    _reason = "direction_does_not_matter"
