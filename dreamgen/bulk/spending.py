"""What models were asked, and what it costs where the recipe says what they charge; no price is ever guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.core.receipts import Usage
from dreamgen.engines.chat.ledger import usage
from dreamgen.engines.vision.remembering import VISION
from dreamgen.run.bulking import Bulk, Price
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
        return None if price is None else round(charge(price, into, out), 6)


def charge(price: Price, tokens_in: int, tokens_out: int) -> float:
    """What a model charges for so many tokens; prices are for a million."""
    return (tokens_in * price.tokens_in + tokens_out * price.tokens_out) / 1e6


def asked_in(run: Path) -> tuple[Usage, ...]:
    """What models were asked in a story's folder so far, all tries together, by model and purpose."""
    found: dict[tuple[str, str], Usage] = {}
    for kept in (run / ANSWERS, run / ANSWERS / VISION):
        for one in usage(kept):
            sort = one.model, one.purpose
            found[sort] = _sum(found[sort], one, 1) if sort in found else one
    return tuple(found.values())


def since(before: Sequence[Usage], now: Sequence[Usage]) -> tuple[Usage, ...]:
    """What came on top of what there was before, by model and purpose."""
    old = {(one.model, one.purpose): one for one in before}
    sorts = ((one, old.get((one.model, one.purpose))) for one in now)
    more = [_sum(one, was, -1) if was else one for one, was in sorts]
    return tuple(one for one in more if one.calls or one.failed)


def _sum(one: Usage, other: Usage, times: int) -> Usage:
    update = {
        name: round(max(0, getattr(one, name) + times * getattr(other, name)), 3)
        for name in ("calls", "failed", "tokens_in", "tokens_out", "seconds", "failed_seconds")
    }
    return one.model_copy(update=update)
