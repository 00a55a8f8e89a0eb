"""What of a recipe that somebody else wrote could do harm: code that it names, and servers that get a key of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from dreamgen.run.books import asks
from dreamgen.run.recipe import Choice, Recipe

_WRITER: Final = "story"
_LATER: Final = ("style", "render", "clip", "embed", "annotate", "verify", "qa", "screen", "export")


def doubts(recipe: Recipe) -> tuple[str, ...]:
    """What somebody who does not know where a recipe comes from should know of it, in words; mostly nothing.

    Nothing that it names is loaded. Of the story's writer only foreign code counts: see `writer_doubts`.
    """
    # who asks what is looked up in the classes, which must not be loaded where they are foreign
    return tuple(_foreign(recipe)) or (*_tables(recipe), *_options(recipe, _LATER))


def writer_doubts(recipe: Recipe) -> tuple[str, ...]:
    """Which servers the story's writer would ask; it matters where a story is not there yet."""
    if not recipe.asks:
        return ()
    where = _where(recipe.chat.model_dump())
    return (*([f"{_WRITER} would ask {where}"] if where else []), *_options(recipe, (_WRITER,)))


def _foreign(recipe: Recipe) -> Iterator[str]:
    for stage in (_WRITER, *_LATER):
        for choice in _choices(recipe, stage):
            if ":" in choice.backend:
                yield f"{stage} would run {choice.backend}, which is no backend of dreamgen"


def _tables(recipe: Recipe) -> Iterator[str]:
    for table in ("chat", "vision"):
        where = _where(getattr(recipe, table).model_dump())
        if where and asks(recipe, "chat" if table == "chat" else "vision"):
            yield f"{table} would ask {where}"


def _options(recipe: Recipe, stages: Sequence[str]) -> Iterator[str]:
    """A backend may have a model of its own among its options, in the place of the recipe's."""
    for stage in stages:
        for choice in _choices(recipe, stage):
            named = map(_where, _mappings(dict(choice.options)))
            yield from (f"{stage} would ask {where}" for where in named if where)


def _choices(recipe: Recipe, stage: str) -> Sequence[Choice]:
    found = getattr(recipe, stage)
    return (found,) if isinstance(found, Choice) else found


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _mappings(part)


def _where(model: Mapping[str, Any]) -> str:
    """The server that a model is asked at, or the key that it is asked with, where somebody chose one; else empty."""
    key = model.get("key_env")
    return str(model.get("base_url") or (f"{model.get('model')} with the key in {key}" if key else ""))
