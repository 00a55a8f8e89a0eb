"""Processes and those that they started, as /proc knows them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def below(parent: int) -> list[int]:
    """The processes that a process started, and those that they started."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        children.setdefault(parent_of(int(folder.name)), []).append(int(folder.name))
    found = list(children.get(parent, []))
    for one in found:  # which grows
        found += children.get(one, [])
    return found


def parent_of(process: int) -> int:
    try:
        stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if stat[0] == "Z" else int(stat[1])


def runs(process: int) -> bool:
    return parent_of(process) != 0


def wait_for(happens: Callable[[], T | None], seconds: float = 120.0) -> T:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        result = happens()
        if result:
            return result
        time.sleep(0.1)
    raise AssertionError("it never happened")
