"""What is in a run, read from its files when it is asked for: of thousands of stories one at a time is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from pydantic_core import from_json

from dreamgen.core.pairs import InstructionPair
from dreamgen.core.streaming import Block, PairStream
from dreamgen.run.decisions import Decisions
from dreamgen.run.journal import read_lines, read_stretch
from dreamgen.run.opened import FoundRun, Part, StoryRun
from dreamgen.run.reviewed import named, reviewed

PAIRS: Final = "pairs.jsonl"
TOGETHER: Final = 2000
"""Pairs about videos that are in memory at once, or a few more: those about one clip stay together."""


def anew(part: Part) -> Part:
    """The same part with nothing of it read yet; what is read of it goes when it goes."""
    return StoryRun(part.folder, part.joined) if isinstance(part, StoryRun) else FoundRun(part.folder)


def has_pairs(part: Part) -> bool:
    """Whether anything was asked about it."""
    path = part.folder / PAIRS
    return path.is_file() and path.stat().st_size > 0


def pairs_of(part: Part, decisions: Decisions) -> PairStream:
    """The pairs of a part as a dataset should have them now: as people decided, where somebody did."""
    part = anew(part)  # whoever keeps the stream keeps nothing that was read
    start = named(part.name, "")
    if any(line.pair.startswith(start) for line in decisions.lines):
        return PairStream([lambda: reviewed(anew(part), decisions).pairs])
    if isinstance(part, StoryRun):
        return PairStream([partial(_undecided, part, decisions)])
    return PairStream(_stretches(part, decisions))


def _undecided(part: Part, decisions: Decisions) -> Sequence[InstructionPair]:
    """Pairs about which nobody decided; in their file some may still be as somebody did before."""
    pairs = read_lines(part.folder / PAIRS, InstructionPair)
    return reviewed(anew(part), decisions).pairs if any(pair.audited for pair in pairs) else pairs


def _stretches(part: Part, decisions: Decisions) -> Iterator[Block]:
    """The pairs about all videos in stretches of their file, each with all pairs about its clips."""
    path = part.folder / PAIRS
    bounds = _bounds(path)
    if bounds is None:
        yield partial(_undecided, part, decisions)
        return
    for first, stop in pairwise(bounds):
        yield partial(read_stretch, path, InstructionPair, first, stop)


def _bounds(path: Path) -> list[int] | None:
    """Where in a file of pairs stretches begin, in bytes, and its end; None where it can't be divided so."""
    if not path.is_file():
        return [0]
    bounds, place, count, last = [0], 0, 0, ""
    seen: set[str] = set()
    with path.open("rb") as file:
        for line in file:
            try:
                row = from_json(line)
                clip, audited = row["clip"], row["audited"]
            except (ValueError, KeyError, TypeError):
                return None  # whoever reads it as pairs will tell what is wrong
            if audited or (clip != last and clip in seen):
                return None
            if clip != last and count >= TOGETHER:
                bounds.append(place)
                count = 0
            seen.add(clip)
            last, count, place = clip, count + 1, place + len(line)
    return [*bounds, place]
