"""A story is written without a model: every question is put together as it would be sent, and answered with filler.

What comes of it is no story. It tells how many calls there will be, and how much goes out and comes back: prompts and
schemas are the real ones, and of the answers only the lengths are guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from dreamgen.core.base import Record
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.remembering import Remembered
from dreamgen.engines.chat.schemas import Schema, schema_of
from dreamgen.engines.chat.structured import LADDER, Manners
from dreamgen.engines.chat.wire import PER_TOKEN, sent, size

T = TypeVar("T", bound=BaseModel)

FILLED: Final = 0.4
"""Share of the room that a shape gives a text, or a list, which an answer takes."""
_LETTERS: Final = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore "


class Asked(Record):
    """One call that would be made."""

    purpose: str
    """The prompt: story/outline."""
    where: str
    """The id of the part that it is for."""
    tokens_in: int
    """Of prompt and schema, at `PER_TOKEN` bytes each."""
    tokens_out: int
    """Of an answer of usual length."""
    answered: bool
    """Whether it has been made and answered already."""


class Rehearsal:
    """Takes the place of a chat model. See `Asks`.

    Args:
        model: how it would be asked.
        kept: the folder with what it has answered already, which is taken as it is.
    """

    def __init__(self, model: ChatModel, kept: Path) -> None:
        method = LADDER[0] if model.method == "auto" else model.method
        self._manners = Manners(method=method, lengths=True)
        self._memory = Remembered(model, kept)
        self.asked: list[Asked] = []
        """Every call, in order."""

    def ask(self, requests: Sequence[Request[T]]) -> Iterator[Reply[T]]:
        """What is remembered, or else filler in the shape that was asked for."""
        for request in requests:
            reply = self._memory.reply(request)
            known = reply is not None
            if reply is None:
                reply = Reply(request, request.shape.model_validate(filler(schema_of(request.shape))), 1)
            self.asked.append(self._call(request, reply, known))
            yield reply

    def _call(self, request: Request[T], reply: Reply[T], known: bool) -> Asked:
        messages = (("system", request.system), ("user", request.user))
        answer = reply.answer or reply.best
        said = answer.model_dump_json() if answer else ""
        return Asked(
            purpose=request.purpose,
            where=request.where,
            tokens_in=-(-size(*sent(messages, request.shape, self._manners)) // PER_TOKEN),
            tokens_out=-(-len(said.encode()) // PER_TOKEN),
            answered=known,
        )


def filler(part: Schema, turn: int = 0) -> Any:
    """A value of a schema: texts and lists of usual length, and of several words to choose from another each turn."""
    if "enum" in part:
        return part["enum"][turn % len(part["enum"])]
    if "anyOf" in part:
        return filler(part["anyOf"][0], turn)
    kind = part.get("type")
    if kind == "object":
        return {name: filler(inner, turn) for name, inner in part.get("properties", {}).items()}
    if kind == "array":
        return [filler(part["items"], turn + number) for number in range(_usual(part, "minItems", "maxItems"))]
    if kind == "string":
        length = _usual(part, "minLength", "maxLength")
        return (f"{turn} " + _LETTERS * (1 + length // len(_LETTERS)))[:length].strip() or "x"
    if kind == "integer":
        return part.get("minimum", 0)
    return {"number": float(part.get("minimum", 0.0)), "boolean": False}.get(str(kind))


def _usual(part: Schema, least: str, most: str) -> int:
    fewest, largest = part.get(least, 0), part.get(most, 100)
    return int(fewest + round(FILLED * (largest - fewest)))
