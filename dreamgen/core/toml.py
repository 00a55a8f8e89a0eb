"""Values as TOML: the standard library reads it and does not write it."""

from __future__ import annotations

import json

from pydantic import JsonValue


def toml(value: JsonValue) -> str:
    """A value as it stands behind `key =`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    # JSON's scalars are TOML's, but for one control character
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
