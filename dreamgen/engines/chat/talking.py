"""Questions are asked until their answers are right, or given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.asking import Failure, Reply, Request
from dreamgen.engines.chat.calling import Caller, Question
from dreamgen.engines.chat.elisions import elisions
from dreamgen.engines.chat.flight import in_order
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.replies import read
from dreamgen.engines.chat.wire import Messages, in_words

T = TypeVar("T", bound=BaseModel)

SHOWN: Final = 6000
"""Characters of a bad reply that are shown to the model that wrote it."""
TOLD: Final = 20
"""Things that are wrong with it, of those that are told."""
_AGAIN: Final = "Write the whole answer again, with this put right and nothing left out. Items are counted from 1."


@dataclass(frozen=True)
class _Tried(Generic[T]):
    """One ask of a request, with what came of it."""

    failure: Failure | None
    """None when the answer is right."""
    wrong: tuple[str, ...]
    """What is wrong with it."""
    answer: T | None
    """What has the shape, right or not."""
    text: str
    """As it came."""


class Talk:
    """A chat model that is asked many things at once. See `Asks`.

    Args:
        model: how many at once, and how often.
        caller: gets the answers.
    """

    def __init__(self, model: ChatModel, caller: Caller) -> None:
        self._model, self._caller = model, caller

    def ask(self, requests: Sequence[Request[T]]) -> Iterator[Reply[T]]:
        """One reply a request, in their order. See `Asks.ask`.

        The very first is waited for before the others begin: it shows how the model wants to be asked.
        """
        alone = 0 if self._caller.met else 1
        yield from in_order(self._reply, tuple(requests[:alone]), 1)
        yield from in_order(self._reply, tuple(requests[alone:]), self._model.concurrency)

    def _reply(self, request: Request[T], stop: Event) -> Reply[T]:
        tries: list[_Tried[T]] = []
        for ask in range(1, self._model.asks + 1):
            question = Question(
                purpose=request.purpose,
                where=request.where,
                messages=_whole(_messages(request, tries[-1] if tries else None)),
                shape=request.shape,
                seed=request.seed,
                ask=ask,
            )
            tries.append(_judged(self._caller.answer(question, stop), request))
            if tries[-1].failure is None:
                return Reply(request, tries[-1].answer, ask)
        return _given_up(request, tries)


def _given_up(request: Request[T], tries: Sequence[_Tried[T]]) -> Reply[T]:
    """The reply to a request that was never answered well."""
    shaped = [each for each in tries if each.answer is not None]
    last = min(shaped, key=lambda each: len(each.wrong)) if shaped else tries[-1]
    return Reply(
        request=request,
        answer=None,
        asks=len(tries),
        failure=last.failure,
        detail=" ".join(last.wrong),
        best=last.answer,
    )


def _judged(raw: RawAnswer, request: Request[T]) -> _Tried[T]:
    """What an answer is worth; it follows from the answer alone."""
    if raw.finish == "refused":
        return _Tried(
            "refused", (f"The model declined: {' '.join(raw.text.split())[:200]}".rstrip(": "),), None, raw.text
        )
    if raw.finish == "length":
        return _Tried(
            "cut_off",
            (f"The reply was cut off after {raw.tokens_out} tokens; see chat.max_output_tokens.",),
            None,
            raw.text,
        )
    reading = read(raw.text, request.shape)
    if reading.answer is None:
        return _Tried(reading.failure, reading.wrong, None, raw.text)
    wrong = (*elisions(reading.answer), *request.faults(reading.answer))
    return _Tried("wrong" if wrong else None, wrong, reading.answer, raw.text)


def _messages(request: Request[T], bad: _Tried[T] | None) -> Messages:
    """What is said: the task, and after a bad reply that reply with what is wrong."""
    first = (("system", request.system), ("user", request.user))
    if bad is None:
        return first
    if bad.failure == "cut_off":
        # what was written is of no use, and would take the room that was too small
        return (
            *first[:1],
            ("user", f"{request.user}\n\nKeep it short: an earlier answer was too long and was cut off."),
        )
    if bad.failure == "refused":
        return first
    told = [f"- {line}" for line in bad.wrong[:TOLD]]
    if bad.failure == "malformed":
        # a server may have left the schema out without a word
        told.append(in_words(request.shape))
    told.append(_AGAIN)
    shown = bad.text if len(bad.text) <= SHOWN else f"{bad.text[:SHOWN]} [cut here]"
    if not shown.strip():
        return (*first[:1], ("user", "\n".join((request.user, "", *told))))
    return (*first, ("assistant", shown), ("user", "\n".join(("That reply can't be used:", *told))))


def _whole(messages: Messages) -> Messages:
    """Texts that can be sent: half of a surrogate pair can be written by nobody."""
    return tuple((role, text.encode("utf-8", "replace").decode("utf-8")) for role, text in messages)
