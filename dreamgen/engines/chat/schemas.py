"""The shape of an answer as a JSON schema that strict servers take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel

Schema = dict[str, Any]
"""A JSON schema, as plain values."""

_NOISE: Final = frozenset({"title", "default", "examples", "discriminator", "$defs", "$schema"})
"""Keywords that tell a model nothing, or that strict servers refuse."""
_LENGTHS: Final = frozenset({"minLength", "maxLength", "uniqueItems", "minProperties", "maxProperties"})
"""Keywords that OpenAI's strict mode refuses; without the lengths of texts, decoding need not end by itself."""
_KEPT: Final = 512
"""Schemas that are held ready: each scene of a story has a shape of its own."""


@lru_cache(maxsize=_KEPT)
def plain_schema(shape: type[BaseModel]) -> Schema:
    """The schema as pydantic writes it. Nobody may change it: it is made once for all who ask."""
    return shape.model_json_schema()


@lru_cache(maxsize=_KEPT)
def schema_of(shape: type[BaseModel], *, lengths: bool = True) -> Schema:
    """The schema of a record without references, every object closed and all its keys required.

    What a server can't hold to is held to by the record itself, when the answer is read. Nobody may change the
    schema: it is made once for all who ask.

    Args:
        shape: what an answer is read into; it does not hold itself.
        lengths: whether lengths of texts are in it.
    """
    whole = plain_schema(shape)
    dropped = _NOISE if lengths else _NOISE | _LENGTHS
    closed: Schema = _closed(whole, whole.get("$defs", {}), dropped)
    return closed


def schema_name(shape: type[BaseModel]) -> str:
    """What a schema is called on the way: letters, digits and dashes, 64 at most."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", shape.__name__).strip("_")[:64] or "answer"


def _closed(node: Any, shared: Mapping[str, Schema], dropped: frozenset[str]) -> Any:
    """A part of a schema with its references filled in."""
    if isinstance(node, list):
        return [_closed(each, shared, dropped) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(name := node.get("$ref"), str):
        # what stands beside a reference, such as a description, goes before what it refers to
        node = {**shared[name.rpartition("/")[2]], **{key: value for key, value in node.items() if key != "$ref"}}
    found: Schema = {}
    for key, value in node.items():
        if key == "properties":
            # names of fields are no keywords: one may well be called title
            found[key] = {name: _closed(each, shared, dropped) for name, each in value.items()}
        elif key == "const":
            found["enum"] = [value]
        elif key == "oneOf":
            found["anyOf"] = _closed(value, shared, dropped)
        elif key not in dropped:
            found[key] = _closed(value, shared, dropped)
    if "properties" in found:
        found["additionalProperties"] = False
        found["required"] = list(found["properties"])
    return found
