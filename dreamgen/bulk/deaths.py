"""Why a worker is gone, as far as its machine tells."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

_COUNTERS: Final = (Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat"))
"""Where Linux counts the processes that it ended because memory was short: in this container, or in all."""
_WORDS: Final = "oom_kill"
HEAD: Final = "-- "
"""What the lines of a log begin with that say what the worker was about to do."""
_TAIL: Final = 2000
"""Bytes from the end of a log in which its last words are looked for."""


def memory_kills(counters: tuple[Path, ...] = _COUNTERS) -> int:
    """How many processes the system has ended so far because memory was short; 0 where it does not say."""
    for path in counters:
        with suppress(OSError, ValueError):
            for line in path.read_text().splitlines():
                name, _, count = line.partition(" ")
                if name == _WORDS:
                    return int(count)
    return 0


def last_words(log: Path) -> str:
    """The last line that a worker wrote of what it did last; empty when it died in silence."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            lines = file.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return "" if last.startswith(HEAD) else last
