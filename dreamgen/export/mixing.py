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

import yaml
from pydantic import Field, ValidationError, field_validator

from dreamgen.core.base import Record, derived_random
from dreamgen.errors import UsageError

STRATEGIES: Final = "all, first:N, first:N%, end:N, end:N%, random:N or random:N%"
_STRATEGY: Final = re.compile(r"all|(first|end|random):([1-9]\d*)(%?)")

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


class _Mix(Record):
    """All of a mix."""

    datasets: tuple[Part, ...]
    """In the order in which they are loaded."""


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
    tables = [{name: value for name, value in part.model_dump().items() if value} for part in parts]
    return str(yaml.safe_dump({"datasets": tables}, sort_keys=False, allow_unicode=True))


def read_mix(path: Path) -> tuple[Part, ...]:
    """The parts of a YAML file of this shape.

    Raises:
        UsageError: for a file that is not of it.
    """
    try:
        read = yaml.safe_load(path.read_text("utf-8"))
        return _Mix.model_validate(read).datasets
    except (yaml.YAMLError, ValueError) as error:
        if not isinstance(error, ValidationError):
            raise UsageError(f"{path} is no YAML: {' '.join(str(error).split())}") from None
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
