"""Wrong answers that differ from the right one in a single detail: from claims where they give one, else written.

Of PLM-FGQA's benchmark (arXiv 2504.13180, appendix): "hard negatives" change one detail of the correct answer. Where
the answer says what a claim says, the detail is that in which a false twin of the claim differs, and it is sure to be
wrong. Else a language model writes it, and it is held against all facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from dreamgen.core.altered import altered
from dreamgen.core.base import Record, derive_seed, derived_random, fingerprint
from dreamgen.core.claims import Claim
from dreamgen.core.twins import false_twins
from dreamgen.engines.chat.asking import Asks, Request
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.language.times import WHOLE
from dreamgen.language.wording import sentence
from dreamgen.qa.drafting.facts import Facts, room_of, told
from dreamgen.qa.drafting.grounding import WHEN, Fault, Grounds
from dreamgen.qa.drafting.lexicon import occurrences
from dreamgen.qa.drafting.rounds import Rounds
from dreamgen.qa.drafting.stems import tokens
from dreamgen.qa.finegrained.checks import negative_fault
from dreamgen.qa.finegrained.details import details, swapped
from dreamgen.qa.finegrained.drafts import DraftFollowUp, DraftNegative, NegativeSheet, negative_shape

PROMPT: Final = "qa/fgqa_negatives"


_EXCHANGED: Final = frozenset({"colour", "pose", "feeling"})
"""Sorts of words that can take each other's place in any sentence."""


@dataclass(frozen=True)
class Negative:
    """A wrong answer."""

    text: str
    """It differs from the right one in one detail."""
    source: str
    """Where the detail comes from: clip, as it is so of somebody else; `twin of` and a claim's id; table; model."""
    false: bool = False
    """Whether it is known to be false of the moment that the question is about."""


def from_claims(
    draft: DraftFollowUp, facts: Facts, world: Sequence[Claim], grounds: Grounds, seed: int
) -> Iterator[Negative]:
    """Wrong answers that claims give, then those that word lists give; what the facts don't make false is left out.

    What is so of somebody else in the clip comes first: a word that is often right elsewhere tells nothing by itself.

    Args:
        draft: a question with its right answer.
        facts: those that its answer names among them.
        world: all standing claims of the clip.
        grounds: the facts in words.
        seed: of the run.
    """
    sources = (_from_clip(draft, grounds), _from_twins(draft, facts, world), _from_tables(draft, grounds))
    candidates = [list(some) for some in sources]
    for some in candidates:
        # no value is the favourite wrong one
        derived_random(seed, "negatives", draft.question, draft.answer).shuffle(some)
    given: list[str] = []
    for negative in chain(*candidates):
        if negative_fault(draft, negative.text, grounds, given, false=negative.false) is None:
            given.append(negative.text)
            yield negative


def _from_clip(draft: DraftFollowUp, grounds: Grounds) -> Iterator[Negative]:
    """One word of the answer changed for another of its sort that a fact says: the colour of somebody else's coat."""
    said = {(text[a:b], term) for text in grounds.facts.values() for a, b, term in occurrences(text)}
    for start, end, term in occurrences(draft.answer):
        word = draft.answer[start:end]
        for other, value in sorted(said):
            if value.sort == term.sort in _EXCHANGED and value != term and _form(word) == _form(other):
                text = swapped(draft.answer, tokens(word), other)
                if text is not None:
                    yield Negative(text, "clip")


def _form(word: str) -> str:
    """Words of one form can take each other's place: walking and sitting."""
    return next((end for end in ("ing", "s", "y") if word.endswith(end)), "")


def _from_twins(draft: DraftFollowUp, facts: Facts, world: Sequence[Claim]) -> Iterator[Negative]:
    """The detail in which a claim and its false twin differ, put into the answer where the answer says it too."""
    for number in draft.facts:
        fact = facts.by_number[number]
        claim = fact.claim
        # false while the claim holds, which is the time that is asked about or all of it
        false = fact.text.startswith(WHOLE) or bool(WHEN.search(draft.question))
        for twin in false_twins(claim, world):
            room = room_of((*world, twin))
            changes = details(told(room, claim), told(room, twin))
            if len(changes) == 1:
                text = swapped(draft.answer, changes[0].was, " ".join(changes[0].now))
                if text is not None:
                    yield Negative(text, f"twin of {claim.id}", false)


