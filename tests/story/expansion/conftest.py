"""A model for tests of the expansion: it answers every shape by script, at once, and does as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from dreamgen.core.base import fingerprint
from dreamgen.engines.chat.asking import Reply, Request
from tests.scripted.author import write

T = TypeVar("T", bound=BaseModel)

Change = Callable[[Request[Any], Any], Any]
"""Gets a request and the value that answers it; gives another value, or None when there is no answer."""


class Player:
    """Answers without a server. It asks once: what has faults comes back as the best there is."""

    def __init__(self, change: Change = lambda request, told: told) -> None:
        self.asked: list[Request[Any]] = []
        self._change = change

    def ask(self, requests: Sequence[Request[T]]) -> Iterator[Reply[T]]:
        """One reply a request."""
        for request in requests:
            self.asked.append(request)
            schema = request.shape.model_json_schema()
            told = self._change(request, write(schema, request.user, fingerprint([request.system, request.user])))
            if told is None:
                yield Reply(request, None, 3, "malformed", "no JSON")
                continue
            answer = request.shape.model_validate(told)
            wrong = request.faults(answer)
            if wrong:
                yield Reply(request, None, 3, "wrong", " ".join(wrong), best=answer)
            else:
                yield Reply(request, answer, 1)

    def of(self, purpose: str) -> list[Request[Any]]:
        """The requests for a purpose: act."""
        return [request for request in self.asked if request.purpose == f"story/{purpose}"]


@pytest.fixture
def player() -> type[Player]:
    """Makes a model."""
    return Player
