"""A second look at questions with their answers: a language model says which of them the facts bear out.

Words are checked before; this is about meaning: who does what to whom, and whether a wrong answer is right in other
words. The model is not told which answer is held for right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import Field

from dreamgen.core.base import Explained, derive_seed, derived_random
from dreamgen.core.narrowing import ids, narrowed
from dreamgen.core.pairs import LETTERS
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.asking import Asks, Reply, Request
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.language.wording import sentence
from dreamgen.qa.drafting.facts import Facts
from dreamgen.qa.finegrained.drafts import DraftFollowUp
from dreamgen.qa.finegrained.negatives import Negative, binary_name

PROMPT: Final = "qa/fgqa_check"

Answered = tuple[DraftFollowUp, tuple[Negative, ...]]
"""A question, and the wrong answers to it."""


class DraftCheck(Explained):
    """What the model says."""

    right: tuple[str, ...] = Field(default=())
    """The letters of the answers that are right; empty for none."""


class Confirming:
    """The questions of one clip that are looked at again.

    Args:
        asks: the model.
        clip: the id of the clip.
        facts: what is known of it.
        questions: by their ids.
        seed: of the run.
    """

    def __init__(self, asks: Asks, clip: str, facts: Facts, questions: Mapping[str, Answered], seed: int) -> None:
        self.left = dict(questions)
        """What is left after the look."""
        self._asks, self._clip, self._facts, self._seed = asks, clip, facts, seed
        self._shown = {name: self._order(name, *told) for name, told in questions.items()}

    def look(self) -> Iterator[Reject]:
        """Asks, and drops what the model does not agree with; one that it says nothing readable of is not confirmed."""
        names = list(self.left)
        for name, reply in zip(names, self._asks.ask([self._request(name) for name in names]), strict=True):
            yield from self._read(name, reply)

    def _order(self, name: str, draft: DraftFollowUp, negatives: Sequence[Negative]) -> tuple[str, ...]:
        shown = [sentence(draft.answer), *(sentence(one.text) for one in negatives)]
        derived_random(self._seed, "confirm", name).shuffle(shown)
        return tuple(shown)

    def _request(self, name: str) -> Request[Any]:
        shown = self._shown[name]
        letters = tuple(LETTERS[: len(shown)])
        options = "\n".join(f"{letter}. {text}" for letter, text in zip(letters, shown, strict=True))
        question = self.left[name][0].question
        filled = read_prompt(PROMPT).fill({"facts": self._facts.listed, "question": question, "options": options})
        return Request(
            purpose=PROMPT, where=name, system=filled.system, user=filled.user,
            shape=narrowed(DraftCheck, right=ids(letters, 0, len(letters))),
            seed=derive_seed(self._seed, "qa-fgqa", "confirm", name),
        )  # fmt: skip

    def _read(self, name: str, reply: Reply[Any]) -> Iterator[Reject]:
        draft, negatives = self.left[name]
        if reply.answer is None:
            yield from self._lose(name, f"no_answer_{reply.failure}", reply.detail)
            return
        right = {self._shown[name][LETTERS.index(letter)] for letter in reply.answer.right}
        if sentence(draft.answer) not in right:
            yield from self._lose(name, "not_confirmed", f"{draft.question} — {draft.answer}")
            return
        self.left[name] = draft, tuple(one for one in negatives if sentence(one.text) not in right)
        lost = (one for one in negatives if sentence(one.text) in right)
        yield from (self._drop(_pair(name, one), "right_in_other_words", one.text) for one in lost)

    def _lose(self, name: str, reason: str, detail: str) -> Iterator[Reject]:
        """A question goes, and the wrong answers to it."""
        _, negatives = self.left.pop(name)
        yield self._drop(name, reason, detail)
        yield from (self._drop(_pair(name, one), "rests_on_dropped_question", one.text) for one in negatives)

    def _drop(self, what: str, reason: str, detail: str) -> Reject:
        return Reject(what=what, kind="pair", stage="qa", reason=reason, clip=self._clip, detail=detail)


def _pair(question: str, negative: Negative) -> str:
    return binary_name(question, sentence(negative.text))
