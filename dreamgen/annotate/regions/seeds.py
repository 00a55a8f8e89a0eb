"""Things as they are pointed out, before they are followed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from dreamgen.annotate.regions.prompts import Prompt
from dreamgen.annotate.regions.words import category_of
from dreamgen.annotate.tracks import Category
from dreamgen.engines.segmenting import Hint, Reel


@dataclass(frozen=True)
class Seed:
    """One thing that is to be followed."""

    entity: str
    """How claims and masks will call it."""
    what: str
    """What a viewer would call it."""
    category: Category
    """The sort of thing it is."""
    hints: tuple[Hint, ...]
    """Where it is, in annotated frames."""


def fresh_name(what: str, taken: Collection[str]) -> str:
    """An id that nobody has yet: dog-2."""
    stem = re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-") or "thing"
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-{number}") not in taken)


def seeds_of(prompts: Iterable[tuple[Prompt, int]], reel: Reel, taken: Collection[str]) -> list[Seed]:
    """The things that a person pointed out in one clip, in the order of the file.

    Args:
        prompts: each with its frame of the clip.
        reel: the clip.
        taken: ids that others have.
    """
    things: dict[object, list[tuple[Prompt, int]]] = {}
    for number, (prompt, frame) in enumerate(prompts):
        things.setdefault(prompt.id or number, []).append((prompt, frame))
    seeds: list[Seed] = []
    for some in things.values():
        first = some[0][0]
        hints: dict[int, Hint] = {}
        for prompt, frame in some:
            place = reel.place(frame) * reel.step
            before = hints.get(place)
            box = prompt.bounds or (before.box if before else None)
            hints[place] = Hint(place, box, (*(before.points if before else ()), *prompt.clicks))
        name = fresh_name(first.what, {*taken, *(seed.entity for seed in seeds)})
        seeds.append(Seed(name, first.what, first.category or category_of(first.what), tuple(hints.values())))
    return seeds
