"""Questions that a language model answers from their text alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import Field, computed_field

from dreamgen.core.base import Explained, Record, derive_seed
from dreamgen.core.media import Footage
from dreamgen.core.narrowing import narrowed, one_of
from dreamgen.core.pairs import LETTERS, InstructionPair, Verdict, questions_of
from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat, ready
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.verify.screeners.guessable import Guessable, guessable

PROMPT: Final = "verify/blind"
NONE: Final = "none"
"""What is answered where nothing makes an option likelier than the others."""


class Guess(Explained):
    """An answer without a look."""

    answer: str
    """A letter, or none."""


class BlindTextScreener(Record):
    """Drops choices and yes/no questions that the recipe's language model answers without the video.

    It is asked each question several times, with its options in other places and lots of its own, and must be right
    every time. It may say that nothing tells, so that it need not guess; an answer that can't be read is neither right
    nor wrong, and then the question stays. This is the blind filter of PLM-FGQA (arXiv 2504.13180).
    """

    chat: ChatModel
    """Which model; the recipe's table `[chat]`."""
    luck: float = Field(default=0.1, gt=0.0, lt=1.0)
    """A question is asked so often that guesses would be right every time less often than this: of two options four
    times, of four or five twice. A model that guesses alike each time is right by luck more often than that."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def prompts(self) -> tuple[tuple[str, str], ...]:
        """Name and fingerprint of the prompt: they are in the receipt, with the options."""
        return ((PROMPT, read_prompt(PROMPT).fingerprint),)

    def ready(self) -> None:
        """Makes sure that the model can be opened, and that the prompt is there."""
        read_prompt(PROMPT)
        ready(self.chat)

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """A verdict for each pair that needs no video.

        Raises:
            ModelError: when the model can't be reached; what it answered is kept.
        """
        asks, left, number = open_chat(self.chat, kept), guessable(pairs), 0
        while left:
            replies = asks.ask([_request(one, number) for one in left])
            # who fails once is not asked again
            left = [one for one, reply in zip(left, replies, strict=True) if _right(one, number, reply.answer)]
            number += 1
            yield from (self._verdict(one) for one in left if number >= times(len(one.options), self.luck))
            left = [one for one in left if number < times(len(one.options), self.luck)]

    def _verdict(self, one: Guessable) -> Verdict:
        often = times(len(one.options), self.luck)
        return Verdict(
            about=one.pair.id, outcome="refuted", confidence=1 - one.chance**often, by="blind_text",
            evidence=f"right {often} times of {often} from the text alone; chance {one.chance:.2f} each time",
            reason="answered_blind",
        )  # fmt: skip


def times(options: int, luck: float) -> int:
    """How often a question with so many options is asked."""
    number = 2
    while options**-number > luck:
        number += 1
    return number


def _order(one: Guessable, number: int) -> tuple[int, ...]:
    """The options as they are put the `number`th time: moved on by one each time."""
    count = len(one.options)
    return tuple((place + number) % count for place in range(count))


def _request(one: Guessable, number: int) -> Request[Any]:
    letters = LETTERS[: len(one.options)]
    told = (f"{letter}. {one.options[place]}" for letter, place in zip(letters, _order(one, number), strict=True))
    filled = read_prompt(PROMPT).fill(
        {"question": questions_of(one.pair)[0].text, "options": "\n".join(told), "letters": ", ".join(letters)}
    )
    where = f"{one.pair.id}/{number + 1}"
    return Request(
        purpose=PROMPT, where=where, system=filled.system, user=filled.user,
        shape=narrowed(Guess, answer=one_of((*letters, NONE))), seed=derive_seed(0, "blind-text", where),
    )  # fmt: skip


def _right(one: Guessable, number: int, answer: Any) -> bool:
    """Whether an answer is the right option; one that could not be read is not."""
    return answer is not None and answer.answer == LETTERS[_order(one, number).index(one.right)]
