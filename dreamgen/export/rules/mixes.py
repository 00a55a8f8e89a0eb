"""YAML files that say which rows of which files are trained on, as LLaVA-NeXT and HICom read them."""

from __future__ import annotations

import os.path
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from dreamgen.core.dataset import SPLITS
from dreamgen.export.rules.findings import Findings

_STRATEGY: Final = re.compile(r"all|(?:first|end|random):[1-9]\d*%?")
_KEYS: Final = frozenset({"json_path", "sampling_strategy", "data_root"})


class Mixing(NamedTuple):
    """How a trainer reads such a file."""

    otherwise: str
    """What it does with a strategy that it does not know."""
    rooted: bool
    """Whether it puts data_root before the path of each video."""


def mixed(path: Path, mixing: Mixing, found: Findings) -> tuple[str, ...]:
    """Looks at one such file, whose paths lead from the folder that it lies in.

    Args:
        path: train.yaml, or that of another split.
        mixing: how it is read.
        found: notes what is wrong.

    Returns:
        The folder before the videos of each file that it names; empty where there is none.
    """
    try:
        tables = yaml.safe_load(path.read_bytes().decode())
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        found.wrong(path.name, f"is no YAML: {' '.join(str(error).split())}")
        return ()
    parts = tables.get("datasets") if isinstance(tables, dict) else None
    if not isinstance(parts, list) or not parts:
        found.wrong(path.name, "has no list called datasets")
        return ()
    for number, part in enumerate(parts, start=1):
        _look(path, f"{path.name}:{number}", part, mixing, found)
    return tuple(str(part.get("data_root") or "") for part in parts if isinstance(part, dict))


def _look(path: Path, where: str, part: Any, mixing: Mixing, found: Findings) -> None:
    named = part.get("json_path") if isinstance(part, dict) else None
    if not isinstance(named, str):
        found.wrong(where, f"names no file but {named!r}")
        return
    if not named.endswith((".json", ".jsonl")):
        found.wrong(where, f"names {named}, which ends neither in .json nor in .jsonl: the loader stops")
    elif not os.path.isfile(path.parent / named):
        found.wrong(where, f"names {named}, which is not there")
    if strange := sorted(set(map(str, part)) - _KEYS):
        found.wrong(where, f"has {', '.join(strange)}, which nobody reads")
    split = Path(named).stem
    if split in SPLITS and split != path.stem:
        found.wrong(where, f"names {named}, which is held out of it")
    strategy = part.get("sampling_strategy", "all")
    if not isinstance(strategy, str) or not _STRATEGY.fullmatch(strategy):
        found.wrong(where, f"has the sampling_strategy {strategy!r}, which there is not: the loader {mixing.otherwise}")
    root = part.get("data_root")
    if root is not None and not mixing.rooted:
        found.wrong(where, f"has the data_root {root!r}, which this loader does not read")
    elif mixing.rooted and not (isinstance(root, str) and os.path.isdir(path.parent / root)):
        found.wrong(where, f"has the data_root {root!r}, which is no folder")
