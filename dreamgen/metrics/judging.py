"""A language model marks answers in free words against their keys, twice each, with the two texts in either order.

Models favour what stands first or last (Wang et al. 2023, arXiv 2305.17926; Zheng et al. 2023, arXiv 2306.05685), so
that one order would move the mark; the mean of both does not, and how far they lie apart tells how much the judge was
swayed. The marks are 0 to 10, as PLM-VideoBench's judges give them (arXiv 2504.13180).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from pydantic import Field

from dreamgen.core.base import Explained, Record, derive_seed
from dreamgen.engines.chat.asking import Asks, Request
from dreamgen.engines.chat.prompts import read_prompt

PROMPT: Final = "metrics/judge"
_ORDERS: Final = ("key", "answer")
_MOST: Final = 10


class Given(Explained):
    """What a judge answers."""

    mark: int = Field(ge=0, le=_MOST)
    """From 0 to 10."""


class Case(Record):
    """A key and an answer that are to be compared."""

    where: str
    """The id of the pair, and which of its questions or captions."""
    question: str
    """What was asked."""
    key: str
    """The right answer."""
    answer: str
    """What was answered."""
    kind: Literal["answer", "caption"]
    """An answer must say the same; a caption may say more."""


class Judged(Record):
    """What a judge said of one case."""

    mark: float | None = Field(default=None, ge=0.0, le=1.0)
    """Mean of both orders; None where either could not be had."""
    gap: float | None = Field(default=None, ge=0.0, le=1.0)
    """How far the two lie apart; None where nothing was compared."""
    failure: str = ""
    """Machine-readable, where there is no mark: malformed, wrong, refused, cut_off."""


def judge(cases: Sequence[Case], asks: Asks) -> Iterator[Judged]:
    """One judgement a case, in their order. An answer without words gets 0 and is shown to nobody.

    Raises:
        ModelError: when the model can't be reached; what it answered is kept.
    """
    spoken = [case for case in cases if case.answer.strip()]
    replies = asks.ask([_request(case, first) for case in spoken for first in _ORDERS])
    for case in cases:
        if not case.answer.strip():
            yield Judged(mark=0.0)
            continue
        one, other = next(replies), next(replies)
        if one.answer is None or other.answer is None:
            yield Judged(failure=str(one.failure or other.failure))
        else:
            marks = one.answer.mark / _MOST, other.answer.mark / _MOST
            yield Judged(mark=sum(marks) / 2, gap=abs(marks[0] - marks[1]))


def _request(case: Case, first: str) -> Request[Any]:
    filled = read_prompt(PROMPT).fill({**case.model_dump(exclude={"where"}), "first": first})
    where = f"{case.where}/{first}-first"
    return Request(
        purpose=PROMPT, where=where, system=filled.system, user=filled.user, shape=Given,
        seed=derive_seed(0, "judge", where),
    )  # fmt: skip