def _from_tables(draft: DraftFollowUp, grounds: Grounds) -> Iterator[Negative]:
    """One word of the answer changed for another that no fact says."""
    for text in altered(draft.answer, " ".join(grounds.facts.values())):
        (change,) = details(draft.answer, text)
        if "one" in (*change.was, *change.now):
            # the noun behind it would have to change too
            continue
        # the article goes with the word, where it can be told which word it is
        yield Negative(swapped(draft.answer, change.was, " ".join(change.now)) or text, "table")


class Negatives(Rounds[DraftNegative]):
    """Wrong answers that a language model writes, for questions that have too few.

    Args:
        asks: the model.
        clip: the id of the clip.
        facts: what is known of it.
        grounds: the same in words.
        lacking: question ids, each with its question and the wrong answers that it has.
        each: how many a question should have.
        sheet: for how many questions they are asked at once.
        seed: of the run.
    """

    def __init__(
        self, asks: Asks, clip: str, facts: Facts, grounds: Grounds,
        lacking: Mapping[str, tuple[DraftFollowUp, tuple[Negative, ...]]], each: int, sheet: int, seed: int,
    ) -> None:  # fmt: skip
        super().__init__(asks, clip)
        self._facts, self._grounds, self._each, self._sheet, self._seed = facts, grounds, each, sheet, seed
        self._names = {f"Q{number}": name for number, name in enumerate(lacking, start=1)}
        self._questions = {number: lacking[name] for number, name in self._names.items()}

    def requests(self, number: int) -> list[Request[Any]]:
        """A sheet each of the questions that still have too few."""
        short = [name for name in self._questions if self._wanted(name)]
        parts = [short[first : first + self._sheet] for first in range(0, len(short), self._sheet)]
        return [self._request(number, n, part) for n, part in enumerate(parts)]

    def drafts(self, answer: NegativeSheet) -> Iterator[DraftNegative]:
        """The wrong answers of a sheet."""
        yield from map(_tidy, answer.negatives)

    def fault(self, draft: DraftNegative) -> Fault | None:
        """What the right answer and the facts have against it."""
        question, known = self._questions[draft.question]
        if not self._wanted(draft.question):
            return Fault("not_asked_for", "the question has as many wrong answers as were asked for")
        others = [*(one.text for one in known), *(one.answer for one in self._of(draft.question))]
        return negative_fault(question, draft.answer, self._grounds, others)

    def name(self, draft: DraftNegative) -> str:
        """The id of the binary pair."""
        return binary_name(self._names[draft.question], sentence(draft.answer))

    def line(self, draft: DraftNegative) -> str:
        """The question and the wrong answer."""
        return f"{draft.question}: {self._questions[draft.question][0].question} — {draft.answer}"

    def written(self) -> dict[str, tuple[Negative, ...]]:
        """Question ids with the wrong answers that were taken."""
        return {
            name: tuple(Negative(one.answer, "model") for one in self._of(number))
            for number, name in self._names.items()
        }

    def _of(self, number: str) -> list[DraftNegative]:
        return [one for one in self.taken if one.question == number]

    def _wanted(self, number: str) -> int:
        return self._each - len(self._questions[number][1]) - len(self._of(number))

    def _request(self, number: int, sheet: int, part: Sequence[str]) -> Request[Any]:
        each = max(map(self._wanted, part))
        asked = "\n".join(f"{name}: {self._questions[name][0].question} — {self._right(name)}" for name in part)
        filled = read_prompt(PROMPT).fill(
            {"facts": self._facts.listed, "questions": asked, "each": each, "rejected": self._told(part)}
        )
        where = f"{self._clip}/fgqa.negatives/{number + 1}.{sheet + 1}"
        return Request(
            purpose=PROMPT, where=where, system=filled.system, user=filled.user,
            shape=negative_shape(tuple(part), each * len(part)), seed=derive_seed(self._seed, "qa-fgqa", where),
        )  # fmt: skip

    def _right(self, number: str) -> str:
        return self._questions[number][0].answer

    def _told(self, part: Sequence[str]) -> str:
        """What was wrong with those that were not taken, and which there are, of these questions."""
        lines = [f"- {self.line(draft)}: {fault.words}." for draft, fault in self.refused if draft.question in part]
        for number in part:
            there = [*(one.text for one in self._questions[number][1]), *(one.answer for one in self._of(number))]
            lines += [f"- {number} has this already: {text}" for text in there]
        return "\n".join(lines)


def binary_name(question: str, negative: str) -> str:
    """The id of the pair that puts a wrong answer beside the right one."""
    return f"{question}-{fingerprint(negative)[:4]}"


def _tidy(written: Record) -> DraftNegative:
    draft = DraftNegative.model_validate(written.model_dump())
    return draft.model_copy(update={"answer": " ".join(draft.answer.split())})
