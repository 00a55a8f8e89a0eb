"""The shapes of what a language model writes: fine-grained questions, follow-ups, and wrong answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from dreamgen.core.base import Explained
from dreamgen.core.narrowing import Asked, ids, narrowed, one_of, some
from dreamgen.core.question_types import QuestionType
from dreamgen.qa.drafting.sheets import MOST_FACTS, DraftPair

TASKS: Final[dict[QuestionType, str]] = {
    "Action Recognition": "action",
    "Action Sequence": "sequence",
    "Counting": "counting",
    "Movement Direction": "movement",
    "Object Attributes": "attribute",
    "Object Location": "where",
    "Object Recognition": "existence",
    "Object State": "change",
    "Pose": "pose",
    "Spatial Relations": "spatial",
    "Speed/Force": "movement",
    "Other": "existence",
}
"""The task of docs/tasks.md that teaches the nearest to each type."""


class DraftQuestion(Explained):
    """One question with its answer."""

    facts: tuple[str, ...] = Field(min_length=1)
    """The numbers of the facts that the answer rests on, all of them and no others: F3."""
    type: QuestionType
    """What it asks for."""
    question: str = Field(min_length=8, max_length=240)
    """For somebody who has seen the video and nothing else."""
    answer: str = Field(min_length=1, max_length=240)
    """Right by the facts; one short sentence."""

    @property
    def as_pair(self) -> DraftPair:
        """The same as a draft that can be held against facts."""
        return DraftPair(
            facts=self.facts, task=TASKS[self.type], form="open", question=self.question, answer=self.answer
        )


class DraftFollowUp(DraftQuestion):
    """A question that goes deeper than an earlier one."""

    follows: str = ""
    """The number of the earlier question: Q2; empty where it follows none."""


class DraftNegative(Explained):
    """A wrong answer to a question."""

    question: str
    """The number of the question: Q2."""
    answer: str = Field(min_length=1, max_length=240)
    """The right answer with one detail changed."""


class QuestionSheet(Explained):
    """All that is written at once."""

    questions: tuple[DraftFollowUp, ...]
    """As many as were asked for."""


class NegativeSheet(Explained):
    """All wrong answers that are written at once."""

    negatives: tuple[DraftNegative, ...]
    """As many for each question as were asked for."""


def question_shape(facts: Sequence[str], types: Sequence[QuestionType], most: int) -> type[Asked]:
    """The shape of one sheet of questions, in which nothing can be named that is not there.

    Args:
        facts: their numbers.
        types: that may be asked.
        most: how many are asked for.
    """
    one = narrowed(DraftQuestion, facts=ids(tuple(facts), 1, MOST_FACTS), type=one_of(types))
    return narrowed(QuestionSheet, questions=some(one, 1, most))


def follow_up_shape(
    facts: Sequence[str], types: Sequence[QuestionType], earlier: Sequence[str], most: int
) -> type[Asked]:
    """The same for follow-ups; `earlier` has the numbers of the questions that they can follow."""
    one = narrowed(
        DraftFollowUp, "follows", facts=ids(tuple(facts), 1, MOST_FACTS), type=one_of(types), follows=one_of(earlier)
    )
    return narrowed(QuestionSheet, questions=some(one, 1, most))


def negative_shape(questions: Sequence[str], most: int) -> type[Asked]:
    """The shape of a sheet of wrong answers to questions of these numbers."""
    return narrowed(NegativeSheet, negatives=some(narrowed(DraftNegative, question=one_of(questions)), 1, most))
