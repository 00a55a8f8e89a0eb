"""What a driver tells whoever watches a bulk run: a dashboard, a page of metrics and a test all listen the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.schedule import Counts
from dreamgen.bulk.working import Outcome


class View:
    """Hears how a bulk run goes. This one shows nothing; subclasses override what they show.

    It is called in the driver's own thread, and quickly comes back.
    """

    def starts(self, plan: Plan, marks: Mapping[str, Settled], workers: Mapping[str, int]) -> None:
        """The workers are there: how many each pool has, and what had ended before, by name."""

    def hired(self, workers: Mapping[str, int]) -> None:
        """Workers came or went: so many each pool has now."""

    def began(self, items: Sequence[str], pool: str) -> None:
        """A worker takes stories in hand."""

    def ended(self, pool: str, outcome: Outcome) -> None:
        """A walk ended: the story is whole, goes to another pool, or something went wrong."""

    def died(self, items: Sequence[str], pool: str, why: str) -> None:
        """A worker died with these stories in hand; a new one takes its place."""

    def settled(self, mark: Settled) -> None:
        """A story has ended, here or with another driver, and its mark is on the disk."""

    def counts(self, counts: Counts) -> None:
        """How the stories stand; comes several times a second, also when nothing happens."""

    def says(self, words: str) -> None:
        """A sentence for people."""

    def closes(self) -> None:
        """The driver goes, whatever the reason; nothing comes after it."""


UNSEEN = View()
"""Hears everything, shows nothing."""
