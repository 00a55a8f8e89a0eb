"""Lists of English words, from `data/english.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal


@cache
def listed(name: Literal["known", "loose", "guesses"]) -> frozenset[str]:
    """The words of one list; what it is for stands in the file."""
    text = files("dreamgen.annotate").joinpath("data/english.toml").read_text("utf-8")
    return frozenset(str(tomllib.loads(text)[name]).split())
