"""What is right oftener than chance across stories, and which drafts are left out so that it tells nothing.

Stories have habits: most cameras stay still, most people stand. Whoever knows them answers without looking. Here a
small linear learner that saw nothing but the text of many questions (`benchmarks/habits.py`) says how surely each
draft could be guessed, and drafts are left out by lot until no guess of its kind is right more often than chance.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from pydantic import Field

from dreamgen.core.base import Record

_FIGURE = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")
FLOOR = 0.02
"""Least share of drafts of one kind that is kept, however easily they are guessed."""

Table = Mapping[str, Mapping[str, float]]
"""Task and wording to mark to number."""


class Habits(Record):
    """What was counted and learnt over many stories."""

    right: Mapping[str, Mapping[str, int]] = Field(default_factory=dict)
    """Wording to answer to how often it is the right one."""
    choice: Mapping[str, Mapping[str, float]] = Field(default_factory=dict)
    """Task and wording to the mark of an option to what it adds to its log-odds."""
    yes_no: Mapping[str, Mapping[str, float]] = Field(default_factory=dict)
    """Task and wording to the mark of a question to what it adds to the log-odds of yes."""

    def weight(self, wording: str, answer: str) -> float:
        """How often an answer should stand among the wrong ones: as often as it is right, seldom where it never is."""
        known = self.right.get(wording, {})
        return (known.get(answer.casefold(), 0) + 0.2) / (sum(known.values()) + 1.0)

    def shares(self, key: str, options: Sequence[str]) -> tuple[float, ...]:
        """How likely each option is the right one, from the text of all of them; they sum to 1."""
        table = self.choice.get(key, {})
        odds = [math.exp(sum(table.get(mark, 0.0) for mark in marks)) for marks in marks_of(options)]
        return tuple(one / sum(odds) for one in odds)

    def yes(self, key: str, question: str, proposed: str) -> float:
        """How likely the answer is yes, from the text of the question."""
        table = self.yes_no.get(key, {})
        return 1.0 / (1.0 + math.exp(-sum(table.get(mark, 0.0) for mark in marks_asked(question, proposed))))


@cache
def habits() -> Habits:
    """What is shipped, in `data/habits.json`."""
    text = files("dreamgen.qa").joinpath("data/habits.json").read_text("utf-8")
    return Habits.model_validate(json.loads(text))


def marks_of(options: Sequence[str]) -> list[tuple[str, ...]]:
    """The marks of each option: its text, the words that not all of them have, and its rank in length and number."""
    told = [_words(option) for option in options]
    common = set(told[0]).intersection(*told[1:]) if told else set()
    lengths = [len(option) for option in options]
    found = []
    for option, own in zip(options, told, strict=True):
        marks = [f"={' '.join(own)}", *sorted(set(own) - common)]
        marks += ["<longest>"] * (lengths.count(len(option)) == 1 and len(option) == max(lengths))
        marks += ["<shortest>"] * (lengths.count(len(option)) == 1 and len(option) == min(lengths))
        found.append((*marks, *_rank(option, options)))
    return found


def marks_asked(question: str, proposed: str) -> tuple[str, ...]:
    """The marks of a question with yes or no: what it proposes, and its words."""
    return "<any>", f"={' '.join(_words(proposed))}", *sorted(set(_words(question)))


def _rank(option: str, options: Sequence[str]) -> tuple[str, ...]:
    """Which of several times or numbers in figures comes first, second and so on."""
    figures = [tuple(map(int, _FIGURE.findall(text))) for text in options]
    return (f"<{sorted(figures).index(tuple(map(int, _FIGURE.findall(option))))}>",) if all(figures) else ()


def keeping(shares: Iterable[float], right: float) -> float:
    """How often a draft is kept whose right answer is guessed with `right`, one of `shares`.

    Kept so, each of the options is right as often as the others.
    """
    return max(FLOOR, min(1.0, min(shares) / right))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
