"""Sorts clips into categories, and keeps so many of each (HICom, Liu et al. 2025, appendix A and table A2).

A clip belongs to the category whose text is nearest to it in the space of a network that reads; without one, to the
one whose words stand in its title and labels; else to none.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, StringConstraints, ValidationError

from dreamgen.core.base import Record, derived_random
from dreamgen.core.found import Source
from dreamgen.errors import UsageError

UNKNOWN: Final = "unknown"
"""The category of what belongs to none."""

By = Literal["similarity", "words", "none"]
"""How a clip came to its category."""


class Category(Record):
    """One sort of videos."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    """Short."""
    text: str = Field(min_length=1)
    """A sentence that a network compares with clips: A video about cooking activity."""
    words: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...] = ()
    """Words of labels and titles that stand for it."""


class Sorting(Record):
    """How clips are sorted, and how many of each category are kept. The recipe's table `[categories]`."""

    file: str = ""
    """A TOML file with a table for each category, or a text file with one sentence a line; empty for HICom's 29."""
    quota: int = Field(default=0, ge=0)
    """Most of one category that are kept, those that fit it best; 0 keeps all. HICom keeps 1500."""
    extra: int = Field(default=0, ge=0)
    """How many of the others are kept besides, by lot, where there is a quota. HICom keeps 10000."""
    count: Literal["clips", "videos"] = "clips"
    """What is counted. A video that is kept keeps all its clips."""

    def ready(self) -> None:
        """Reads the list once.

        Raises:
            UsageError: for a list that can't be read.
        """
        read_categories(self.file)


class Sorted(Record):
    """Where one clip, or one video, belongs."""

    what: str
    """Its id."""
    category: str
    """The id of its category, or `unknown`."""
    by: By
    """How that was found out."""
    score: float = 0.0
    """How well it fits: a cosine, or the number of words."""
    also: int = Field(default=0, ge=0)
    """How many other categories' words it has too."""
    kept: Literal["quota", "extra", "all", ""] = "all"
    """Why it is kept; empty for what is not."""


def read_categories(path: str = "") -> tuple[Category, ...]:
    """The categories of a file, or the 29 of HICom.

    Raises:
        UsageError: for a file that can't be read, or with a category that is wrong or there twice.
    """
    if not path:
        return _tables(
            files("dreamgen.annotate").joinpath("data/categories.toml").read_text("utf-8"), "categories.toml"
        )
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} can't be read as a list of categories: {error}", "Give a TOML or a text file."
        ) from None
    found = _tables(text, path) if path.endswith(".toml") else _lines(text)
    if not found:
        raise UsageError(f"{path} names no category", "Write one sentence a line, such as: A video about cooking.")
    twice = [name for name, times in Counter(one.id for one in found).items() if times > 1]
    if twice:
        raise UsageError(f"{path} names the category {twice[0]} twice", "Leave one of them out.")
    return found


def _tables(text: str, where: str) -> tuple[Category, ...]:
    try:
        return tuple(Category(id=name, **table) for name, table in tomllib.loads(text).items())
    except (tomllib.TOMLDecodeError, ValidationError, TypeError) as error:
        said = str(error).splitlines()[0]
        raise UsageError(
            f"{where} is no list of categories: {said}",
            'Write a table for each: [birds], and below it text = "A video about birds."',
        ) from None


def _lines(text: str) -> tuple[Category, ...]:
    told = (" ".join(line.split()) for line in text.splitlines())
    return tuple(Category(id=_id(line), text=line) for line in told if line and not line.startswith("#"))


def _id(line: str) -> str:
    name = re.sub(r"^(?:a|an|the) (?:\w+ )?(?:video|clip)s? (?:about|of) |\W*$", "", line.casefold())
    return re.sub(r"[^a-z0-9]+", "_", name).strip("_") or "category"


def by_similarity(names: Sequence[str], near: NDArray[np.floating], categories: Sequence[Category]) -> list[Sorted]:
    """Each clip in the category that it is nearest to; of equals the first in the list, and in none without a vector.

    Args:
        names: the clips' ids.
        near: (clips, categories), the cosine of each clip and each category's text.
        categories: in the order of the columns.
    """
    best = np.argmax(near, axis=1)
    # a clip that could not be looked at has a vector of zeros, which is as near to every text
    seen = np.any(near != 0, axis=1)
    return [
        Sorted(what=name, category=categories[at].id, by="similarity", score=round(float(near[row, at]), 6))
        if seen[row]
        else Sorted(what=name, category=UNKNOWN, by="none")
        for row, (name, at) in enumerate(zip(names, best, strict=True))
    ]


def by_words(sources: Mapping[str, Source], categories: Sequence[Category]) -> list[Sorted]:
    """Each clip in the category most of whose words stand in its source's labels and title; of equals the first.

    Args:
        sources: where each clip comes from, by the clip's id.
        categories: an empty `words` is the category's id alone.
    """
    known = [(one.id, _pattern(one)) for one in categories]
    return [_by_words(name, source, known) for name, source in sources.items()]


def _by_words(name: str, source: Source, known: Sequence[tuple[str, re.Pattern[str]]]) -> Sorted:
    text = " | ".join((*source.labels, source.title)).replace("_", " ")
    hits = [(len({hit.casefold() for hit in pattern.findall(text)}), category) for category, pattern in known]
    most = max(count for count, _ in hits)
    if most == 0:
        return Sorted(what=name, category=UNKNOWN, by="none")
    category = next(category for count, category in hits if count == most)
    return Sorted(
        what=name, category=category, by="words", score=float(most), also=sum(count > 0 for count, _ in hits) - 1
    )


def _pattern(category: Category) -> re.Pattern[str]:
    words = category.words or (category.id.replace("_", " "),)
    longest = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)


def choose(found: Iterable[Sorted], sorting: Sorting, seed: int) -> tuple[Sorted, ...]:
    """What is kept: of each category those that fit it best, and of the others some by lot; in the order of `found`.

    Equals come by lot, which depends on the seed and the name alone. What belongs to no category is among the others.
    """
    every = list(found)
    if not sorting.quota:
        return tuple(one.model_copy(update={"kept": "all"}) for one in every)
    lot = {one.what: derived_random(seed, "quota", one.what).random() for one in every}
    ranked = sorted(every, key=lambda one: (-one.score, lot[one.what], one.what))
    taken: Counter[str] = Counter()
    kept: dict[str, str] = {}
    for one in ranked:
        if one.category != UNKNOWN and taken[one.category] < sorting.quota:
            taken[one.category] += 1
            kept[one.what] = "quota"
    rest = sorted((one.what for one in every if one.what not in kept), key=lambda name: (lot[name], name))
    kept |= dict.fromkeys(rest[: sorting.extra], "extra")
    return tuple(one.model_copy(update={"kept": kept.get(one.what, "")}) for one in every)
