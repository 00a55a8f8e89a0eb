"""Files in a bulk run's own places that nothing of the run names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dreamgen.bulk.index import INDEX, SUMS, WORDS, Index
from dreamgen.bulk.items import Plan
from dreamgen.bulk.places import ITEMS, Places
from dreamgen.run.checking_store import check_store
from dreamgen.run.flaws import Ledger
from dreamgen.run.folder import DATASET
from dreamgen.run.packing import files_of


def check_dataset(places: Places, index: Index, ledger: Ledger) -> None:
    """Files beside the shards that the index does not list."""
    known = {INDEX, SUMS, *WORDS, *(file.name for shard in index.shards for file in shard.files)}
    known |= {places.shard(shard.number).relative_to(places.dataset).as_posix() for shard in index.shards}
    known = {f"{DATASET}/{name}" for name in known}
    # other forms of the dataset, which were asked for later
    for stored in check_store(places.folder, ledger, deep=False):
        known.update(ref.path for ref in stored.entry.made.outputs)
    for name in (f"{DATASET}/{below}" for below in sorted(files_of(places.dataset))):
        ledger.looked("strays")
        if name not in known:
            ledger.wrong("strays", name, "nothing in the index names it", (name,))


def check_items(places: Places, plan: Plan, ledger: Ledger) -> None:
    """Files beside the stories' folders. What is in a folder is looked at with its story; of others there is a note."""
    ours = {places.item(item.id) for item in plan.items}
    others = 0
    for path in _beside(places.folder / ITEMS):
        if path in ours:
            continue
        if path.is_dir():
            # one that has ended is of an earlier plan, which is told elsewhere
            others += not places.settled(path.name).is_file()
            continue
        name = path.relative_to(places.folder).as_posix()
        ledger.looked("strays")
        ledger.wrong("strays", name, "it is of no story", (name,))
    if others:
        ledger.note(f"folders in {ITEMS}/ that are of no story of the plan, which were not looked at: {others}")


def _beside(items: Path) -> Iterator[Path]:
    """The folders of stories, and the files beside them."""
    for name in files_of(items, deep=False) if items.is_dir() else ():
        yield items / name
    for fan in sorted(path for path in items.glob("*") if path.is_dir()):
        yield from (fan / name for name in sorted(files_of(fan, deep=False)))
        yield from sorted(path for path in fan.iterdir() if path.is_dir())
