"""Many stories in one small file, and made again from it: see `run/packing.py` for what is kept of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.executing import Executor
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Settled, key_of, read_mark, write_mark
from dreamgen.bulk.places import ITEMS, Places
from dreamgen.bulk.plan import LEFT_OUT, read_plan
from dreamgen.bulk.viewing import UNSEEN, View
from dreamgen.core.receipts import Receipt
from dreamgen.core.story import Story
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.metrics.shortcuts.audit import Audit
from dreamgen.run import folder, keys, packing, unpacking
from dreamgen.run.auditing import SHORTCUTS
from dreamgen.run.books import RECEIPT, STORIES, read_receipt
from dreamgen.run.comparing import Compared, compare, reasons, same_pairs, together
from dreamgen.run.cores import SHARDS
from dreamgen.run.decisions import DECISIONS
from dreamgen.run.filming import Desk, kept_story, story_key
from dreamgen.run.folder import DATASET
from dreamgen.run.opened import JOINED
from dreamgen.run.packed import FILES, KEPT, Unit, read_members, unit_of
from dreamgen.run.packing import WRITTEN, Leaf, Packed
from dreamgen.run.recipe import read_recipe
from dreamgen.run.store import Entry, Store
from dreamgen.run.trusting import writer_doubts
from dreamgen.run.watch import SILENT, Watch

ELSEWHERE: Final = (ITEMS, "settled", "claims", "drivers", "journal", "logs", "probe")
"""Folders of a bulk run whose files are a story's, or are of no use once it is over."""
_MADE: Final = ("recipe.toml", "plan.jsonl", LEFT_OUT, JOINED, RECEIPT)


def pack(where: Path, out: Path, *, answers: bool = True, watch: Watch = SILENT) -> Packed:
    """Packs a bulk run, one story after the other.

    Args:
        where: its folder.
        out: the file to write.
        answers: whether to keep what models answered; without it they are asked again.
        watch: hears how it goes.

    Raises:
        UsageError: when a story has not ended yet.
        DreamgenError: when a file is not as it was made.
    """
    plan, places = read_plan(where), Places(where)
    marks = {item.id: _mark(places, item, plan) for item in plan.items}
    code = next((_code(places.item(name)) for name, mark in marks.items() if mark.ended == "done"), "")
    return packing.pack_all(
        packing.header("bulk", code, plan.recipe), _leaves(places, plan, marks, answers, watch), out
    )


def _mark(places: Places, item: Item, plan: Plan) -> Settled:
    mark = read_receipt(places.settled(item.id), Settled)
    if mark is None:
        raise UsageError(f"{item.id} has not ended yet", "Run `dreamgen bulk` again to its end, then pack it.")
    return mark


def _code(place: Path) -> str:
    """The fingerprint of the package that made a story."""
    found = next((read_receipt(path, Receipt) for path in place.glob(f"{STORIES}/*/{RECEIPT}")), None)
    return dict(found.inputs).get("code", "") if found else ""


def _leaves(places: Places, plan: Plan, marks: dict[str, Settled], answers: bool, watch: Watch) -> Iterator[Leaf]:
    yield _whole(places, marks)
    watch.begins(packing.STAGE, len(plan.items), 0)
    try:
        for item in plan.items:
            where, mark = places.item(item.id), marks[item.id]
            place = where.relative_to(places.folder).as_posix()
            if mark.ended == "put_aside":
                yield Leaf(where, Unit(place=place, kind="story", aside=mark.reason or "unknown"), (), ())
            else:
                yield packing.leaf_of(where, place, answers=answers)
            watch.made(packing.STAGE, item.id)
    finally:
        watch.ends(packing.STAGE)


def _whole(places: Places, marks: dict[str, Settled]) -> Leaf:
    """What is of all stories together."""
    names = sorted(own_files(places.folder))
    made = dict.fromkeys((*_MADE, *filter(_of_shards, names)), "")
    files = tuple(packing.file_line(places.folder, name, made, {}) for name in names)
    audit = read_receipt(places.folder / SHORTCUTS, Audit)
    wanted = ("recipe.toml", "plan.jsonl", LEFT_OUT, DECISIONS, *((SHORTCUTS,) if audit and audit.model else ()))
    aside = (places.settled(name) for name, mark in marks.items() if mark.ended == "put_aside")
    kept = (
        *(name for name in wanted if name in names),
        *(path.relative_to(places.folder).as_posix() for path in aside),
    )
    return Leaf(places.folder, Unit(place="", kind="bulk"), files, kept)


def _of_shards(name: str) -> bool:
    """Whether a file is one of the dataset's shards, or tells of them; other forms are written by other verbs."""
    folder, _, file = name.rpartition("/")
    return bool(file) and folder in (DATASET, f"{DATASET}/{SHARDS}")


def own_files(where: Path) -> Iterator[str]:
    """The files of a bulk run that are of no single story."""
    for top in where.iterdir():
        if top.is_dir() and top.name not in ELSEWHERE:
            yield from (f"{top.name}/{name}" for name in packing.files_of(top))
    yield from (name for name in packing.files_of(where, deep=False))


