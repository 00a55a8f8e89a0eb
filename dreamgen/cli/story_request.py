"""What `dreamgen story` was asked for: what to film, into which folder, by which recipe."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.errors import UsageError
from dreamgen.run.filming import Source
from dreamgen.run.recipe import Recipe, read_recipe
from dreamgen.story.expansion.factors import read_factors
from dreamgen.story.genres import LONGEST
from dreamgen.story.plots import read_source

LONGEST_NAME = 60
"""Letters of a folder's name."""


@dataclass(frozen=True)
class Model:
    """The options that name a language model and say how much it may write."""

    name: str | None = None
    """--model"""
    base_url: str | None = None
    """--base-url"""
    expand: str | None = None
    """--expand"""
    max_calls: int | None = None
    """--max-calls"""
    max_tokens: int | None = None
    """--max-tokens"""

    @property
    def changes(self) -> list[str]:
        """What they change in a recipe, as `--set` would say it."""
        said = (
            ("chat.model", self.name), ("chat.base_url", self.base_url), ("story.expand", _factors(self.expand)),
            ("chat.max_calls", self.max_calls), ("chat.max_tokens", self.max_tokens),
        )  # fmt: skip
        return [f"{key}={json.dumps(value)}" for key, value in said if value is not None]


def source_of(plot: Path | None, theme: str | None, genre: str | None) -> Source:
    """What to film: a plot or a planned story from its file, or a theme to invent a story for.

    Raises:
        UsageError: when there is nothing to film, or both a plot and a theme or genre.
        UnreadablePlot: for a file that is no plot.
    """
    if plot is not None:
        if theme is not None or genre is not None:
            raise UsageError(
                "a plot is planned as it says; a theme or a genre is for a story that is invented",
                "Give either the plot's file, or --theme and --genre.",
            )
        return read_source(plot)
    if theme is None and genre is None:
        raise UsageError(
            "there is nothing to make a film of",
            'Name a text file with a plot, or let a model invent: --theme "a lost letter" --model NAME',
        )
    for option, text in (("theme", theme), ("genre", genre)):
        if text is not None and not text.strip():
            raise UsageError(f"--{option} says nothing", "Write a few words, or leave it away.")
    kind = " ".join((genre or "").lower().split())
    if len(kind) > LONGEST:
        raise UsageError(f"a genre has {LONGEST} letters at most", "Say more in --theme.")
    return Brief(text=(theme or kind).strip(), sort="theme", genre=kind)


def recipe_of(name: str, changes: Sequence[str], model: Model, source: Source) -> Recipe:
    """The recipe with all changes; a model that is named writes the story.

    Raises:
        UsageError: for a recipe or change that does not exist, or a model where nothing is left to write.
    """
    said = model.changes
    if isinstance(source, Story):
        if said:
            raise UsageError(
                "the story is planned already, so there is nothing for a model to write",
                "Leave --model, --base-url, --expand, --max-calls and --max-tokens away.",
            )
        # nobody writes, so nobody need be ready to
        return read_recipe(name, [*changes, "story.backend=rules"])
    asked = read_recipe(name, changes).asks
    if said and not asked and model.name is None:
        raise UsageError("no language model is named to write the story", "Add --model NAME.")
    # another backend has other options, so the writer comes before what --set says of it
    first = [] if asked or not said else ["story.backend=chat"]
    return read_recipe(name, [*first, *changes, *said])


def folder_of(plot: Path | None, source: Source) -> Path:
    """Where the run goes when nobody says: in outputs/, by the name of the plot's file, planned story or theme."""
    if isinstance(source, Story):
        return Path("outputs") / source.id
    name = folder_name(plot) if plot else _dashed(source.text.lower())[:LONGEST_NAME].strip("-")
    return Path("outputs") / (name or "theme")


def folder_name(plot: Path) -> str:
    """The name of a plot's run: its file's name without the ending, with dashes for all but letters and digits."""
    return _dashed(plot.stem) or "plot"


def _factors(text: str | None) -> str | None:
    factors = None if text is None else read_factors(text)
    return str(factors) if factors else None


def _dashed(text: str) -> str:
    return re.sub(r"[^\w-]+", "-", text).strip("-")
