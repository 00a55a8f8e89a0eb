"""What of a recipe that somebody else wrote could do harm: code that it names, and servers that get a key of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dreamgen.run.books import asks
from dreamgen.run.recipe import Choice, Recipe

_STAGES: Final = ("story", "style", "render", "clip", "embed", "annotate", "verify", "qa", "screen", "export")


def doubts(recipe: Recipe) -> tuple[str, ...]:
    """What somebody who does not know where a recipe comes from should know of it, in words; mostly nothing.

    Nothing that it names is loaded.
    """
    # who asks what is looked up in the classes, which must not be loaded where they are foreign
    return tuple(_foreign(recipe)) or tuple(_servers(recipe))


def _foreign(recipe: Recipe) -> Iterator[str]:
    for stage in _STAGES:
        found = getattr(recipe, stage)
        for choice in (found,) if isinstance(found, Choice) else found:
            if ":" in choice.backend:
                yield f"{stage} would run {choice.backend}, which is no backend of dreamgen"


def _servers(recipe: Recipe) -> Iterator[str]:
    for table in ("chat", "vision"):
        model = getattr(recipe, table)
        where = model.base_url or (f"{model.model} with the key in {model.key_env}" if model.key_env else "")
        if where and asks(recipe, "chat" if table == "chat" else "vision"):
            yield f"{table} would ask {where}"
