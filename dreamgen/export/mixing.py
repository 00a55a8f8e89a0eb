"""Which rows of which files a trainer takes: HICom's and LLaVA-NeXT's YAML of datasets with a sampling strategy each.

Read and applied as `LazySupervisedDataset` in hicom/train.py does, but that what is drawn by lot follows from a seed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import Field, ValidationError, field_validator

from dreamgen.core.base import Record, derived_random
from dreamgen.errors import UsageError

STRATEGIES: Final = "all, first:N, first:N%, end:N, end:N%, random:N or random:N%"
_STRATEGY: Final = re.compile(r"all|(first|end|random):([1-9]\d*)(%?)")
_LINE: Final = re.compile(r"^(\s*)(-\s+)?([a-z_]+):\s*(.*?)\s*$")

T = TypeVar("T")


class Part(Record):
    """One file of a mix."""

    json_path: str = Field(min_length=1)
    """A JSON list of rows, or a file with one row a line (.jsonl); below the folder that the trainer is started in."""
    data_root: str = ""
    """The folder that the rows' videos are below; empty leaves their paths as they are."""
    sampling_strategy: str = "all"
    """Which rows are taken: all, first:N, end:N or random:N, or a share of them as N%."""

    @field_validator("sampling_strategy")
    @classmethod
    def _known(cls, strategy: str) -> str:
        if not _STRATEGY.fullmatch(strategy):
            raise ValueError(f"choose {STRATEGIES}, with N from 1 on")
        return strategy


def sampled(rows: Sequence[T], strategy: str, seed: int = 0) -> list[T]:
    """The rows that a strategy takes; a share is rounded up.

    Args:
        rows: all of a file.
        strategy: see `Part.sampling_strategy`.
        seed: of random; the rows come in the order of the lot.

    Raises:
        UsageError: for a strategy that there is not.
    """
    known = _STRATEGY.fullmatch(strategy)
    if known is None:
        raise UsageError(f"there is no sampling strategy {strategy!r}", f"Choices: {STRATEGIES}, with N from 1 on")
    which, number, percent = known.groups()
    if which is None:
        return list(rows)
    count = math.ceil(int(number) * len(rows) / 100) if percent else int(number)
    if which == "first":
        return list(rows[:count])
    if which == "end":
        return list(rows[-count:] if count else rows[:0])
    mixed = list(rows)
    derived_random(seed, "mix", strategy).shuffle(mixed)
    return mixed[:count]


def mix_text(parts: Sequence[Part]) -> str:
    """The YAML of a mix."""
    lines = ["datasets:"]
    for part in parts:
        for number, (name, value) in enumerate(part.model_dump().items()):
            if value:
                lines.append(f"  {'  ' if number else '- '}{name}: {_scalar(str(value))}")
    return "\n".join(lines) + "\n"


def read_mix(path: Path) -> tuple[Part, ...]:
    """The parts of a YAML file of this shape.

    Raises:
        UsageError: for a file that is not of it.
    """
    tables: list[dict[str, str]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#") or line.rstrip() == "datasets:":
            continue
        found = _LINE.match(line)
        if found is None or (not tables and not found[2]):
            raise UsageError(f"line {number} of {path} is none of a list of datasets: {line.strip()[:60]}")
        if found[2]:
            tables.append({})
        tables[-1][found[3]] = _unquoted(found[4])
    try:
        return tuple(Part.model_validate(table) for table in tables)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UsageError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def load_mix(path: Path, seed: int = 0) -> list[dict[str, Any]]:
    """All rows that a trainer would see, started in the folder of the YAML file; videos are below their data_root."""
    rows: list[dict[str, Any]] = []
    for part in read_mix(path):
        text = (path.parent / part.json_path).read_text("utf-8")
        one_a_line = part.json_path.endswith(".jsonl")
        every = [json.loads(line) for line in text.splitlines()] if one_a_line else json.loads(text)
        if part.data_root:
            every = [{**row, "video": f"{part.data_root.rstrip('/')}/{row['video']}"} for row in every]
        rows += sampled(every, part.sampling_strategy, seed)
    return rows


def _scalar(value: str) -> str:
    return value if re.fullmatch(r"[A-Za-z0-9_./][\w./%:-]*", value) and ": " not in value else json.dumps(value)


def _unquoted(text: str) -> str:
    if text[:1] == '"' == text[-1:] and len(text) > 1:
        return str(json.loads(text))
    return text[1:-1] if text[:1] == "'" == text[-1:] and len(text) > 1 else text
