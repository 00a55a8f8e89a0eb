"""What is to be made: plots and themes, each in some looks and by some seeds, become items with names that stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

from dreamgen.bulk.items import Item, Plan, item_id, unique
from dreamgen.bulk.places import Places
from dreamgen.bulk.reading import Row, read
from dreamgen.core.base import derive_seed, fingerprint
from dreamgen.core.brief import Brief
from dreamgen.core.receipts import Reject
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run import disk
from dreamgen.run.journal import lines, read_lines
from dreamgen.run.recipe import Recipe, read_recipe

SEEDS: Final = 2**31
"""Seeds that are derived are below."""
CHOSEN: Final = ("quota", "no_quota")
"""Reasons for which something is left out because somebody wished so."""
LEFT_OUT: Final = "plan.rejects.jsonl"
"""In the folder of a bulk run: a line for what of the plots is no item of the plan."""


@dataclass(frozen=True)
class Wanted:
    """What the command says of all stories."""

    plots: tuple[Path, ...] = ()
    """Files and folders."""
    themes: tuple[Path, ...] = ()
    """Files whose texts are themes, where a line does not say otherwise."""
    looks: tuple[str, ...] = ()
    """Each story in each of these; none leaves it to the line and the recipe."""
    seeds: tuple[int, ...] = ()
    """Each story by each of these; none leaves it to the line, or derives it from the story and the recipe's."""
    quotas: tuple[tuple[str, int], ...] = ()
    """Genre and stories of it; none takes all."""
    limit: int = 0
    """Stories at most; 0 for all."""


@dataclass(frozen=True)
class Shortfall:
    """A genre of which there are fewer than its quota asks for."""

    genre: str
    """Its name."""
    wanted: int
    """Its quota."""
    got: int
    """Stories that there are."""


@dataclass(frozen=True)
class Planned:
    """A plan, and what people should know of how it came about."""

    plan: Plan
    """What is to be made."""
    short: tuple[Shortfall, ...] = ()
    """Quotas that are not reached."""
    beyond: int = 0
    """Stories that there would be without the limit."""


def make_plan(wanted: Wanted, recipe: Recipe) -> Planned:
    """Reads what there is and says what to make of it; nothing is left out without a line in the plan's rejects.

    Raises:
        UnreadablePlot: for a file that is named and can't be read.
        UsageError: where there is nothing to make, or nobody to make it.
    """
    found = chain(
        (row for path in wanted.plots for row in read(path)),
        (row for path in wanted.themes for row in read(path, "theme")),
    )
    rejects: list[Reject] = []
    items, again = unique(_items(_usable(found, rejects), wanted, recipe))
    rejects += again
    if not items:
        raise _nothing(rejects)
    items, short, over = _within(items, wanted.quotas, recipe.seed)
    rejects += over
    if not items:
        asked = ", ".join(genre for genre, _ in wanted.quotas)
        there = sorted({one.detail for one in over})
        raise UsageError(f"no story is of the genres asked for: {asked}", f"There are: {', '.join(there)}")
    taken = items[: wanted.limit or len(items)]
    _writable(taken, recipe)
    return Planned(Plan(items=taken, rejects=tuple(rejects), recipe=recipe), short, len(items) - len(taken))


def _usable(found: Iterable[Row | Reject], rejects: list[Reject]) -> Iterator[Row]:
    for one in found:
        if isinstance(one, Reject):
            rejects.append(one)
        else:
            yield one


def _items(rows: Iterable[Row], wanted: Wanted, recipe: Recipe) -> Iterator[Item]:
    for row in rows:
        source = fingerprint(row.source)
        # another seed for every story, or all of them would be filmed alike
        own = row.seed if row.seed is not None else derive_seed(recipe.seed, "bulk", source) % SEEDS
        for look in wanted.looks or (row.look or recipe.look,):
            for seed in wanted.seeds or (own,):
                name = item_id(row.words, [source, seed, look])
                yield Item(id=name, source=row.source, seed=seed, look=look)


def _within(
    items: tuple[Item, ...], quotas: Sequence[tuple[str, int]], seed: int
) -> tuple[tuple[Item, ...], tuple[Shortfall, ...], tuple[Reject, ...]]:
    """As many of each genre as its quota says, drawn by lot: an item's lot does not depend on the others."""
    if not quotas:
        return items, (), ()
    of: dict[str, list[Item]] = {genre: [] for genre, _ in quotas}
    for item in items:
        of.setdefault(_genre(item), []).append(item)
    taken: set[str] = set()
    short = []
    for genre, count in quotas:
        drawn = sorted(of[genre], key=lambda item: derive_seed(seed, "quota", item.id))
        taken.update(item.id for item in drawn[:count])
        if len(drawn) < count:
            short.append(Shortfall(genre, count, len(drawn)))
    named = dict(quotas)
    over = tuple(
        Reject(
            what=item.id, kind="item", stage="plan", reason="quota" if _genre(item) in named else "no_quota",
            detail=_genre(item) or "it has no genre",
        )
        for item in items
        if item.id not in taken
    )  # fmt: skip
    return tuple(item for item in items if item.id in taken), tuple(short), over


def _genre(item: Item) -> str:
    return " ".join(item.source.genre.lower().split())


def _nothing(rejects: Sequence[Reject]) -> UsageError:
    if not rejects:
        return UsageError("there is nothing to make", "Name files or folders with plots, or --themes FILE.")
    why = ", ".join(f"{count} {reason}" for reason, count in Counter(one.reason for one in rejects).most_common())
    first = "; ".join(f"{one.what}: {one.reason}, {one.detail}" for one in islice(rejects, 3))
    return UsageError(f"nothing of it can be used: {why}", first)


def _writable(items: Sequence[Item], recipe: Recipe) -> None:
    themes = [item for item in items if isinstance(item.source, Brief) and item.source.sort == "theme"]
    if themes and not recipe.asks:
        raise UsageError(
            f"{themes[0].id} is a theme, and a theme needs a language model to invent its story",
            "Add --model NAME, or a recipe with story.backend = chat.",
        )


def write_left_out(plan: Plan, folder: Path) -> None:
    """Puts down why what is not in the plan is not in it, so that `read_plan` finds it."""
    disk.write_whole(folder / LEFT_OUT, lines(plan.rejects))


def write_plan(plan: Plan, folder: Path) -> None:
    """Puts a plan down as a driver does, unless one has begun here: it knows better what it follows."""
    if not Places(folder).journal("x").parent.exists():
        disk.write_whole(Places(folder).plan, lines(plan.items))
        disk.write_whole(folder / "recipe.toml", plan.recipe.toml())
        write_left_out(plan, folder)


def read_plan(folder: Path) -> Plan:
    """The plan that a bulk run's folder was made by.

    Raises:
        UsageError: when there is none.
        DreamgenError: when its file is damaged.
    """
    places = Places(folder)
    if not places.plan.is_file():
        raise UsageError(f"there is no bulk run in {folder}", "Give the folder that `dreamgen bulk` wrote to.")
    try:
        items, rejects = read_lines(places.plan, Item), read_lines(folder / LEFT_OUT, Reject)
    except DreamgenError as error:
        raise DreamgenError(
            error.message, "Run `dreamgen bulk` with the same plots, options and --out: it is then written again."
        ) from None
    return Plan(items=items, rejects=rejects, recipe=read_recipe(str(folder / "recipe.toml")))
