"""What a chat model has answered already, without anybody who could be asked for the rest."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TypeVar

from pydantic import BaseModel

from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.engines.chat.calling import Caller, Question
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.talking import Talk
from dreamgen.engines.chat.wire import Line

T = TypeVar("T", bound=BaseModel)


class _Unanswered(Exception):
    """The model would have to be asked."""


class _Memory(Caller):
    """Knows what is on the disk, and asks nobody."""

    def __init__(self, model: ChatModel, kept: Path) -> None:
        super().__init__(model, kept, _nobody, "", lengths=True)

    def _asked(self, name: str, question: Question, stop: Event) -> RawAnswer:
        raise _Unanswered


def _nobody() -> Line:
    raise _Unanswered


class Remembered:
    """The answers in a folder.

    Args:
        model: who gave them.
        kept: the folder. Nothing is written to it.
    """

    def __init__(self, model: ChatModel, kept: Path) -> None:
        self._talk = Talk(model, _Memory(model, kept)) if kept.is_dir() else None

    def reply(self, request: Request[T]) -> Reply[T] | None:
        """What became of a request; None where it was not asked, or not until it was right or given up."""
        if self._talk is None:
            return None
        try:
            (reply,) = self._talk.ask([request])
        except _Unanswered:
            return None
        return reply
