"""How far verifiers are believed."""

from __future__ import annotations

from pydantic import Field

from dreamgen.core.base import Record


class Trust(Record):
    """How verdicts become a dataset. The recipe's table `[trust]`."""

    votes: int = Field(default=0, ge=0)
    """Of several verifiers, how many must see a claim hold, and more of them than see it fail; 0: all who can tell must
    agree, and one is enough."""
    target_error: float = Field(default=0.02, gt=0.0, lt=0.5)
    """Share of wrong claims among those supported, of each kind, that is aimed at: where calibration shows that a kind
    errs more, its verdicts must be surer to count."""
    least_specificity: float = Field(default=0.7, ge=0.0, le=1.0)
    """A verifier that finds a smaller share of the false claims of a kind is not asked about that kind."""
    uncalibrated: bool = False
    """Whether an unattended run goes on with a verifier of which nobody knows how often it errs."""
    same_family: bool = False
    """Whether a model may judge what a model of its own family wrote."""
    redraws: int = Field(default=0, ge=0)
    """Of a story, how many shots may be drawn again because the pixels refuted a claim about them."""
