"""Which stories and videos are held out of training: by lot, each for itself, so that more of them move nobody."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field, model_validator

from dreamgen.core.base import Record, derived_random
from dreamgen.core.dataset import TRAIN, Split


class Holdout(Record):
    """The shares that are not trained on. A story, or a video that was found, is in one split with all its clips."""

    validation: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Of the stories or videos, to look at while training."""
    test: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Of the stories or videos, for benchmarks."""

    @model_validator(mode="after")
    def _some_left(self) -> Holdout:
        if self.validation + self.test >= 1.0:
            raise ValueError("validation and test together leave nothing to train on")
        return self

    def split_of(self, group: str, seed: int) -> Split:
        """Where a story or a video belongs, whatever others there are.

        Args:
            group: its name in the dataset.
            seed: of the dataset.
        """
        lot = derived_random(seed, "split", group).random()
        if lot < self.validation:
            return "validation"
        return "test" if lot < self.validation + self.test else TRAIN

    def splits_of(self, groups: Iterable[str], seed: int) -> dict[str, Split]:
        """The same of several; the one without a name is trained on."""
        return {group: self.split_of(group, seed) if group else TRAIN for group in groups}
