"""How far verifiers are believed."""

from __future__ import annotations

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.verify.profiles import Settings


class Trust(Record):
    """How verdicts become a dataset. The recipe's table `[trust]`."""

    votes: int = Field(default=0, ge=0)
    """Of several verifiers, how many must see a claim hold, and more of them than see it fail; 0: all who can tell must
    agree, and one is enough."""
    target_error: float = Field(default=0.02, gt=0.0, lt=0.5)
    """Share of wrong claims among those supported, of each kind, that is aimed at: where calibration shows that a kind
    errs more, its verdicts must be surer to count."""
    supposed_error: float = Field(default=0.1, ge=0.0, lt=1.0)
    """Share of false claims that is supposed before anybody looks, when it is chosen how sure verdicts must be."""
    least_specificity: float = Field(default=0.7, ge=0.0, le=1.0)
    """A verifier that finds a smaller share of the false claims of a kind is not asked about that kind."""
    profile: str = ""
    """A file by `dreamgen calibrate` that says how often the verifiers err; empty looks for one that fits them in
    profiles/ of the working folder and among those that come with the package."""
    unattended: bool = False
    """Whether nobody reads the report before the dataset is used, as in bulk: an uncalibrated verifier is then
    refused."""
    uncalibrated: bool = False
    """Whether an unattended run goes on with a verifier of which nobody knows how often it errs."""
    same_family: bool = False
    """Whether a model may judge what a model of its own family wrote."""
    own_models: bool = False
    """Whether every model must run in this process or on a server of one's own: of a provider's nobody else can say
    which weights answered."""
    redraws: int = Field(default=0, ge=0)
    """Of a story, how many shots may be drawn again because the pixels refuted a claim about them."""

    @property
    def settings(self) -> Settings:
        """What decides whether a verdict counts."""
        return Settings(
            votes=self.votes, target_error=self.target_error, supposed_error=self.supposed_error,
            least_specificity=self.least_specificity,
        )  # fmt: skip
