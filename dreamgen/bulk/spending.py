"""What models were asked, and what it costs where the recipe says what they charge; no price is ever guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.core.receipts import Usage
from dreamgen.engines.chat.ledger import usage
from dreamgen.engines.vision.remembering import VISION
from dreamgen.run.bulking import Bulk
from dreamgen.run.filming import ANSWERS


class Asked(Record):
    """What one model was asked."""

    model: str
    """Its name."""
    calls: int
    """Calls that were answered."""
    failed: int
    """Calls that came back with an error, or not at all."""
    tokens_in: int
    """Of the answered calls."""
    tokens_out: int
    """Of the answered calls."""
    money: float | None
    """What it charges for that; None where the recipe does not say."""


class Purse:
    """Adds up what models were asked.

    Args:
        bulk: with what they charge.
    """

    def __init__(self, bulk: Bulk) -> None:
        self._prices = {price.model: price for price in bulk.prices}
        self._sums: dict[str, list[int]] = {}

    def add(self, some: Iterable[Usage]) -> None:
        """More of it."""
        for one in some:
            sums = self._sums.setdefault(one.model, [0, 0, 0, 0])
            for place, count in enumerate((one.calls, one.failed, one.tokens_in, one.tokens_out)):
                sums[place] += count

    @property
    def asked(self) -> tuple[Asked, ...]:
        """By model."""
        return tuple(
            Asked(
                model=model, calls=calls, failed=failed, tokens_in=into, tokens_out=out,
                money=self._money(model, into, out),
            )
            for model, (calls, failed, into, out) in sorted(self._sums.items())
        )  # fmt: skip

    def _money(self, model: str, into: int, out: int) -> float | None:
        price = self._prices.get(model)
        return None if price is None else round((into * price.tokens_in + out * price.tokens_out) / 1e6, 6)


def asked_in(run: Path) -> tuple[Usage, ...]:
    """What models were asked in a story's folder so far, all tries together."""
    answers = run / ANSWERS
    return (*usage(answers), *usage(answers / VISION))


def since(before: Sequence[Usage], now: Sequence[Usage]) -> tuple[Usage, ...]:
    """What came on top of what there was before, by model and purpose."""
    old = {(one.model, one.purpose): one for one in before}
    return tuple(more for one in now if (more := _less(one, old.get((one.model, one.purpose)))).calls or more.failed)


def _less(one: Usage, old: Usage | None) -> Usage:
    if old is None:
        return one
    return one.model_copy(
        update={
            "calls": one.calls - old.calls,
            "failed": max(0, one.failed - old.failed),  # a call that was lost may be found answered after all
            "tokens_in": one.tokens_in - old.tokens_in,
            "tokens_out": one.tokens_out - old.tokens_out,
            "seconds": round(one.seconds - old.seconds, 3),
            "failed_seconds": round(max(0.0, one.failed_seconds - old.failed_seconds), 3),
        }
    )
