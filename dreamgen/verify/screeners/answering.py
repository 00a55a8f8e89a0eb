"""What a model answers to pairs whose key it has not seen, from as much of the video as it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dreamgen.core.contracts import Answerer
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Question, View, questions_of
from dreamgen.engines.vision.model import VisionModel
from dreamgen.verify.screeners.guessable import Guessable


@dataclass(frozen=True)
class Answered:
    """What a model gives the options of one pair."""

    guess: Guessable
    """The pair."""
    ways: tuple[tuple[float, ...], ...]
    """Its chances for the options, in the pair's order, once for each order in which they were put; of yes or no once.
    Empty where nothing could be made of one of its answers."""

    @property
    def right(self) -> float:
        """What it gives the right option, over all orders; 0 where nothing could be made of an answer."""
        return sum(chances[self.guess.right] for chances in self.ways) / len(self.ways) if self.ways else 0.0

    @property
    def sure(self) -> bool:
        """Whether it takes the right option, however they are put."""
        return bool(self.ways) and all(
            chances[self.guess.right] > max(c for n, c in enumerate(chances) if n != self.guess.right)
            for chances in self.ways
        )


def answerer_of(vision: VisionModel) -> Answerer:
    """Whoever answers with this model; it is asked each order by itself, so that both can be held to it."""
    from dreamgen.verify.verifiers.vlm import VlmVerifier

    return VlmVerifier(vision=vision, orders=1)


def ready(vision: VisionModel) -> None:
    """Makes sure that the model can be opened.

    Raises:
        UsageError: when no model is named.
        MissingExtra: without a library that it needs.
        ModelError: when its weights are not there.
    """
    from dreamgen.verify.verifiers.vlm import VlmVerifier

    VlmVerifier(vision=vision).ready()


def answers(
    answerer: Answerer, pairs: Sequence[Guessable], footage: Mapping[str, Footage], view: View, kept: Path
) -> Iterator[Answered]:
    """What is answered to each pair, clip by clip; choices with their options in order and backwards.

    Args:
        answerer: whoever answers.
        pairs: what is asked.
        footage: every clip by its id; a pair whose clip is not there is not asked.
        view: how much of the clip is shown.
        kept: see `Answerer`.
    """
    by_clip: dict[str, list[Guessable]] = {}
    for one in pairs:
        by_clip.setdefault(one.pair.clip, []).append(one)
    for clip, some in by_clip.items():
        if clip not in footage:
            continue
        asked = [question for one in some for question in _ways(one)]
        said = iter(answerer.answer(footage[clip], asked, view, 0, kept))
        for one in some:
            straight = next(said).chances
            if one.pair.options:
                turned = next(said).chances
                yield Answered(one, (straight, turned[::-1]) if straight and turned else ())
            else:
                yield Answered(one, (straight,) if straight else ())


def _ways(one: Guessable) -> Iterator[Question]:
    question = questions_of(one.pair)[0]
    yield question
    if question.options:
        yield question.model_copy(update={"options": question.options[::-1]})
