"""Asking a language model for drafts in rounds.

Each draft is held against the facts, and the next round is told why some were not taken.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.asking import Asks, Reply, Request
from dreamgen.qa.drafting.grounding import Fault

D = TypeVar("D")

_TOLD = 12
"""Drafts of which the next round is told why they were not taken, the latest."""


class Rounds(ABC, Generic[D]):
    """What was taken of one clip so far, and what the next request is told.

    Args:
        asks: the model.
        clip: the id of the clip.
    """

    def __init__(self, asks: Asks, clip: str) -> None:
        self.taken: list[D] = []
        """Drafts without a fault, in the order in which they came."""
        self.refused: list[tuple[D, Fault]] = []
        """The others."""
        self._asks, self._clip = asks, clip

    def round(self, number: int) -> Iterator[Reject]:
        """Asks for what is still wanted; a line for each draft that is not taken."""
        for reply in self._asks.ask(self.requests(number)):
            yield from self._read(reply)

    @abstractmethod
    def requests(self, number: int) -> Sequence[Request[Any]]:
        """What is asked in a round, from 0; nothing where nothing is wanted."""

    @abstractmethod
    def drafts(self, answer: Any) -> Iterable[D]:
        """What an answer holds."""

    @abstractmethod
    def fault(self, draft: D) -> Fault | None:
        """What is wrong with a draft, given what was taken."""

    @abstractmethod
    def name(self, draft: D) -> str:
        """The id that it has, or would have, as a pair."""

    @abstractmethod
    def line(self, draft: D) -> str:
        """What it says, in one line."""

    def told(self) -> str:
        """What was wrong with the drafts that were not taken, one line each."""
        return "\n".join(f"- {self.line(draft)}: {fault.words}." for draft, fault in self.refused[-_TOLD:])

    def _read(self, reply: Reply[Any]) -> Iterator[Reject]:
        if reply.answer is None:
            yield Reject(
                what=reply.request.where, kind="text", stage="qa", reason=f"no_answer_{reply.failure}",
                clip=self._clip, detail=reply.detail,
            )  # fmt: skip
            return
        for draft in self.drafts(reply.answer):
            fault = self.fault(draft)
            if fault is None:
                self.taken.append(draft)
                continue
            self.refused.append((draft, fault))
            yield Reject(
                what=self.name(draft), kind="pair", stage="qa", reason=fault.reason, clip=self._clip,
                detail=f"{self.line(draft)}: {fault.words}",
            )  # fmt: skip


def sheets(wanted: int, most: int) -> list[int]:
    """How many are asked for in each of the requests that are in flight together.

    Args:
        wanted: all of them.
        most: in one request.
    """
    return [min(most, wanted - first) for first in range(0, wanted, most)]
