"""How a bulk run stands, read from its folder alone: marks, journals and signs of life; others may work on meanwhile.

A hundred thousand stories are read in seconds: marks are counted by their names, and only those are opened of which
no journal says that the story is whole.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from dreamgen.bulk.forecast import FEW, SURE, Eta
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Settled, key_of
from dreamgen.bulk.overheard import Lately, Told
from dreamgen.bulk.places import Places
from dreamgen.bulk.signs import LOOKS, Heart, Sign, Vigil
from dreamgen.bulk.spending import Asked, Purse, asked_in
from dreamgen.core.base import Record
from dreamgen.errors import UsageError
from dreamgen.run.books import RECEIPT, read_receipt
from dreamgen.run.bulking import Bulk
from dreamgen.run.recipe import read_recipe

LATELY: Final = 600.0
"""Seconds that rates look back."""
_ID: Final = re.compile(rb'\n\{"id":"([^"]+)"')
_FIGURES: Final = re.compile(r"\d+")
_SAMPLE: Final = 3
"""Stories that are whole and held against the plan: whether something that shapes all of them has changed."""


class DriverNow(Record):
    """A driver that has left a sign of life and not taken it back."""

    name: str
    """Its own."""
    machine: str
    """Where it runs, or ran."""
    process: int
    """Its number there."""
    state: Literal["alive", "dead", "silent"]
    """Whether it lives; silent when it is on another machine and gave no sign while we looked."""


class Aside(Record):
    """A story that could not be made."""

    item: str
    """Its name."""
    reason: str
    """What went wrong, in a line."""
    tries: int
    """How often it failed, or its worker died."""


class Reason(Record):
    """Why several stories could not be made."""

    example: str
    """What the first of them said; the others differ in figures at most."""
    items: tuple[str, ...]
    """Their names."""


class Standing(Record):
    """How a bulk run stands."""

    folder: str
    """Its folder."""
    total: int
    """Stories of the plan."""
    done: int
    """Those that are whole."""
    put_aside: int
    """Those that could not be made."""
    running: int
    """Those in the hands of drivers that are not dead."""
    waiting: int
    """Those between two pools, or between two tries."""
    left: int
    """Those that have not ended, running and waiting ones among them."""
    drivers: tuple[DriverNow, ...]
    """Those that may be at work."""
    a_minute: float
    """Stories that ended a minute, over the last ten minutes."""
    pools: tuple[Lately, ...]
    """What workers did over the last ten minutes."""
    eta: Eta | None
    """When it will be over at that rate; None when nothing ended lately, or nobody works on it."""
    walks: tuple[tuple[str, int], ...]
    """What became of all walks of all drivers so far; of those that are `lost` no end was seen."""
    aside: tuple[Aside, ...]
    """What could not be made, by name."""
    reasons: tuple[Reason, ...]
    """Why, the most frequent first."""
    joined: bool
    """Whether the dataset is written."""
    unplanned: int
    """Stories that ended in this folder and are in its plan no longer: they are in its dataset neither."""
    outdated: bool
    """Whether stories that count as whole will be made again, since the recipe or dreamgen has changed; a sample of
    them tells."""


def standing(
    folder: Path, clock: Callable[[], float] = time.time, wait: Callable[[float], None] = time.sleep
) -> Standing:
    """How the bulk run in a folder stands. Nothing there is changed, and nothing is made anew that changed since.

    Args:
        folder: as given by --out.
        clock: seconds since 1970; nothing but rates depends on it.
        wait: lets seconds pass, while signs of life from other machines are watched.

    Raises:
        UsageError: when there is no bulk run in the folder.
    """
    places = Places(folder)
    if not places.plan.is_file():
        raise UsageError(f"there is no bulk run in {folder}", "Give the folder that `dreamgen bulk` writes to.")
    names = set(_ID.findall(b"\n" + places.plan.read_bytes()))
    told = Told(clock() - LATELY)
    for path in sorted(places.journal("x").parent.glob("*.jsonl")):
        told.read(path)
    drivers = tuple(_drivers(places, _bulk(folder).lease, wait))
    # the journals are older than this look at the marks, so nothing is told to run that has ended
    settled = set(_settled(places))
    ended = names & settled
    marks = _doubtful(places, ended, told)
    bad = [mark for mark in marks if mark and mark.ended == "put_aside"]
    aside = tuple(Aside(item=mark.item, reason=mark.reason, tries=mark.tries) for mark in bad)
    ended_well = len(ended) - marks.count(None) - len(aside)
    working = {driver.name for driver in drivers if driver.state != "dead"}
    stand, left = told.stand(working, names - ended), len(names) - ended_well - len(aside)
    minutes = max(told.newest - told.first, clock() - told.first if working else 0.0, 1.0) / 60
    return Standing(
        folder=str(folder), total=len(names), done=ended_well, put_aside=len(aside), running=stand["running"],
        waiting=stand["waiting"], left=left, drivers=drivers, a_minute=round(told.ends / minutes, 3),
        pools=told.pools(minutes), eta=_eta(left, told.ends, minutes) if working else None, walks=told.all_walks(),
        aside=aside, reasons=tuple(_reasons(aside)),
        joined=(folder / RECEIPT).is_file(), unplanned=len(settled - names),
        outdated=_outdated(places, ended - {mark.item.encode() for mark in bad}),
    )  # fmt: skip


def unplanned(folder: Path, plan: Plan) -> int:
    """How many stories ended in a folder, if there is one, that are not in a plan which is to be made there."""
    return len(set(_settled(Places(folder))) - {item.id.encode() for item in plan.items})


def spent(folder: Path) -> tuple[Asked, ...]:
    """What models were asked for all stories of a plan, by all drivers, whole or not: reads every story's ledger."""
    places = Places(folder)
    purse = Purse(_bulk(folder))
    for name in _ID.findall(b"\n" + places.plan.read_bytes()):
        purse.add(asked_in(places.item(name.decode())))
    return purse.asked