def unpack(
    pack: Path, out: Path, executor: Executor, view: View = UNSEEN, watch: Watch = SILENT, *, trusted: bool = False,
    changes: Sequence[str] = (),
) -> Compared:  # fmt: skip
    """Renders the stories of a pack again, several at once.

    Args:
        pack: the file.
        out: the folder; new, or one in which the same pack was begun.
        executor: runs the workers.
        view: hears how the stories are made.
        watch: hears how the stories are held against the pack.
        trusted: whether its recipe may name any code and any server.
        changes: to the recipe's table [bulk]: another machine has other workers.

    Raises:
        UsageError: when a change is to something else, the folder holds something else, or the recipe wants to be
            trusted.
        DreamgenError: for a file that is no pack, or when too many stories fail.
    """
    other = [change for change in changes if not change.strip().startswith("bulk.")]
    if other:
        raise UsageError(
            f"--set {other[0]} would change what is made", "Only keys of [bulk] can be set: bulk.pools=..."
        )
    header = unpacking.check_all(pack, trusted=trusted)
    _check_ours(out)
    plan = _changed(place(pack, out), out, changes)
    if not trusted:
        _check_written(Places(out), plan)
    run_bulk(plan, out, executor, view)
    now = packing.header(header.kind, keys.package_version(), plan.recipe)
    found = together(_compared(pack, out, watch))
    return found.model_copy(update={"reasons": tuple(reasons(header, now))})


def _check_ours(out: Path) -> None:
    if not (out / "plan.jsonl").is_file():
        folder.check_ours(out)
        if (out / "recipe.toml").is_file() and not (out / ITEMS).is_dir():
            raise UsageError(f"{out} holds another run", "Name a new folder with --out.")


def _changed(plan: Plan, out: Path, changes: Sequence[str]) -> Plan:
    """The plan, worked on by others; what is made of it stays."""
    old, new = plan.recipe, read_recipe(str(out / "recipe.toml"), changes)
    if (new.bulk.shard, new.holdout) != (old.bulk.shard, old.holdout):
        raise UsageError("bulk.shard and holdout shape the dataset", "Leave them as they are in the pack.")
    return plan.model_copy(update={"recipe": old.model_copy(update={"bulk": new.bulk})})


def place(pack: Path, out: Path) -> Plan:
    """Puts what a pack keeps in its place; every story gets the key that this dreamgen asks for, so none is written."""
    plan: Plan | None = None
    items: dict[str, Item] = {}
    places = Places(out)
    for member in read_members(pack):
        if not member.name.startswith(KEPT):
            if plan is None and member.name.startswith(f"{FILES}{ITEMS}/"):
                plan = read_plan(out)
                items = {places.item(item.id).relative_to(out).as_posix(): item for item in plan.items}
            continue
        name = member.name.removeprefix(KEPT)
        where = "/".join(name.split("/")[:3])
        if plan is not None and where in items and name == f"{where}/{WRITTEN}":
            _put_story(out, where, items[where], plan, member.data)
        else:
            unpacking.put(out, name, member.data)
    plan = plan or read_plan(out)
    _settle_aside(places, plan)
    return plan


def _check_written(places: Places, plan: Plan) -> None:
    """A story that the pack has not is written anew, and the recipe says who is asked, and with which key of ours."""
    found = writer_doubts(plan.recipe)
    for item in plan.items if found else ():
        if not isinstance(item.source, Story) and read_mark(places, item, plan) is None:
            recipe = item.recipe(plan.recipe)
            if kept_story(Desk(Store(places.item(item.id)), recipe), item.source) is None:
                raise UsageError(
                    f"the pack has not the story of {item.id}, and its recipe wants to be trusted: {'; '.join(found)}",
                    "Add --trusted if you know who packed it.",
                )


def _put_story(out: Path, where: str, item: Item, plan: Plan, data: bytes) -> None:
    recipe = item.recipe(plan.recipe)
    key = story_key(Desk(Store(out / where), recipe), item.source)
    try:
        entry = Entry.model_validate_json(data)
    except ValidationError:
        raise DreamgenError(f"the story of {item.id} can't be read", "Pack the run again.") from None
    if entry.made.key != key:
        entry = entry.model_copy(update={"made": entry.made.model_copy(update={"key": key})})
        data = entry.model_dump_json(indent=1).encode()
    unpacking.put(out, f"{where}/{WRITTEN}", data)


def _settle_aside(places: Places, plan: Plan) -> None:
    """What was put aside stays so."""
    for item in plan.items:
        mark = read_receipt(places.settled(item.id), Settled)
        if mark is not None and mark.ended == "put_aside" and read_mark(places, item, plan) is None:
            write_mark(places, mark.model_copy(update={"key": key_of(item, plan)}))


def _compared(pack: Path, out: Path, watch: Watch) -> Iterator[Compared]:
    units = sum(member.name.startswith(FILES) for member in read_members(pack))
    watch.begins(unpacking.STAGE, units, 0)
    try:
        for member in read_members(pack):
            if member.name.startswith(FILES):
                unit, files = unit_of(pack, member)
                there = None if unit.place else own_files(out)
                if not unit.aside:
                    yield compare(out / unit.place, unit.place, files, there)
                watch.made(unpacking.STAGE, unit.place or "dataset")
            elif member.name.endswith("/pairs.jsonl"):
                path = out / member.name.removeprefix(KEPT)
                yield from same_pairs([path] if path.is_file() else [], member.data.splitlines())
    finally:
        watch.ends(unpacking.STAGE)
