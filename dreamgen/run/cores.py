"""What a file of a run says besides times, keys and costs, which differ between two runs that made the same."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import fingerprint
from dreamgen.run.books import RECEIPT
from dreamgen.run.store import ENTRIES

SHARDS: Final = ".shards"
"""The folder of the entries of a dataset that comes in shards."""


def core_of(path: Path) -> str:
    """The fingerprint of what a file says besides times, keys and costs; empty for most files.

    They have such a core: receipts, entries of the store, and recipes, of which it is no matter who makes what.
    """
    if path.name == "recipe.toml":
        return _core(path, lambda recipe: {key: value for key, value in recipe.items() if key != "bulk"})
    if path.name == RECEIPT:
        return _core(path, _without_times)
    if path.parent.name == SHARDS:
        return _core(path, lambda shard: {**shard, "key": ""})
    return _core(path, _without_key) if ENTRIES in path.parts and path.suffix == ".json" else ""


def _core(path: Path, bare: Callable[[dict[str, Any]], object]) -> str:
    read = tomllib.loads if path.suffix == ".toml" else json.loads
    try:
        return fingerprint(bare(read(path.read_text("utf-8"))))
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def _without_key(entry: dict[str, Any]) -> object:
    return {**entry, "made": {**entry["made"], "key": ""}}


def _without_times(receipt: dict[str, Any]) -> object:
    bare = {name: value for name, value in receipt.items() if name not in ("seconds", "usage", "version")}
    bare["made"] = [{**made, "key": ""} for made in receipt["made"]]
    bare["inputs"] = [pair for pair in receipt.get("inputs", []) if pair[0] != "code"]
    return bare
