"""Records narrowed for one call: the same fields, some of them with other types, with a plain schema.

A field is told as pydantic's `create_model` wants it: its type, and its default or ...; a third part says what it is
where the draft's own words don't fit.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from dreamgen.core.base import Explained, Record

_Draft = TypeVar("_Draft", bound=Record)
_Item = TypeVar("_Item", bound=Hashable)
_hidden: Any = SkipJsonSchema

EMPTY: Final = (_hidden[tuple[()]], ())
"""A list that is not asked for."""
NOTHING: Final = (_hidden[None], None)
"""A value that is not asked for."""


def _plain(schema: dict[str, Any]) -> None:
    """Everything is required, nothing has a default or a title."""
    properties = schema.get("properties", {})
    for one in properties.values():
        one.pop("default", None)
        one.pop("title", None)
    schema["required"] = list(properties)


class Asked(Record):
    """What all shapes share."""

    model_config = ConfigDict(json_schema_extra=_plain)


def settled(answer: Record, draft: type[_Draft]) -> _Draft:
    """The answer as the draft that everybody else reads."""
    return draft.model_validate(answer.model_dump(include=set(draft.model_fields)))


def narrowed(draft: type[Explained], first: str = "", /, **fields: Any) -> type[Asked]:
    """The draft's fields in their order, some of them with other types, and what it has not besides.

    Args:
        draft: what an answer is read into in the end.
        first: the field that is written before the others, since they follow from it.
        fields: those that are different.
    """
    order = sorted(draft.model_fields, key=lambda name: name != first)
    inherited = {name: (draft.model_fields[name].annotation, draft.model_fields[name]) for name in order}
    for name, (kind, default, *words) in fields.items():
        own = draft.model_fields[name].description if name in draft.model_fields else None
        inherited[name] = (kind, Field(default, description=words[0] if words else own))
    name = draft.__name__.removesuffix("Draft")
    made: type[Asked] = create_model(name, __base__=Asked, __doc__=draft.__doc__, **inherited)  # type: ignore[call-overload]
    return made


def one_of(names: Iterable[str]) -> tuple[Any, Any]:
    """One of these words."""
    return (Literal[tuple(dict.fromkeys(names))], ...)


def maybe(kind: Any) -> tuple[Any, Any]:
    """This, or null; an answer that leaves it out means null."""
    inner = kind[0] if isinstance(kind, tuple) else kind
    return (inner | None, None)


def some(kind: Any, fewest: int, most: int) -> tuple[Any, Any]:
    """A list of so many."""
    return (Annotated[tuple[kind, ...], Field(min_length=fewest, max_length=most)], ...)


def ids(names: tuple[str, ...], fewest: int, most: int) -> tuple[Any, Any]:
    """A list of so many of these words, each at most once: what is said twice is said once."""
    one: Any = one_of(names)[0]
    bounds = Field(min_length=fewest, max_length=min(most, len(set(names))))
    return (Annotated[tuple[one, ...], bounds, AfterValidator(_once)], ...)


def _once(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))
