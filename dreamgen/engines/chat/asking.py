"""What is asked of a chat model and what comes back: the seam between writers and models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)

Failure = Literal["malformed", "wrong", "refused", "cut_off"]
"""Why there is no answer after all asks: no JSON of that shape; of that shape but with `faults`; the model declined;
it ran out of tokens."""


def no_faults(answer: BaseModel) -> tuple[str, ...]:
    """For whatever is right as soon as it has its shape."""
    return ()


@dataclass(frozen=True)
class Request(Generic[T]):
    """One question, whole in itself: it is answered the same whatever else is asked at the time."""

    purpose: str
    """Which prompt it is: story/outline."""
    where: str
    """What it is for: the id of a story's part."""
    system: str
    """The standing instructions. No text of a user is in them."""
    user: str
    """The task, with the user's texts as fenced data."""
    shape: type[T]
    """What the answer is read into."""
    seed: int = 0
    """Given to models that take one, and part of what tells one request from another."""
    faults: Callable[[T], Sequence[str]] = no_faults
    """What is wrong with an answer that has its shape, one sentence each, for the next ask; empty when nothing is.
    It must depend on the answer alone."""


@dataclass(frozen=True)
class Reply(Generic[T]):
    """What became of a request."""

    request: Request[T]
    """What was asked."""
    answer: T | None
    """Valid and without faults; None after a failure."""
    asks: int
    """How often it was asked for until it was right, or given up."""
    failure: Failure | None = None
    """Why there is no answer."""
    detail: str = ""
    """What was wrong in the end, for people."""
    best: T | None = None
    """After a failure `wrong`: of the answers that had the shape, the one with fewest faults, of several the first.
    Whoever asked may make do with it and say so; a draft that is noted as poor is worth more than none."""


class Asks(Protocol):
    """A chat model with its memory: what it has answered once, it is not asked again."""

    def ask(self, requests: Sequence[Request[T]]) -> Iterator[Reply[T]]:
        """One reply a request, in their order, each as soon as it and those before it are there.

        As many are in flight at once as the model allows. Every answer is safe on the disk before it is handed on.

        Raises:
            ModelError: when the model can't be reached, refuses the key, or does not exist.
            BudgetSpent: before a call that could pass the limit; what was answered stays.
        """
        ...
