"""How far a dataset and its verifiers can be trusted: what calibration found, as records."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.calibration import Calibration, Outcomes, Rate

Basis = Literal["reference", "run", "other kinds", "nothing"]
"""What an estimate of errors rests on. Reference: how often the verifier supports true claims was measured on films
whose truth is known. Run: only the false claims of this run are known, so that the estimate is the worst case. Other
kinds: nobody could check this kind, and the share of wrong claims of all others is taken. Nothing: nothing is known."""


BASIS_IN_WORDS: Final[Mapping[Basis, str]] = MappingProxyType(
    {
        "reference": "How often the verifiers support true claims was measured on other films, whose truth is known.",
        "run": "At most so many: how often the verifiers support true claims is not known, so everything that they "
        "refuted is taken to have been false.",
        "other kinds": "Nobody could check these, and the share of wrong claims of all other kinds is taken.",
        "nothing": "Nothing is known of how often the verifiers err.",
    }
)
"""The same for people."""


class Control(Record):
    """What a verifier made of claims over pixels that cannot bear them out."""

    shown: Literal["another clip", "a blank video"]
    """The pixels."""
    asked: int = Field(ge=0)
    """How many claims were put to it."""
    upheld: int = Field(ge=0)
    """How many of these it supported."""
    seen: int = Field(ge=0)
    """How many of these it supports over their own pixels."""
    again: int = Field(ge=0)
    """How many of those it supported over these as well."""


class Bar(Record):
    """How sure a verdict on one kind of claim must be to count."""

    kind: str
    """The kind of claim."""
    supported: float = Field(default=0.0, ge=0.0)
    """Least confidence of one that supports; above 1 none counts."""
    refuted: float = Field(default=0.0, ge=0.0)
    """Least confidence of one that refutes; above 1 none counts."""


class Silent(Record):
    """A kind of claim on which a verifier is not heard."""

    kind: str
    """The kind of claim."""
    specificity: Rate
    """The share of false claims of this kind that it refutes, which is too small."""
    asked: bool
    """Whether it was asked all the same, since only this run showed it."""


class Voice(Record):
    """One verifier."""

    name: str
    """The backend's name."""
    rows: tuple[Calibration, ...]
    """What it said of this run's claims and of their false twins, kind by kind, whether it is heard or not."""
    reference: tuple[Calibration, ...] = ()
    """What it said of films whose truth is known, likewise; empty without a profile that fits."""
    controls: tuple[Control, ...] = ()
    """What it made of claims over other pixels."""
    bars: tuple[Bar, ...] = ()
    """Kinds on which it must be surer than it is at times."""
    silent: tuple[Silent, ...] = ()
    """Kinds on which it is not heard."""
    findings: tuple[str, ...] = ()
    """What is wrong with it, in words; empty where nothing was found."""
    believed: bool = True
    """Whether its verdicts count at all."""
    profile: str = ""
    """The profile that fits it, or why there is none, in words."""


class Residual(Record):
    """How wrong the claims of one kind still are."""

    kind: str
    """The kind of claim; `all` for the sum."""
    said: Outcomes
    """What all verifiers together said of the run's claims."""
    basis: Basis
    """What the estimate rests on."""
    true_share: Rate | None = None
    """Share of true claims among the decided, before any was dropped."""
    error: Rate | None = None
    """Share of wrong claims among the supported."""
    unsure_error: Rate | None = None
    """Share of wrong claims among those that nobody could check."""


class Recall(Record):
    """How many of the wrong pairs that rest on a lie of one kind the filter finds."""

    kind: str
    """The kind of claim that was replaced by a false twin; `all` for any."""
    films: int = Field(ge=1)
    """How many films such pairs were planted in."""
    share: Rate
    """Share of them that the filter dropped; its interval knows that pairs of one film fare alike."""


class Trusted(Record):
    """All that calibration found in a run: calibration.json."""

    vote: tuple[Calibration, ...]
    """What all verifiers together said of true claims and of false twins, kind by kind."""
    reference: tuple[Calibration, ...] = ()
    """The same on films whose truth is known; empty without a profile that fits."""
    voices: tuple[Voice, ...] = ()
    """Each of them alone."""
    residuals: tuple[Residual, ...] = ()
    """How wrong the claims still are, kind by kind, with a last row for all."""
    recalls: tuple[Recall, ...] = ()
    """How many wrong pairs the filter found that were planted in other films, kind by kind, with a last row for all;
    empty where that was not measured with just these verifiers and these settings."""
    pairs: Rate | None = None
    """Share of wrong pairs in the dataset: those that rest on at least one wrong claim."""
    provided: str = ""
    """What all of it supposes, where the verifiers were measured on pictures of another sort than these: the verifiers
    err on these videos as on synthetic ones."""
    notes: tuple[str, ...] = ()
    """What could not be measured, in words."""

    @property
    def at_most(self) -> bool:
        """Whether the estimate of wrong pairs is the worst case; see `Basis`."""
        return any(one.kind == "all" and one.basis == "run" for one in self.residuals)
