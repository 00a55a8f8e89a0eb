"""The tasks that a language model may write for: those that words carry, without masks or forms of their own."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

_OTHERWISE: Final = frozenset(
    {
        "caption_matching",
        "dialogue",
        "scene_caption",
        "shot_caption",
        "synopsis",
        "object_description",
        "matching",
        "region_caption",
        "region_localise",
        "region_dense",
        "unanswerable",
        "camera",
        "duration",
    }
)
"""Tasks with a form of their own, and those of which no fact is told."""


@cache
def _taught() -> dict[str, str]:
    tables = tomllib.loads(files("dreamgen.qa").joinpath("data/tasks.toml").read_text("utf-8"))
    return {name: str(table["teaches"]) for name, table in tables.items()}


def writable() -> tuple[str, ...]:
    """Their names, sorted."""
    return tuple(sorted(_taught().keys() - _OTHERWISE))


def described(tasks: Sequence[str]) -> str:
    """One line a task: its name and what it teaches."""
    return "\n".join(f"  {name}: {_taught()[name]}" for name in tasks)
