"""What the card and the Croissant of a bulk run's dataset tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from dreamgen.bulk.items import Plan
from dreamgen.bulk.shard_block import Shard
from dreamgen.core.dataset import About
from dreamgen.core.receipts import Tally
from dreamgen.engines.parquet import table_suffix
from dreamgen.errors import DreamgenError
from dreamgen.export.card import Sharded, SplitCounts, Told, config_name
from dreamgen.export.columns import COLUMNS
from dreamgen.export.counts import Counts
from dreamgen.export.croissant import UNTOLD, DataFile, Publishing, Rows, croissant
from dreamgen.run.about import made_by, seeds_told
from dreamgen.run.pooling import pooled
from dreamgen.run.written import Authors

TITLE: Final = "Dreamgen stories"
"""Of the card, until somebody gives it another."""
PAIRS: Final = "pairs"


def told_of(
    plan: Plan, shards: Sequence[Shard], tallies: tuple[Tally, ...], licences: Mapping[str, str] | None = None
) -> Told:
    """All that follows from whole shards.

    Args:
        plan: of the run.
        shards: all of them.
        tallies: the books of all of it.
        licences: model to licence, where somebody says what is not known here.

    Raises:
        DreamgenError: when tables of some shards are Parquet, and those of others JSON lines.
    """
    stories = sum(len(shard.stories) for shard in shards)
    last = max(0, len(shards) - 1)
    return Told(
        name=TITLE, counts=sum((shard.counts for shard in shards), Counts()), splits=_splits(shards),
        about=_about(plan, shards, tallies, licences),
        config=config_name([[file.sha256 for file in shard.files] for shard in shards]),
        sharded=Sharded(stories=stories, put_aside=len(plan.items) - stories, last=last, tables=_tables(shards)),
    )  # fmt: skip


def croissant_of(told: Told, shards: Sequence[Shard], publishing: Publishing = UNTOLD) -> str:
    """The text of croissant.json: the shards by name, size and sum, and the rows of all tables of pairs as one set."""
    every = [DataFile(file.name, file.sha256, file.bytes) for shard in shards for file in shard.files]
    rows = Rows(PAIRS, f"{PAIRS}-*{_tables(shards)}", COLUMNS)
    return croissant(told, [rows], every, publishing)


def _tables(shards: Sequence[Shard]) -> str:
    """How the tables end that are there, whatever could be written here; of no shard at all as they would."""
    found = {Path(file.name).suffix: file.name for shard in shards for file in shard.files if _is_table(file.name)}
    if len(found) > 1:
        raise DreamgenError(
            f"the dataset has tables of two kinds: {' and '.join(sorted(found.values()))}",
            "Run `dreamgen bulk` again, with pyarrow everywhere or nowhere: all tables are then made of one kind.",
        )
    return next(iter(found), table_suffix())


def _is_table(name: str) -> bool:
    return name.startswith(f"{PAIRS}-")


def _splits(shards: Sequence[Shard]) -> SplitCounts:
    held = {"validation": sum(shard.validation for shard in shards), "test": sum(shard.test for shard in shards)}
    train = sum(shard.counts.pairs for shard in shards) - sum(held.values())
    return (("train", train), *((split, count) for split, count in held.items() if count))


def _about(
    plan: Plan, shards: Sequence[Shard], tallies: tuple[Tally, ...], licences: Mapping[str, str] | None
) -> About:
    authors = sum((shard.authors for shard in shards), Authors())
    seeds = {item.seed for item in plan.items}
    return made_by(plan.recipe, authors, licences=licences).model_copy(
        update={
            "trusted": pooled(shard.trusted for shard in shards),
            "seeds": f"{seeds_told(seeds, 'story')} `plan.jsonl` has each." if seeds else "",
            "tallies": tallies,
        }
    )
