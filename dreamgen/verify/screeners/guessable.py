"""Pairs whose answer is one of a few, so that it can be guessed: choices, and questions with yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dreamgen.core.pairs import InstructionPair

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Guessable:
    """A pair with its options."""

    pair: InstructionPair
    options: tuple[str, ...]
    """In order; `Yes` and `No` for a question with yes or no."""
    right: int
    """Which of them, from 0."""

    @property
    def chance(self) -> float:
        """How often a guess is right."""
        return 1 / len(self.options)


def guessable(pairs: Iterable[InstructionPair]) -> list[Guessable]:
    """Those of the pairs that can be guessed."""
    found = []
    for pair in pairs:
        if pair.form == "choice" and pair.answer_index is not None:
            found.append(Guessable(pair, pair.options, pair.answer_index))
        elif pair.form == "yes_no":
            yes = pair.turns[-1].text.casefold().startswith("yes")
            found.append(Guessable(pair, ("Yes", "No"), 0 if yes else 1))
    return found


def words(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, without marks."""
    return tuple(_WORD.findall(text.casefold()))
