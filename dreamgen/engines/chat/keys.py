"""Keys that a model has misspelt get the names of the fields that they were meant for."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from rapidfuzz.distance import OSA

NEAREST: Final = 0.75
"""How alike a key and a field's name must be, 0-1."""
CLEAR: Final = 0.15
"""How much less alike any other field that is missing must be."""


def mended_keys(found: Any, shape: Any, where: str = "") -> tuple[Any, tuple[str, ...]]:
    """JSON values with misspelt keys mended, and what is wrong with the keys that belong nowhere.

    A key gets a field's name when that field is missing, and no other is nearly as near.

    An object that stands in another one, under a name of the model's own, is taken out of it.

    Args:
        found: the values.
        shape: the type that they are to be read into.
        where: the place of `found` in the reply.
    """
    shape = _plain(shape)
    if isinstance(found, dict) and isinstance(shape, type) and issubclass(shape, BaseModel):
        return _mended_object(found if where else _unwrapped(found, shape), shape, where)
    items = _items(shape)
    if isinstance(found, list) and items is not None:
        pairs = [mended_keys(each, items, f"{where}[{number}]") for number, each in enumerate(found, 1)]
        return [value for value, _ in pairs], tuple(line for _, lines in pairs for line in lines)
    return found, ()


def _unwrapped(found: Mapping[str, Any], shape: type[BaseModel]) -> Mapping[str, Any]:
    inner = next(iter(found.values())) if len(found) == 1 else None
    fits = isinstance(inner, dict) and shape.model_fields.keys() & inner.keys()
    return inner if fits and not shape.model_fields.keys() & found.keys() else found  # type: ignore[return-value]


def _mended_object(found: Mapping[str, Any], shape: type[BaseModel], where: str) -> tuple[Any, tuple[str, ...]]:
    fields = shape.model_fields
    missing = [name for name in fields if name not in found]
    names: dict[str, str] = {}
    wrong: list[str] = []
    for key in (key for key in found if key not in fields):
        name = _nearest(key, missing)
        if name is None or name in names.values():
            wrong.append(f"{where + '.' if where else ''}{key[:60]} is not asked for.")
        else:
            names[key] = name
    mended: dict[str, Any] = {}
    for key, value in found.items():
        name = names.get(key, key)
        if name in fields:
            inner = f"{where}.{name}" if where else name
            mended[name], lines = mended_keys(_unset(value, fields[name].annotation), fields[name].annotation, inner)
            wrong.extend(lines)
    return mended, tuple(wrong)


def _nearest(key: str, missing: list[str]) -> str | None:
    ranked = sorted(((OSA.normalized_similarity(_bare(key), _bare(name)), name) for name in missing), reverse=True)
    if not ranked or ranked[0][0] < NEAREST:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEAR:
        return None
    return ranked[0][1]


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _unset(value: Any, shape: Any) -> Any:
    """An empty text where there may be nothing is nothing."""
    return None if value == "" and any(_plain(each) is type(None) for each in get_args(shape)) else value


def _plain(shape: Any) -> Any:
    """A type without what is written around it; of a type that may be None, the other."""
    if get_origin(shape) is Annotated:
        return _plain(get_args(shape)[0])
    if get_origin(shape) in (Union, types.UnionType):
        others = [each for each in map(_plain, get_args(shape)) if each is not type(None)]
        return others[0] if len(others) == 1 else shape
    return shape


def _items(shape: Any) -> Any:
    """The type of the items of a tuple or list of any length."""
    arguments = get_args(shape)
    if get_origin(shape) is list and arguments:
        return arguments[0]
    if get_origin(shape) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return arguments[0]
    return None
