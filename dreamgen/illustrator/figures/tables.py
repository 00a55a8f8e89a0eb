"""The data files of people: one cached read of each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The whole of data/<name>.toml."""
    text = resources.files("dreamgen.illustrator.data").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
