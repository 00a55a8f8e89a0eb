"""What is damaged in a bulk run is taken away, while nobody makes anything in it."""

from __future__ import annotations

from pathlib import Path

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.places import Places
from dreamgen.errors import DreamgenError
from dreamgen.run.books import RECEIPT, STORIES
from dreamgen.run.flaws import Checked
from dreamgen.run.recipe import read_recipe


def mend_bulk(folder: Path, checked: Checked) -> Checked:
    """Takes away what is damaged, and what vouches for it, so that a rerun makes it again.

    What a living driver has in hand looks like damage, so nothing is taken from it. Of one on another machine it waits
    until it is known whether it lives, up to a lease.

    Args:
        folder: of the bulk run.
        checked: what was found.

    Raises:
        DreamgenError: when somebody works in it.
    """
    # a driver that begins meanwhile sees this sign of life, of one that follows no plan, and lets the folder be
    mine = Claims(Places(folder), "", read_recipe(str(folder / "recipe.toml")).bulk.lease)
    mine.live()
    try:
        if others := mine.strangers():
            raise DreamgenError(
                f"a driver (process {others[0].process}) works in {folder}: what it has in hand looks like damage",
                "Wait until it has finished; nothing was taken away.",
            )
        return _taken_away(folder, checked)
    finally:
        mine.leave()


def _taken_away(folder: Path, checked: Checked) -> Checked:
    places = Places(folder)
    items = {flaw.item for flaw in checked.flaws if flaw.item}
    away = {folder / name for flaw in checked.flaws for name in flaw.away}
    for item in items:
        place = places.item(item)
        away |= {places.settled(item), place / RECEIPT, *place.glob(f"{STORIES}/*/{RECEIPT}")}
    if away:
        away.add(folder / RECEIPT)
    gone = [path for path in sorted(away) if path.is_file()]
    for path in gone:
        path.unlink()
    return checked.model_copy(update={"mended": len(gone)})
