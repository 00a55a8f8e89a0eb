"""The question of a pair as it is put to a model that has not seen the key, and its answer as it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dreamgen.core.base import derived_random
from dreamgen.core.pairs import LETTERS, Answer, Question
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.vision.seeing import YES_NO, Query, Seen
from dreamgen.verify.asking.questions import turned
from dreamgen.verify.comparing.weighing import log_odds, sigmoid, unheard

ANSWER: Final = "verify/answer"
POINTED: Final = frozenset({"region_caption", "region_localise", "region_dense"})
"""Forms whose question points at a mask, which no frame shows and no words tell: they are not asked."""
_DESCRIBED: Final = frozenset({"caption"})


@dataclass(frozen=True)
class PairAsked:
    """A question and what is sent for it."""

    question: Question
    """Without its key."""
    orders: tuple[tuple[int, ...], ...] = ()
    """Of a choice: for each time it is asked, the option behind each letter."""
    shown: bool = True
    """Whether frames are shown; whoever sees none is asked to guess."""

    @property
    def queries(self) -> tuple[Query, ...]:
        """A choice in several orders, a yes-no question straight and turned, others once; nothing for a region."""
        form = self.question.form
        if form in POINTED:
            return ()
        if form == "choice":
            return tuple(self._query("letter", order) for order in self.orders)
        if form == "yes_no":
            return (self._query("yes_no"), self._query("opposite"))
        return (self._query("description" if form in _DESCRIBED else "words"),)

    def read(self, seen: Sequence[Seen], by: str, heard: float) -> Answer:
        """The answer, with the options in the question's own order.

        Args:
            seen: what became of the queries.
            by: who answers.
            heard: share of the chances that must lie on the choices.
        """
        said = Answer(about=self.question.about, turn=self.question.turn, by=by)
        if not seen:
            return said.model_copy(update={"failure": "not_askable"})
        if self.question.form not in ("choice", "yes_no"):
            text = seen[0].text.strip()
            return said.model_copy(update={"text": text, "failure": seen[0].failure or ("" if text else "prose")})
        failure = next((why for one in seen if (why := unheard(one, heard))), "")
        if failure:
            return said.model_copy(update={"failure": failure})
        chances = self._picked(seen) if self.question.form == "choice" else _yes_or_no(seen)
        likeliest = max(range(len(chances)), key=chances.__getitem__)
        text = (self.question.options or YES_NO)[likeliest]
        return said.model_copy(update={"text": text, "chances": tuple(round(one, 6) for one in chances)})

    def _picked(self, seen: Sequence[Seen]) -> list[float]:
        chances = [0.0] * len(self.question.options)
        for order, one in zip(self.orders, seen, strict=True):
            for place, option in enumerate(order):
                chances[option] += one.chances[place] / sum(one.chances) / len(seen)
        return chances

    def _query(self, how: str, order: Sequence[int] = ()) -> Query:
        question = self.question
        told = (f"{LETTERS[place]}. {_line(question.options[option])}" for place, option in enumerate(order))
        speakers = {"human": "Question", "assistant": "Answer"}
        before = "\n".join(f"{speakers[turn.role]}: {_line(turn.text)}" for turn in question.before)
        filled = read_prompt(ANSWER).fill(
            {
                "before": before,
                "question": question.text,
                "options": "\n".join(told),
                "how": how,
                "blind": not self.shown,
            }
        )
        choices = tuple(LETTERS[: len(order)]) if order else YES_NO if how in ("yes_no", "opposite") else ()
        where = f"{question.about}/{question.turn}" if question.turn else question.about
        return Query(purpose=ANSWER, where=where, system=filled.system, text=filled.user, choices=choices)


def put_pair(question: Question, orders: int, *, shown: bool = True) -> PairAsked:
    """A pair's question, ready to be sent.

    Args:
        question: without its key.
        orders: how often a choice is asked, each time with its options in another order.
        shown: whether frames are shown with it.
    """
    names = list(range(len(question.options)))
    derived_random(0, "answered", question.about).shuffle(names)
    return PairAsked(question, turned(names, orders) if names else (), shown)


def _yes_or_no(seen: Sequence[Seen]) -> list[float]:
    """The chance of yes, from both ways of asking, in log odds: see `comparing.weighing`."""
    straight, against = (one.chances[0] / sum(one.chances) for one in seen)
    yes = sigmoid((log_odds(straight) - log_odds(against)) / 2)
    return [yes, 1 - yes]


def _line(text: str) -> str:
    return " ".join(text.split())
