"""The recipe's [bulk] table: who works on which stages of many stories, and what is done when something fails.

Nothing in it changes a byte of what is made, so it is no part of the key of anything.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from pydantic import Field, field_validator, model_validator

from dreamgen.core.base import Record

STAGES: Final = (
    "story", "style", "render", "clip", "film", "preview", "claims", "verify", "qa", "answer", "screen", "export",
)  # fmt: skip
"""The stages of a story, in order; what they are called before a dash (`verify-pixels` is of `verify`)."""


class Pool(Record):
    """Workers of one sort."""

    name: str = Field(pattern="^[a-z][a-z0-9_]{0,30}$")
    """What it is called: write, draw, film, check."""
    stages: tuple[str, ...] = Field(min_length=1)
    """What its workers do; at anything else they hand a story over to the pool that does it."""
    workers: int = Field(default=0, ge=0)
    """How many; 0 for as many as the machines have room for. Pools of which nothing is said share what others leave."""
    cpus: float = Field(default=1.0, ge=0.0)
    """CPUs of each."""
    gpus: float = Field(default=0.0, ge=0.0)
    """GPUs of each; parts of one are shared."""
    memory_gib: float = Field(default=0.0, ge=0.0)
    """Main memory that Ray keeps for each; 0 leaves it to Ray."""
    together: int = Field(default=1, ge=1)
    """Stories that one worker has in hand at once, so that batches of its model are filled across them."""

    @field_validator("stages")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        strange = [stage for stage in value if stage not in STAGES]
        if strange:
            raise ValueError(f"there is no stage {strange[0]!r}; choices: {', '.join(STAGES)}")
        return value

    def does(self, stage: str) -> bool:
        """Whether its workers do this stage, whatever stands behind the dash."""
        return stage.partition("-")[0] in self.stages


EVERYTHING: Final = Pool(name="all", stages=STAGES)
"""One sort of workers that film a story from its plot to its pairs."""


class Price(Record):
    """What a language or vision-language model charges."""

    model: str
    """Its name, as in `chat.model` or `vision.model`."""
    tokens_in: float = Field(ge=0.0)
    """Money for a million tokens that are sent."""
    tokens_out: float = Field(ge=0.0)
    """Money for a million tokens of answers."""


class Bulk(Record):
    """How many stories are made at once."""

    pools: tuple[Pool, ...] = (EVERYTHING,)
    """Each stage in exactly one of them."""
    ahead: int = Field(default=2, ge=1)
    """Stories that are ready for a pool, for each that its workers can have in hand, before those in front take no new
    ones."""
    tries: int = Field(default=3, ge=1)
    """How often a story may fail before it is put aside; counted as long as the driver lives."""
    deaths: int = Field(default=10, ge=1)
    """How often a story's worker may die before the story is taken to be the reason, and put aside."""
    backoff: float = Field(default=2.0, ge=0.0)
    """Seconds before a story that failed is tried again, doubled every time."""
    patience: float = Field(default=0.0, ge=0.0)
    """Seconds that a worker may take for one walk of one story before it is ended and counts as dead; 0 for as long as
    it takes. A walk is all that its pool does of a story at a stretch."""
    most_failed: float = Field(default=0.2, gt=0.0, le=1.0)
    """The share of the last stories put aside beyond which everything stops."""
    judged_from: int = Field(default=20, ge=1)
    """How many stories must have ended, well or badly, before that share is looked at; of ten times as many the last
    ones count."""
    lease: float = Field(default=60.0, gt=0.0)
    """Seconds without a sign of life after which a driver's stories are taken over by others."""
    shard: int = Field(default=64, ge=1)
    """Stories of the plan in one shard of the dataset. It shapes the shards, nothing else."""
    prices: tuple[Price, ...] = ()
    """What models charge: dreamgen knows no price, and tells no cost of a model that is not here."""
    gpu_hour: float = Field(default=0.0, ge=0.0)
    """What a GPU costs an hour; 0 where it costs nothing, or nobody has said."""

    @model_validator(mode="after")
    def _whole(self) -> Bulk:
        names = Counter(pool.name for pool in self.pools)
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            raise ValueError(f"two pools are called {twice[0]!r}")
        done = Counter(stage for pool in self.pools for stage in pool.stages)
        wrong = [stage for stage in STAGES if done[stage] != 1]
        if wrong:
            told = "in no pool" if not done[wrong[0]] else "in more than one pool"
            raise ValueError(f"the stage {wrong[0]!r} is {told}")
        return self

    def pool_of(self, stage: str) -> Pool:
        """Who does a stage."""
        return next(pool for pool in self.pools if pool.does(stage))
