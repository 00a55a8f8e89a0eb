"""The tables of tasks and of the dimensions of benchmarks."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def tasks() -> dict[str, dict[str, Any]]:
    """Task to what it teaches: `data/tasks.toml`."""
    return _table("tasks")


@cache
def dimensions() -> dict[str, dict[str, str]]:
    """`MVBench/state_change` to what it asks; where no task does, why not or what else: `data/benchmarks.toml`."""
    return {f"{bench}/{name}": told for bench, table in _table("benchmarks").items() for name, told in table.items()}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("dreamgen.qa").joinpath(f"data/{name}.toml").read_text("utf-8"))
