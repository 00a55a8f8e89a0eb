"""What a scripted author has in front of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.scripted import vocabulary as words
from tests.scripted.schema import Paper

CAST: Final = tuple(name.lower() for name, _ in words.PEOPLE[:4])
PLACES: Final = tuple(name.replace(" ", "-") for name, _ in words.PLACES[:4])


@dataclass(frozen=True)
class Desk:
    """What there is to go by."""

    lot: random.Random
    """Decides what is left open."""
    text: str
    """The task."""

    def some(self, choices: Sequence[str], count: int) -> list[str]:
        """So many of them, in their order; the first is always among them."""
        picked = {0, *self.lot.sample(range(1, len(choices)), min(count, len(choices)) - 1)}
        return [one for number, one in enumerate(choices) if number in picked]

    def title(self) -> str:
        """A short line."""
        return f"The {self.lot.choice(words.TITLE_HEADS)} of the {self.lot.choice(words.TITLE_TAILS)}"

    def questions(self, part: Paper, lead: str) -> list[dict[str, Any]]:
        """As many as the field `questions` of a part takes, each another one."""
        asked = self.lot.sample(words.QUESTIONS, min(part.field("questions").count(1), len(words.QUESTIONS)))
        reason = self.lot.choice(words.REASONS)
        return [
            {"question": question.format(lead=lead), "answer": answer.format(lead=lead, reason=reason)}
            for question, answer in asked
        ]


def known(part: Paper, others: Sequence[str]) -> list[str]:
    """The ids that may be named; some of our own where the schema leaves them open."""
    return [str(one) for one in part.choices] or list(others)
