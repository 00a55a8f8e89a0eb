"""A bulk run gone through: every story, the marks that say how it ended, the shards, the index, and all their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from dreamgen.bulk.glancing import amiss
from dreamgen.bulk.index import INDEX, SUMS, WORDS, Index, Listed
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.shard_block import Shard
from dreamgen.bulk.shard_story import ShardStory
from dreamgen.bulk.status import unplanned
from dreamgen.bulk.straying import check_dataset, check_items
from dreamgen.core.receipts import Tally, tallied
from dreamgen.engines.processes import map_processes
from dreamgen.errors import DreamgenError
from dreamgen.run import disk
from dreamgen.run.books import RECEIPT, RunReceipt, read_receipt
from dreamgen.run.checking import check_run
from dreamgen.run.checking_rows import rows_of, samples
from dreamgen.run.decisions import read_decisions
from dreamgen.run.flaws import Checked, Ledger, summed
from dreamgen.run.folder import DATASET
from dreamgen.run.journal import read_lines
from dreamgen.run.opened import JOINED, JoinedLine
from dreamgen.run.watch import SILENT, Watch

STAGE: Final = "check"


class Seen(NamedTuple):
    """One story, looked at."""

    checked: Checked
    mark: Settled | None


def check_bulk(folder: Path, workers: int = 1, watch: Watch = SILENT) -> Checked:
    """Goes through a bulk run, story by story and shard by shard.

    Args:
        folder: of the run.
        workers: processes; 0 for one a CPU.
        watch: hears how far it is.

    Raises:
        UsageError: when there is no bulk run.
    """
    plan, places = read_plan(folder), Places(folder)
    found: list[Checked] = []
    marks: dict[str, Settled] = {}
    watch.begins(STAGE, len(plan.items), 0)
    try:
        with closing(map_processes(partial(check_item, folder), plan.items, workers, lambda one: one.id)) as every:
            for item, seen in zip(plan.items, every, strict=True):
                found.append(seen.checked)
                if seen.mark is not None:
                    marks[item.id] = seen.mark
                watch.made(STAGE, item.id)
    finally:
        watch.ends(STAGE)
    ledger = Ledger()
    check_items(places, plan, ledger)
    if len(marks) == len(plan.items):
        _check_dataset(plan, places, marks, ledger)
    else:
        ledger.note("the dataset was not looked at: it is made when every story has ended")
    if others := unplanned(folder, plan):
        ledger.note(f"stories in items/ that the plan has no longer, which were not looked at: {others}")
    return summed((*found, ledger.close()))


def check_item(folder: Path, item: Item) -> Seen:
    """One story and its mark."""
    places = Places(folder)
    place = places.item(item.id)
    below = place.relative_to(folder).as_posix()
    mark = read_receipt(places.settled(item.id), Settled)
    ledger = Ledger(item.id)
    ledger.looked("items")
    if mark is None:
        ledger.wrong(
            "items", item.id, "has not ended, or its mark is damaged", (_below(folder, places.settled(item.id)),)
        )
        if not place.is_dir():
            return Seen(ledger.close(), None)
    elif mark.ended == "put_aside":
        ledger.note(f"put aside: {mark.reason.splitlines()[0] if mark.reason else 'nobody knows why'}")
        return Seen(ledger.close(), mark)
    try:
        checked = check_run(place, item.id, below, forms=False)
    except DreamgenError as error:
        ledger.wrong("items", item.id, error.message, (_below(folder, places.settled(item.id)),))
        return Seen(ledger.close(), mark)
    if mark is not None and not checked.flaws:
        if why := amiss(place, mark.files, read=True):
            ledger.wrong("records", item.id, why, (_below(folder, places.settled(item.id)),))
        receipt = read_receipt(place / RECEIPT, RunReceipt)
        if receipt is None or receipt.tallies != mark.tallies:
            why = "the mark counts otherwise than the story's receipt"
            ledger.wrong("items", item.id, why, (_below(folder, places.settled(item.id)),))
    return Seen(summed((ledger.close(), checked)), mark)


def _check_dataset(plan: Plan, places: Places, marks: Mapping[str, Settled], ledger: Ledger) -> None:
    index = read_receipt(places.dataset / INDEX, Index)
    name = f"{DATASET}/{INDEX}"
    if index is None:
        ledger.wrong("index", name, "missing or damaged", (name, RECEIPT))
        return
    shards = [read_receipt(places.shard(number), Shard) for number in range(len(plan.shards))]
    for number, (shard, items) in enumerate(zip(shards, plan.shards, strict=True)):
        listed = next((one for one in index.shards if one.number == number), None)
        done = [item.id for item in items if marks[item.id].ended == "done"]
        _check_shard(places, number, shard, listed, done, ledger)
    _check_index(plan, places, marks, index, [shard for shard in shards if shard is not None], ledger)
    _check_sums(places, index, ledger)
    check_dataset(places, index, ledger)


def _check_shard(
    places: Places, number: int, shard: Shard | None, listed: Listed | None, done: Sequence[str], ledger: Ledger
) -> None:
    """One shard: its bytes, and what its rows and samples are about."""
    mark = _below(places.folder, places.shard(number))
    again = (mark, f"{DATASET}/{INDEX}", RECEIPT)
    ledger.looked("shards")
    if shard is None or listed is None or shard.files != listed.files:
        why = "its entry is missing or damaged" if shard is None else "the index has no such row, or another one"
        ledger.wrong("shards", f"{DATASET}: shard {number}", why, again)
        return
    whole = True
    for file in shard.files:
        path = places.dataset / file.name
        ledger.looked("shards")
        why = "missing"
        if path.is_file():
            why = "" if disk.sha256(path) == file.sha256 else "its bytes are not those of the index"
        if why:
            whole = False
            ledger.wrong("shards", f"{DATASET}/{file.name}", why, (f"{DATASET}/{file.name}", *again))
    if whole:
        _check_rows(places, shard, listed, done, ledger, again)


def _check_rows(
    places: Places, shard: Shard, listed: Listed, done: Sequence[str], ledger: Ledger, again: tuple[str, ...]
) -> None:
    where = f"{DATASET}: shard {shard.number}"
    try:
        held = _read(places, shard)
        decisions = read_decisions(places.folder)
        stories = [ShardStory(places.folder, name, decisions) for name in done]
        pairs = {pair.id for story in stories for pair in story.pairs}
        clips = {clip.id for story in stories for clip in story.clips}
    except ImportError as error:
        ledger.note(f"the rows of shards were not read: {error.name} is missing")
        return
    except (OSError, ValueError, KeyError, DreamgenError) as error:
        ledger.wrong("rows", where, f"can't be read: {error}", again)
        return
    ledger.looked("rows", len(held.rows) + len(held.clips) + held.rejects)
    for what, found, wanted in (
        ("pairs", held.rows, pairs), ("pairs of samples", held.asked, pairs), ("clips", held.clips, clips),
    ):  # fmt: skip
        twice, there = len(found) - len(set(found)), set(found)
        if twice or there != wanted:
            why = f"{what}: {len(wanted - there)} missing, {len(there - wanted)} of no story, {twice} twice"
            ledger.wrong("rows", where, why, again)
    if (listed.pairs, listed.clips, listed.rejects) != (len(held.rows), len(held.clips), held.rejects):
        ledger.wrong("rows", where, "not as many as the index says", again)


class Held(NamedTuple):
    """What is in a shard."""

    rows: list[str]
    """Ids of pairs, of its table."""
    asked: list[str]
    """The same, of its samples."""
    clips: list[str]
    """Ids of clips, of its samples."""
    rejects: int


def _read(places: Places, shard: Shard) -> Held:
    files = {file.name.partition("-")[0]: places.dataset / file.name for file in shard.files}
    found = list(samples(files["clips"])) if "clips" in files else []
    return Held(
        rows=[str(row["id"]) for row in rows_of(files["pairs"])],
        asked=[str(pair["id"]) for sample in found for pair in sample["pairs"]],
        clips=[str(sample["id"]) for sample in found],
        rejects=sum(1 for _ in rows_of(files["rejects"])),
    )


def _check_index(
    plan: Plan, places: Places, marks: Mapping[str, Settled], index: Index, shards: Sequence[Shard], ledger: Ledger
) -> None:
    """The sums of all: stories, shards, index and receipt tell the same."""
    name, away = f"{DATASET}/{INDEX}", (f"{DATASET}/{INDEX}", RECEIPT, JOINED)
    done = [item.id for item in plan.items if marks[item.id].ended == "done"]
    aside = len(plan.items) - len(done)
    for tally in index.tallies:
        ledger.looked("index")
        dropped = sum(count for _, count in tally.dropped)
        if tally.made != tally.kept + dropped:
            why = f"{tally.what}: made {tally.made}, but kept {tally.kept} and dropped {dropped}"
            ledger.wrong("index", name, why, away)
    ledger.expect("index", f"{name}: plan", index.plan, plan.key, away)
    ledger.expect("index", f"{name}: shards", len(index.shards), len(plan.shards), away)
    ledger.expect("index", f"{name}: stories", (index.stories, len(index.put_aside)), (len(done), aside), away)
    held = [one for one in index.tallies if one.what == "items"]
    total = len(plan.items) + len(plan.rejects)
    ledger.expect("index", f"{name}: items", [(one.made, one.kept) for one in held], [(total, len(done))], away)
    summed_up = tallied(tally for shard in shards for tally in shard.tallies)
    ledger.expect("index", f"{name}: tallies", _plain(index.tallies, "items"), _plain(summed_up), away)
    for what, own in (("pairs", index.pairs), ("clips", index.clips), ("rejects", index.rejects)):
        ledger.expect("index", f"{name}: {what}", own, sum(getattr(one, what) for one in index.shards), away)
    # what people have rejected since is in the shards' books, and not in those of the stories
    told = _plain(tallied(tally for one in done for tally in marks[one].tallies))
    made = {what: count for what, count, _, _ in told}
    ledger.expect("index", f"{name}: made", {what: count for what, count, _, _ in _plain(summed_up)}, made, away)
    receipt = read_receipt(places.folder / RECEIPT, RunReceipt)
    ledger.looked("index")
    if receipt is None:
        ledger.wrong("index", RECEIPT, "missing or damaged", away)
    elif (receipt.stories, receipt.tallies) != (tuple(done), index.tallies):
        ledger.wrong("index", RECEIPT, "its stories or sums are not those of the index", away)
    joined = [line.name for line in read_lines(places.folder / JOINED, JoinedLine)]
    ledger.expect("index", f"{JOINED}: stories", len(joined), len(done), away)
    if joined != done:
        ledger.wrong("index", JOINED, "its stories are not those of the plan, in order", away)


def _plain(tallies: Sequence[Tally], without: str = "") -> list[tuple[str, int, int, tuple[tuple[str, int], ...]]]:
    return sorted((one.what, one.made, one.kept, one.dropped) for one in tallies if one.what != without)


def _check_sums(places: Places, index: Index, ledger: Ledger) -> None:
    """SHA256SUMS, by which anybody can check the dataset with `sha256sum -c`."""
    path = places.dataset / SUMS
    away = (f"{DATASET}/{SUMS}", RECEIPT)
    try:
        lines = [line.split("  ", 1) for line in path.read_text("utf-8").splitlines()]
        told = {name: digest for digest, name in lines}
    except (OSError, ValueError):
        ledger.wrong("index", f"{DATASET}/{SUMS}", "missing or damaged", away)
        return
    listed = {file.name: file.sha256 for shard in index.shards for file in shard.files}
    for name in (*WORDS, INDEX):
        listed[name] = disk.sha256(places.dataset / name) if (places.dataset / name).is_file() else "missing"
    ledger.looked("index", len(listed))
    for name in sorted(told.keys() | listed.keys()):
        if told.get(name) != listed.get(name):
            ledger.wrong("index", f"{DATASET}/{SUMS}", f"{name} is not as it says", (*away, *_remade(name)))


def _remade(name: str) -> tuple[str, ...]:
    """What is written again with every index."""
    return (f"{DATASET}/{name}",) if name in (*WORDS, INDEX) else ()


def _below(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()
