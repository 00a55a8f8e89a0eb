"""Pictures are judged as they are drawn, and the bad ones drawn again among the next ones, so that batches stay full.

What is final is given out in the order of the subjects, as soon as nothing before it is open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.media import Alignment, Attempt, Likeness
from dreamgen.engines.diffusion.orders import Draws, Order, Sampling
from dreamgen.engines.diffusion.walking import walkers
from dreamgen.errors import ModelError

Pixels = NDArray[np.uint8]
Outcome = Literal["kept", "not_a_number", "blank", "unlike", "misplaced"]
T = TypeVar("T")

_OPEN = 48
"""Subjects that may be open while an earlier one is drawn again, at least."""
_AHEAD = 3
"""Batches on their way: one is looked at, and the studio has asked for two more."""
_BLANK = 3.0
"""Levels of 255 by which pixels vary, below which nobody sees anything: a model that broke down draws black."""
_BYTES = 2 << 30
"""Memory that open subjects may take: a picture, a guide and a map each. Stories that are drawn at once share it."""


@dataclass(frozen=True)
class Judgement:
    """What was found in one picture."""

    outcome: Outcome
    likenesses: tuple[Likeness, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    strangers: int = 0
    """How many characters are unlike their portraits."""

    @property
    def rank(self) -> tuple[bool, bool, int, int, float]:
        """The better, the larger: good, not blank, how many are in place, how few are strangers, the least likeness."""
        placed = sum(alignment.aligned for alignment in self.alignments)
        least = min((likeness.score for likeness in self.likenesses), default=0.0)
        return self.outcome == "kept", self.outcome != "blank", placed, -self.strangers, least


@dataclass
class Take(Generic[T]):
    """A subject on its way to its picture."""

    subject: T
    tries: list[tuple[int, Judgement]] = field(default_factory=list)
    """Seed and judgement of each time that it was drawn."""
    image: Pixels | None = None
    """The best picture so far."""
    best: int = -1
    """Which of the tries that is."""
    strained: str = ""
    done: bool = False

    @property
    def judgement(self) -> Judgement:
        """Of the best picture."""
        return self.tries[self.best][1]

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every try in order; when none was good, the best is told last, since that is the one which is kept."""
        told = [Attempt(seed=seed, outcome=judgement.outcome) for seed, judgement in self.tries]
        if self.best >= 0 and self.judgement.outcome != "kept":
            told.append(told.pop(self.best))
        return tuple(told)

    def tried(self, seed: int, image: Pixels | None, judgement: Judgement) -> None:
        """Takes note of a try."""
        self.tries.append((seed, judgement))
        if image is not None and (self.image is None or judgement.rank > self.judgement.rank):
            self.image, self.best = image, len(self.tries) - 1


@dataclass(frozen=True)
class Assignment(Generic[T]):
    """How subjects become pictures."""

    order: Callable[[T, int], Order]
    """A subject and the number of the try, from 0, to what is ordered."""
    judge: Callable[[T, Pixels], Judgement]
    """A subject and its picture to what was found in it."""
    name: Callable[[T], str]
    """What to call a subject in an error."""
    redraws: int = 0
    """How often a subject may be drawn again."""


def takes(draws: Draws, sampling: Sampling, subjects: Iterable[T], assignment: Assignment[T]) -> Iterator[Take[T]]:
    """Draws every subject until a picture is good, or the redraws are spent; then the best one is kept.

    Raises:
        ModelError: when all pictures of a subject were broken; all before it have been given out by then.
    """
    line = _Line(iter(subjects), assignment, partial(_room, draws, sampling, assignment.redraws))
    while line.waiting():
        for drawing in draws.draw(line.orders(), sampling):
            line.judge(drawing.index, drawing.image, drawing.strained)
            yield from line.finished()
    assert line.empty, "every order was drawn"


def _room(draws: Draws, sampling: Sampling, redraws: int) -> int:
    """How many subjects may be open: as many as keep batches full while the first of them is drawn again and again."""
    width, height = sampling.size
    size: Callable[[Sampling], int] | None = getattr(draws, "batch_size", None)
    batch = 1 if size is None else size(sampling)
    return max(_OPEN, min(_AHEAD * (redraws + 1) * batch, _BYTES // walkers() // (7 * width * height)))


class _Line(Generic[T]):
    """Who is still to be drawn, who is being drawn, and who waits for those before."""

    def __init__(self, subjects: Iterator[T], assignment: Assignment[T], room: Callable[[], int]) -> None:
        self._subjects, self._assignment, self._room = subjects, assignment, room
        self._again: deque[Take[T]] = deque()
        self._open: deque[Take[T]] = deque()
        self._drawn: dict[int, tuple[Take[T], int]] = {}
        self._next: Take[T] | None = None

    @property
    def empty(self) -> bool:
        """Whether everybody has been given out."""
        return not self._open

    def waiting(self) -> bool:
        """Whether anybody is left to draw; sees to the next one, too."""
        if self._next is None:
            subject = next(self._subjects, None)
            self._next = None if subject is None else Take(subject)
        return bool(self._again) or self._next is not None

    def orders(self) -> Iterator[Order]:
        """What to draw next: first what was bad, so that nothing waits for it longer than it must."""
        number = 0
        while self.waiting():
            if self._again:
                take = self._again.popleft()
            elif self._next is not None and len(self._open) < self._room():
                take, self._next = self._next, None
                self._open.append(take)
            else:
                return
            order = self._assignment.order(take.subject, len(take.tries))
            self._drawn[number] = take, order.seed
            number += 1
            yield order

    def judge(self, number: int, image: Pixels | None, strained: str) -> None:
        """Takes a drawing: it is good, or its subject gets in line again, or has had its share."""
        take, seed = self._drawn.pop(number)
        if image is None:
            judgement = Judgement("not_a_number")
        elif float(image.std()) < _BLANK:
            judgement = Judgement("blank")
        else:
            judgement = self._assignment.judge(take.subject, image)
        take.tried(seed, image, judgement)
        take.strained = take.strained or strained
        take.done = judgement.outcome == "kept" or len(take.tries) > self._assignment.redraws
        if not take.done:
            self._again.append(take)

    def finished(self) -> Iterator[Take[T]]:
        """All at the head of the line that are done."""
        while self._open and self._open[0].done:
            take = self._open.popleft()
            if take.image is None:
                raise ModelError(
                    f"{self._assignment.name(take.subject)}: {len(take.tries)} pictures were drawn, and all were broken"
                    " (not a number)",
                    "Try --set diffusion.dtype=float32, or a VAE made for half precision: --set diffusion.vae=NAME",
                )
            yield take
