"""How a dataset came about, as far as its card tells: stages, models with their licences, drops, and what it cost."""

from __future__ import annotations

from dreamgen.core.base import Record
from dreamgen.core.receipts import Usage


class StageUsed(Record):
    """One stage of the recipe and who did it."""

    stage: str
    """story, style, render, clip, annotate, verify, qa, screen."""
    backends: tuple[str, ...]
    """Names in the registry, in order."""


class ModelUsed(Record):
    """Learned weights, or a model that somebody serves, with which a dataset was made."""

    name: str
    """As the recipe has it: owner/model on the hub, provider:model, or the last part of a local folder's name."""
    roles: tuple[str, ...]
    """What it did: drew pictures, wrote stories."""
    licence: str = ""
    """Under which it may be used; empty where nobody said."""
    terms: str = ""
    """What that licence asks of those who use the dataset, in a sentence; empty where it asks nothing of them."""


class Cost(Record):
    """What was spent. Two runs that make the same bytes differ in it, so no file that a key names holds it."""

    usage: tuple[Usage, ...] = ()
    """What models were asked over the wire or in this process, by model and purpose."""
    seconds: tuple[tuple[str, float], ...] = ()
    """Stage and seconds of one machine; of many stories the work of all workers, added up."""
    gpu_hours: float | None = None
    """Hours that GPUs were held, used or not; None where nobody measured."""

    @property
    def tokens(self) -> tuple[int, int]:
        """In and out, of answered calls."""
        return sum(one.tokens_in for one in self.usage), sum(one.tokens_out for one in self.usage)
