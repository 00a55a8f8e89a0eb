"""What can be guessed: choices, and questions with yes or no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dreamgen.core.pairs import InstructionPair

Guessable = Literal["choice", "yes_no"]
"""Forms with a share of right answers that chance gives."""

YES_NO = ("Yes", "No")


@dataclass(frozen=True)
class Item:
    """One question with the answers that it could have."""

    id: str
    """The pair's."""
    group: str
    """The clip; what is learnt from a clip is never tried on the same clip."""
    task: str
    """What it teaches."""
    form: Guessable
    """How it is asked."""
    question: str
    """In words."""
    options: tuple[str, ...]
    """In the order of their letters; `Yes` and `No` for a question with yes or no."""
    right: int
    """Which of them, from 0."""

    @property
    def chance(self) -> float:
        """How often a guess is right."""
        return 1 / len(self.options)


def items_of(pairs: Iterable[InstructionPair]) -> tuple[Item, ...]:
    """The pairs of which a share of right guesses can be told; the others are left out."""
    found = (_item(pair) for pair in pairs)
    return tuple(item for item in found if item is not None)


def _item(pair: InstructionPair) -> Item | None:
    if pair.form == "choice" and pair.answer_index is not None:
        return _made(pair, "choice", pair.options, pair.answer_index)
    if pair.form == "yes_no":
        return _made(pair, "yes_no", YES_NO, 0 if pair.turns[-1].text.casefold().startswith("yes") else 1)
    return None


def _made(pair: InstructionPair, form: Guessable, options: tuple[str, ...], right: int) -> Item:
    return Item(pair.id, pair.clip, pair.task, form, pair.turns[0].text, options, right)
