"""What verifiers said of films whose truth is known: the reference that a run's own claims cannot give.

A run knows that its twins are false. That its claims are true it only supposes, and to measure on them how often true
claims are supported, in order to find out how many are true, would be a circle. A profile is measured on other films:
stories drawn by lot, whose every frame the illustrator draws as it was told to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.calibration import Outcome, Rate
from dreamgen.core.clustered import clustered_rates

STEPS: Final = 20
"""Confidences are kept in twentieths."""

Said = Annotated[str, Field(pattern=r"^[sru]\d{1,2}$")]
"""Supported, refuted or unsure, and the confidence in twentieths: s18."""

_OUTCOMES: Final[dict[str, Outcome]] = {"s": "supported", "r": "refuted", "u": "unsure"}


class Known(NamedTuple):
    """What one verifier said of some claims of one kind that are all true, or all false."""

    kind: str
    true: bool
    outcome: Outcome
    confidence: float
    """0-1."""
    n: int


class Who(Record):
    """A verifier as it was when it was measured."""

    name: str
    """The backend's name."""
    mark: str
    """The fingerprint of its code, options and weights."""


class Row(Record):
    """So many claims of which all verifiers said the same."""

    kind: str
    """The kind of claim."""
    true: bool
    """Whether they are true."""
    said: tuple[Said, ...]
    """What each verifier said, in the profile's order."""
    n: int = Field(ge=1)
    """How many."""


class Planted(Record):
    """Wrong pairs that rest on a lie of one kind, film by film."""

    kind: str
    """The kind of claim that was replaced by a false twin; `all` for any."""
    wrong: tuple[int, ...]
    """How many there were in each film."""
    found: tuple[int, ...]
    """How many of these the filter dropped."""


class Settings(Record):
    """What decides whether a verdict counts; see the recipe's `[trust]`."""

    votes: int
    target_error: float
    supposed_error: float
    least_specificity: float


class Filtering(Record):
    """What became of wrong pairs that were planted among right ones, with all of the profile's verifiers together."""

    settings: Settings
    """With which they were heard."""
    rows: tuple[Planted, ...]
    """Kind by kind, with a last row for all."""


class Profile(Record):
    """How some verifiers did on films of random stories, claim by claim, so that any bar and any vote can be tried."""

    verifiers: tuple[Who, ...] = Field(min_length=1)
    """Who was measured."""
    stories: int = Field(ge=1)
    """How many films."""
    first: int
    """The seed of the first story; the others follow."""
    size: tuple[int, int]
    """Width and height of the films in pixels."""
    fps: int
    """Frames a second."""
    animator: str
    """Who set the pictures in motion."""
    rows: tuple[Row, ...]
    """What was said."""
    filtering: Filtering | None = None
    """What the filter found of wrong pairs; None where nobody planted any."""

    def columns(self, marks: Sequence[str]) -> tuple[int, ...] | None:
        """Where verifiers with these fingerprints stand in `said`; None unless all of them are there."""
        known = [who.mark for who in self.verifiers]
        return tuple(known.index(mark) for mark in marks) if set(marks) <= set(known) else None

    def alone(self, column: int) -> tuple[Known, ...]:
        """What one verifier said."""
        counts: Counter[tuple[str, bool, str]] = Counter()
        for row in self.rows:
            counts[row.kind, row.true, row.said[column]] += row.n
        return tuple(Known(kind, true, *read(said), n) for (kind, true, said), n in counts.items())


def recalls(rows: Sequence[Planted], z: float = 1.959964) -> dict[str, Rate]:
    """Share of the wrong pairs that the filter dropped, by kind of lie; nothing of kinds that none rests on.

    Args:
        rows: kinds and, of which not to learn how alike the pairs of a film are, the last for all.
        z: quantile of the normal distribution for the intervals; 95 % by default.
    """
    kinds = [row for row in rows if row.kind != "all"]
    groups = (kinds, [row for row in rows if row.kind == "all"])
    rates = [rate for some in groups for rate in clustered_rates([(row.found, row.wrong) for row in some], z)]
    names = [row.kind for some in groups for row in some]
    return {kind: rate for kind, rate in zip(names, rates, strict=True) if rate}


def write(outcome: Outcome, confidence: float) -> str:
    """A verdict in short."""
    return f"{outcome[0]}{min(int(confidence * STEPS), STEPS)}"


def read(said: str) -> tuple[Outcome, float]:
    """A verdict from its short form."""
    return _OUTCOMES[said[0]], int(said[1:]) / STEPS


def rows_of(judged: Iterable[tuple[str, bool, tuple[str, ...]]]) -> tuple[Row, ...]:
    """Rows from single claims: kind, whether it is true, what each verifier said."""
    counts = Counter(judged)
    return tuple(Row(kind=kind, true=true, said=said, n=n) for (kind, true, said), n in sorted(counts.items()))
