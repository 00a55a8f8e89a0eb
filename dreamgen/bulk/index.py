"""What lies in the folder of a bulk run's dataset besides the shards: index, sums, card; and the run's own books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import dreamgen
from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.places import Places
from dreamgen.bulk.shard_block import Shard, ShardFile
from dreamgen.bulk.telling import croissant_of, told_of
from dreamgen.core.base import Record
from dreamgen.core.receipts import Tally, tallied
from dreamgen.export.card import CARD, card_of
from dreamgen.export.columns import COLUMNS, VERSION
from dreamgen.export.counts import Counts
from dreamgen.export.croissant import CROISSANT
from dreamgen.run import disk
from dreamgen.run.books import RECEIPT, RunReceipt
from dreamgen.run.journal import lines
from dreamgen.run.opened import JOINED

INDEX: Final = "index.json"
SUMS: Final = "SHA256SUMS"
WORDS: Final = (CARD, CROISSANT)
"""What tells of the dataset, to people and to machines."""


class Listed(Record):
    """One shard in the index."""

    number: int
    """From 0."""
    files: tuple[ShardFile, ...]
    """Its files."""
    stories: int
    """How many are in it."""
    clips: int
    """Samples of its tar file."""
    pairs: int
    """Rows of its table of pairs."""
    rejects: int
    """Rows of its table of rejects."""


class LeftOut(Record):
    """A story that was planned and is not in the dataset."""

    item: str
    """Its name."""
    reason: str
    """Why: refused, failed, died or damaged for one that was put aside; its mark in settled/ says more."""


class Index(Record):
    """index.json: what the dataset is made of."""

    schema_version: int = VERSION
    """Of the columns; docs/shards.md has them."""
    columns: tuple[tuple[str, str], ...] = tuple((one.name, one.kind) for one in COLUMNS)
    """Name and kind of those of a table of pairs."""
    version: str
    """Of dreamgen."""
    plan: str
    """The key of the plan."""
    stories: int
    """In the dataset."""
    clips: int
    """In the dataset."""
    pairs: int
    """In the dataset."""
    rejects: int
    """Rows of all tables of rejects."""
    seconds: float
    """Of video."""
    validation: int
    """Pairs of stories that are held out to look at while training."""
    test: int
    """Pairs of stories that are held out for benchmarks."""
    tallies: tuple[Tally, ...]
    """The bookkeeping: made = kept + dropped, of items, and of all that was made of them."""
    shards: tuple[Listed, ...]
    """In order."""
    put_aside: tuple[LeftOut, ...] = ()
    """Stories that failed."""
    unplanned: tuple[LeftOut, ...] = ()
    """What was to be in the plan and is not: it could not be read, or came twice."""


def write_index(plan: Plan, places: Places, shards: Sequence[Shard], marks: Mapping[str, Settled]) -> None:
    """Writes all that follows from whole shards; the receipt comes last and says that the run is whole."""
    _clear(places, shards)
    aside = [marks[item.id] for item in plan.items if marks[item.id].ended == "put_aside"]
    counts = sum((shard.counts for shard in shards), Counts())
    tallies = (_items(plan, len(aside)), *tallied(tally for shard in shards for tally in shard.tallies))
    index = Index(
        version=dreamgen.__version__, plan=plan.key, stories=sum(len(shard.stories) for shard in shards),
        clips=counts.clips, pairs=counts.pairs, rejects=sum(shard.rejects for shard in shards), seconds=counts.seconds,
        validation=sum(shard.validation for shard in shards), test=sum(shard.test for shard in shards),
        tallies=tallies, shards=tuple(map(_listed, shards)),
        put_aside=tuple(LeftOut(item=mark.item, reason=mark.why) for mark in aside),
        unplanned=tuple(LeftOut(item=one.what, reason=": ".join((one.reason, one.detail))) for one in plan.rejects),
    )  # fmt: skip
    told = told_of(plan, shards, tallies)
    written = {
        CARD: card_of(told),
        CROISSANT: croissant_of(told, shards),
        INDEX: index.model_dump_json(indent=1) + "\n",
    }
    for name, text in written.items():
        disk.write_whole(places.dataset / name, text)
    sums = {file.name: file.sha256 for shard in shards for file in shard.files}
    sums |= {name: disk.sha256(places.dataset / name) for name in written}
    disk.write_whole(places.dataset / SUMS, "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)))
    stories = [line for shard in shards for line in shard.stories]
    disk.write_whole(places.folder / JOINED, lines(stories))
    receipt = RunReceipt(
        version=dreamgen.__version__, stories=tuple(line.name for line in stories), made=(), tallies=tallies
    )  # fmt: skip
    disk.write_whole(places.folder / RECEIPT, receipt.model_dump_json(indent=1) + "\n")


def _clear(places: Places, shards: Sequence[Shard]) -> None:
    """Takes away what an earlier plan, or one with other shards, left in the dataset."""
    wanted = {file.name for shard in shards for file in shard.files}
    for kind in ("clips", "pairs", "rejects"):
        for path in places.dataset.glob(f"{kind}-[0-9]*"):
            if path.name not in wanted:
                path.unlink(missing_ok=True)  # another driver does the same
    marks = {places.shard(shard.number) for shard in shards}
    for path in places.shard(0).parent.glob("*.json"):
        if path not in marks:
            path.unlink(missing_ok=True)


def _items(plan: Plan, aside: int) -> Tally:
    dropped: dict[str, int] = {"put_aside": aside} if aside else {}
    for reject in plan.rejects:
        dropped[reject.reason] = dropped.get(reject.reason, 0) + 1
    return Tally(
        what="items", made=len(plan.items) + len(plan.rejects), kept=len(plan.items) - aside,
        dropped=tuple(sorted(dropped.items())),
    )  # fmt: skip


def _listed(shard: Shard) -> Listed:
    return Listed(
        number=shard.number, files=shard.files, stories=len(shard.stories), clips=shard.counts.clips,
        pairs=shard.counts.pairs, rejects=shard.rejects,
    )  # fmt: skip
