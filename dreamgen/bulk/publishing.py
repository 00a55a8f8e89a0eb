"""The shards of a bulk run as a folder that is ready to be uploaded; see `run/publishing.py`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from dreamgen.bulk.index import INDEX, SUMS, Index
from dreamgen.bulk.items import Plan
from dreamgen.bulk.journal import read_journals
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.shard_block import Shard
from dreamgen.bulk.telling import croissant_of, told_of
from dreamgen.errors import UsageError
from dreamgen.export.card import CARD, Told, card_of
from dreamgen.export.croissant import CROISSANT
from dreamgen.run import disk
from dreamgen.run.books import read_receipt
from dreamgen.run.opened import Run
from dreamgen.run.publishing import Saying, refuse_unknown, spent, unpublished


def card_text_of(run: Run, saying: Saying) -> str:
    """The card of the shards, with what they cost."""
    return card_of(_told(run, saying)[0])


def publish(run: Run, saying: Saying, into: Path) -> Told:
    """Writes the shards as a folder for the hub; files that stay as they are get a second name where the disk can.

    Raises:
        UsageError: when something that a reader must know is unknown, the folder is there, or the dataset is not whole.
    """
    told, shards = _told(run, saying)
    refuse_unknown(told)
    dataset = Places(run.folder).dataset
    sums = {file.name: file.sha256 for shard in shards for file in shard.files}
    with unpublished(into) as folder:
        for name in (*sums, INDEX):
            _bring(dataset / name, folder / name)
        (folder / CARD).write_text(card_of(told), "utf-8")
        (folder / CROISSANT).write_text(croissant_of(told, shards, saying.publishing(told)), "utf-8")
        sums |= {name: disk.sha256(folder / name) for name in (CARD, CROISSANT, INDEX)}
        (folder / SUMS).write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), "utf-8")
    return told


def gpu_hours(places: Places, plan: Plan) -> float | None:
    """How long GPUs were held by walks, as far as the drivers' journals know; None where no pool has any."""
    share = {pool.name: pool.gpus for pool in plan.recipe.bulk.pools}
    if not any(share.values()):
        return None
    seconds = sum(
        share.get(line.pool, 0.0) * sum(timed.seconds for timed in line.timed) for line in read_journals(places)
    )
    return seconds / 3600


def _told(run: Run, saying: Saying) -> tuple[Told, Sequence[Shard]]:
    places, plan = Places(run.folder), read_plan(run.folder)
    index = read_receipt(places.dataset / INDEX, Index)
    found = [read_receipt(places.shard(number), Shard) for number in range(len(plan.shards))]
    shards = [shard for shard in found if shard is not None]
    if index is None or len(shards) < len(found):
        raise UsageError(f"the dataset in {places.dataset} is not whole", "Run `dreamgen bulk` again to its end.")
    told = told_of(plan, shards, index.tallies, dict(saying.models))
    about = told.about.model_copy(update={"cost": spent(run, gpu_hours(places, plan))})
    own = {"name": saying.name} if saying.name else {}
    return told.model_copy(update={"about": about, "license": saying.license, **own}), shards


def _bring(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
