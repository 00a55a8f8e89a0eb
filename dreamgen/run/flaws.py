"""What a check of a run found, as records: how many things were looked at, and which of them are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal

from pydantic import Field

from dreamgen.core.base import Record

Check = Literal[
    "entries", "files", "records", "books", "claims", "verdicts", "pairs", "forms", "strays", "items", "shards", "rows",
    "index",
]  # fmt: skip

ASKED: Final[dict[Check, str]] = {
    "items": "stories of the plan have ended, and their marks say so",
    "entries": "entries of the store can be read",
    "files": "files have the bytes that they were made with",
    "records": "records say what the store says",
    "books": "books add up: made = kept + dropped",
    "claims": "claims that pairs rest on exist, and the pixels refute none",
    "verdicts": "verdicts are about claims, one for each",
    "pairs": "pairs are counted, and their clips are there",
    "forms": "rows of the dataset's forms are pairs, and none is missing",
    "shards": "files of shards have the bytes of the index",
    "rows": "rows and samples of shards are the stories' pairs and clips",
    "index": "sums of the index and the receipt fit the stories",
    "strays": "files belong to the run",
}
"""What is looked at, in the order in which it is told."""


class Flaw(Record):
    """One thing that is wrong."""

    check: Check
    """What was looked at."""
    what: str
    """A file, below the folder that was checked, or the id of a pair or claim."""
    why: str
    """In words."""
    away: tuple[str, ...] = ()
    """Files, below that folder, without which a rerun makes it again."""
    item: str = ""
    """The story of many that it is of; empty for all of them together, and for a run alone."""


class Checked(Record):
    """What was found of a folder."""

    looked: tuple[tuple[Check, int], ...] = ()
    """What was looked at, and at how many."""
    flaws: tuple[Flaw, ...] = ()
    """All that is wrong."""
    notes: tuple[str, ...] = ()
    """What people should know that is not wrong."""
    mended: int = Field(default=0, ge=0)
    """Files that were taken away so that a rerun makes them again."""


class Ledger:
    """Takes down what is looked at, and what is wrong with it.

    Args:
        item: the story of many that is looked at.
        place: its folder below that of the bulk run; stands in front of all names of files.
    """

    def __init__(self, item: str = "", place: str = "") -> None:
        self._item, self._front = item, f"{place}/" if place else ""
        self._looked: Counter[Check] = Counter()
        self._flaws: list[Flaw] = []
        self._notes: list[str] = []

    def looked(self, check: Check, count: int = 1) -> None:
        """So many more were looked at."""
        self._looked[check] += count

    def wrong(self, check: Check, what: str, why: str, away: Iterable[str] = ()) -> None:
        """One of them is wrong.

        Args:
            check: which.
            what: a file of the folder, or anything else that has a name.
            why: in words.
            away: files of the folder without which a rerun makes it again.
        """
        paths = tuple(dict.fromkeys(self._front + one for one in away))
        self._flaws.append(Flaw(check=check, what=self._front + what, why=why, away=paths, item=self._item))

    def expect(self, check: Check, what: str, found: object, wanted: object, away: Iterable[str] = ()) -> None:
        """One more was looked at; it is wrong unless the two are equal."""
        self.looked(check)
        if found != wanted:
            self.wrong(check, what, f"{found}, where {wanted} was to be", away)

    def found(self, check: Check, why: str = "") -> bool:
        """Whether something of this kind is wrong, for this reason if one is given."""
        return any(flaw.check == check and why in ("", flaw.why) for flaw in self._flaws)

    def note(self, words: str) -> None:
        """Something to know that is not wrong."""
        self._notes.append(words)

    def close(self) -> Checked:
        """All of it."""
        looked = tuple((check, self._looked[check]) for check in ASKED if self._looked[check])
        return Checked(looked=looked, flaws=tuple(self._flaws), notes=tuple(self._notes))


def summed(every: Iterable[Checked]) -> Checked:
    """What was found of several folders."""
    looked: Counter[Check] = Counter()
    flaws: list[Flaw] = []
    notes: Counter[str] = Counter()
    for one in every:
        looked.update(dict(one.looked))
        flaws += one.flaws
        notes.update(one.notes)
    told = (words if count == 1 else f"{words} ({count} times)" for words, count in notes.items())
    return Checked(
        looked=tuple((check, looked[check]) for check in ASKED if looked[check]), flaws=tuple(flaws), notes=tuple(told)
    )