def _outdated(places: Places, whole: set[bytes]) -> bool:
    recipe, data = places.folder / "recipe.toml", b"\n" + places.plan.read_bytes()
    if not recipe.is_file():
        return False
    plan = Plan(items=(), recipe=read_recipe(str(recipe)))
    for name in sorted(whole)[:_SAMPLE]:
        line = data[data.find(b'\n{"id":"%b"' % name) + 1 :].partition(b"\n")[0]
        mark = read_receipt(places.settled(name.decode()), Settled)
        try:
            if mark is not None and mark.key != key_of(Item.model_validate_json(line), plan):
                return True
        except ValidationError:  # written by a dreamgen whose plans were otherwise
            return True
    return False


def _reasons(aside: Sequence[Aside]) -> Iterator[Reason]:
    """Messages that differ in figures alone are one reason."""
    alike: dict[str, list[Aside]] = {}
    for one in aside:
        alike.setdefault(_FIGURES.sub("0", one.reason), []).append(one)
    for some in sorted(alike.values(), key=len, reverse=True):
        yield Reason(example=some[0].reason, items=tuple(one.item for one in some))


def _bulk(folder: Path) -> Bulk:
    recipe = folder / "recipe.toml"
    return read_recipe(str(recipe)).bulk if recipe.is_file() else Bulk()


def _settled(places: Places) -> Iterator[bytes]:
    """The names that have a mark; none is opened."""
    whole = places.settled("x").parent.parent
    for folder in sorted(whole.iterdir()) if whole.is_dir() else ():
        with os.scandir(folder) as found:
            yield from (os.fsencode(entry.name[:-5]) for entry in found if entry.name.endswith(".json"))


def _doubtful(places: Places, ended: set[bytes], told: Told) -> list[Settled | None]:
    """The marks of the stories of which no journal says, as its last word, that they are whole; None for a bad one."""
    names = sorted(item for item in ended if item not in told.last or told.last[item].what != b"done")
    return [read_receipt(places.settled(item.decode()), Settled) for item in names]


def _drivers(places: Places, lease: float, wait: Callable[[float], None]) -> Iterator[DriverNow]:
    heart = Heart(places, "", lease)  # of ours, which never beats: it only knows where we are
    vigil = Vigil(places, heart)
    signs = [sign for path in sorted(places.driver("x").parent.glob("*.json")) if (sign := _sign(path))]
    dead = {sign.name for sign in signs if vigil.dead(sign.name)}
    far = {sign.name: _size(places, sign) for sign in signs if sign.host != heart.sign.host or not sign.host}
    if far:
        wait(1.5 * lease / LOOKS)
    for sign in signs:
        silent = sign.name in far and _size(places, sign) == far[sign.name]
        yield DriverNow(
            name=sign.name, machine=sign.host.partition(" ")[0], process=sign.process,
            state="dead" if sign.name in dead else "silent" if silent else "alive",
        )  # fmt: skip


def _sign(path: Path) -> Sign | None:
    try:
        with path.open("rb") as file:
            return Sign.model_validate_json(file.readline())
    except (OSError, ValidationError):
        return None


def _size(places: Places, sign: Sign) -> int:
    try:
        return places.driver(sign.name).stat().st_size
    except OSError:
        return -1


def _eta(left: int, ends: int, minutes: float) -> Eta | None:
    if not left or not ends:
        return None
    seconds = 60 * left * minutes / ends
    share = SURE / sqrt(ends)
    low, high = (0.5, 3.0) if ends < FEW else (1 / (1 + share), 1 / max(0.5, 1 - share))
    return Eta(seconds=round(seconds, 1), low=round(seconds * low, 1), high=round(seconds * high, 1), binds="")
