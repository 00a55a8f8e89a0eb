"""One question is put to a model until it is answered: remembered, paced, tried again, accounted for."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event, Lock
from typing import Final

from pydantic import BaseModel

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.engines.chat.answers import Answers, RawAnswer, answer_key
from dreamgen.engines.chat.budget import Budget
from dreamgen.engines.chat.faults import Fault, model_error
from dreamgen.engines.chat.flight import CalledOff, bound
from dreamgen.engines.chat.ledger import Ledger
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.pace import Pace
from dreamgen.engines.chat.replies import knows
from dreamgen.engines.chat.schemas import plain_schema
from dreamgen.engines.chat.structured import LADDER, Etiquette, Manners
from dreamgen.engines.chat.trying import accounted, until_answered
from dreamgen.engines.chat.wire import Line, Messages, interrupted, post, raw_answer, sent, size
from dreamgen.errors import DreamgenError

_SEEDS: Final = 2**31
"""Servers take seeds below this; some refuse longer ones."""

_UNMET: Final = 3
"""Tries to reach a server that has answered nothing yet."""


@dataclass(frozen=True)
class Question:
    """What is put to a model at one time."""

    purpose: str
    """Which prompt it is."""
    where: str
    """What it is for."""
    messages: Messages
    """All that is said."""
    shape: type[BaseModel]
    """What the answer should look like."""
    seed: int
    """Of the request."""
    ask: int
    """Which ask of the request it is, from 1."""


class Caller:
    """Gets answers, from memory or from the model. For several threads.

    Args:
        model: who is asked, and how patiently.
        kept: the folder with the answers, the ledger and the manners.
        opened: opens the model, when it is asked for the first time.
        key: the environment variable with its key.
        lengths: whether its schemas may name lengths of texts.
    """

    def __init__(self, model: ChatModel, kept: Path, opened: Callable[[], Line], key: str, *, lengths: bool) -> None:
        self._model, self._key, self._open = model, key, opened
        self._answers = Answers(kept, RawAnswer)
        self._budget = Budget(model, Ledger(kept))
        self._manners = Etiquette(model, kept, lengths=lengths)
        self._pace = Pace(model)
        self._opening = Lock()
        self._opened: Line | DreamgenError | None = None
        self._met = False
        self._same: dict[str, Lock] = {}

    @property
    def met(self) -> bool:
        """Whether anything has been answered; the question before that is to be put alone, see `Etiquette`."""
        return self._manners.met

    def answer(self, question: Question, stop: Event) -> RawAnswer:
        """What the model says. It is on the disk when this returns.

        Args:
            question: what is asked.
            stop: set when all is called off.

        Raises:
            Stopped: when all is called off before it was asked.
            ModelError: when it can't be reached, refuses the key, or does not do what it is asked for.
            BudgetSpent: when the call could pass the limit.
        """
        name = self._name(question)
        # the same question twice at a time is one call
        with self._same.setdefault(name, Lock()):
            raw = self._answers.get(name) or self._asked(name, question, stop)
        if not self._manners.met:
            self._manners.meet(knows(raw.text, question.shape) if raw.finish == "stop" else None)
        return raw

    def _name(self, question: Question) -> str:
        # the way down the ladder is no part of it: what was answered on a higher rung stays answered
        method = LADDER[0] if self._model.method == "auto" else self._model.method
        schema = plain_schema(question.shape)
        return answer_key(self._model, method, question.messages, schema, question.seed, question.ask)

    def _asked(self, name: str, question: Question, stop: Event) -> RawAnswer:
        manners = self._manners.now()

        def attempt() -> RawAnswer | Fault:
            line = self._line()
            # from before the call is taken down until its end is: what is called off in between would count as paid for
            with bound() if line.here else nullcontext():
                return self._try(line, name, question, manners, stop)

        def learns(fault: Fault) -> bool:
            nonlocal manners
            other = self._manners.learn(manners, fault)
            manners = other or manners
            return other is not None

        def lot(tries: int) -> Random:
            return derived_random(question.seed, "backoff", name, tries)

        got, tries = until_answered(attempt, learns, self._patience, lot, self._pace, stop)
        if isinstance(got, RawAnswer):
            return got
        if got.sort == "blocked":
            return self._refused(name, got)
        raise model_error(got, self._model, self._key, tries)

    def _try(self, line: Line, name: str, question: Question, manners: Manners, stop: Event) -> RawAnswer | Fault:
        # it may say that it can't be held to the budget, before a call is counted
        line.client(frozenset(manners.without))
        messages, schema = sent(question.messages, question.shape, manners)
        length = size(messages, schema)
        most = self._model.max_output_tokens
        number = self._budget.reserve(question.purpose, question.where, length, most, stop)
        began = time.monotonic()
        seed = derive_seed(question.seed, "ask", question.ask) % _SEEDS

        def call() -> RawAnswer:
            message = post(line, messages, schema, question.shape, manners, seed)
            return raw_answer(message, time.monotonic() - began, length)

        def rescued(error: Exception) -> RawAnswer | None:
            return interrupted(error, time.monotonic() - began, length)

        raw = accounted(call, rescued, self._budget, number, self._key)
        if isinstance(raw, Fault):
            return raw
        self._met = True
        self._answers.put(name, raw)
        self._budget.answered(number, raw)
        return raw

    def _patience(self, fault: Fault) -> int:
        """Tries that are worth while: a server that never was there is most likely named wrongly."""
        unmet = fault.sort == "down" and not self._met
        return min(self._model.tries, _UNMET) if unmet else self._model.tries

    def _refused(self, name: str, fault: Fault) -> RawAnswer:
        """A server that turned the messages away for what they are about will do so again: that is its answer."""
        raw = RawAnswer(text=fault.said, finish="refused")
        self._answers.put(name, raw)
        return raw

    def _line(self) -> Line:
        """The opened model. It is opened once: what failed for one fails for all who wait."""
        with self._opening:
            if self._opened is None:
                try:
                    self._opened = self._open()
                except CalledOff:
                    # nothing is wrong with the model: whoever comes later opens it
                    raise
                except DreamgenError as error:
                    self._opened = error
            if isinstance(self._opened, DreamgenError):
                raise self._opened
            return self._opened
