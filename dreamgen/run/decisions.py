"""What people decided about pairs: decisions.jsonl in the run's folder, to which lines are only ever added.

Every line names the line before it by its hash, so that it shows when somebody changed an earlier one. A line is
synced before it counts. A last line that was cut short, as when the power fails, is no decision: it is left out, told
of, and cut off by the next one.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Turn
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run import disk
from dreamgen.run.lock import locked

DECISIONS: Final = "decisions.jsonl"
_LOCK: Final = ".decisions.lock"
_PATIENCE = 5.0
"""Seconds to wait for another process that is writing a line."""

Verdict = Literal["accept", "fix", "reject", "undo"]
Reason = Literal["", "irrelevant", "unanswerable", "incorrect", "lacking_detail"]
REASONS: Final[tuple[Reason, ...]] = ("irrelevant", "unanswerable", "incorrect", "lacking_detail")
"""PLM's four: the first two discard a pair, the others call for another answer. PerceptionLM, 2025, its appendix on
the annotation of PLM-FGQA."""
MENDABLE: Final[tuple[Reason, ...]] = ("incorrect", "lacking_detail")

_ONE_AT_A_TIME = threading.Lock()
"""Among the threads of this process, which the lock of the operating system takes for one."""


class Change(Record):
    """What a person wants of a pair."""

    verdict: Verdict
    """Undo takes the last decision about the pair back."""
    reason: Reason = ""
    """Why it is rejected, or what was wrong before it was fixed; empty for the others."""
    note: str = Field(default="", max_length=2000)
    """Anything else."""
    turns: tuple[Turn, ...] = ()
    """All turns of a fixed pair; empty where they stay."""
    options: tuple[str, ...] = ()
    """All options of a fixed choice; empty where they stay."""
    answer_index: int | None = None
    """Which of these is right, from 0."""

    def check(self) -> None:
        """Makes sure that verdict, reason and words go together.

        Raises:
            UsageError: when they do not.
        """
        if self.verdict == "reject" and not self.reason:
            raise UsageError("a rejected pair needs a reason", f"Choices: {', '.join(REASONS)}")
        if self.verdict == "fix" and self.reason not in MENDABLE:
            raise UsageError("a fixed pair was incorrect, or lacked detail", f"Choices: {', '.join(MENDABLE)}")
        if self.verdict in ("accept", "undo") and self.reason:
            raise UsageError(f"{self.verdict} needs no reason")
        if self.verdict != "fix" and (self.turns or self.options or self.answer_index is not None):
            raise UsageError("only a fixed pair has new words")
        if bool(self.options) != (self.answer_index is not None):
            raise UsageError("options come with the one that is right")


class Decision(Change):
    """A line of decisions.jsonl."""

    number: int = Field(ge=1)
    """The line."""
    pair: str
    """The pair's id, as in a dataset: of a story, with the story's in front."""
    of: str
    """The hash of what was seen: see `seen_as`."""
    seen: InstructionPair
    """The pair as it was shown."""
    sample: float = Field(default=0.0, ge=0.0, le=100.0)
    """In percent, how much of the run was to be audited when it was decided as part of the sample; 0 if it was not."""
    reviewer: str
    """Who decided."""
    time: str
    """When, in UTC."""
    before: str
    """The sha256 of the line before; empty in the first."""


@dataclass(frozen=True)
class Decisions:
    """All lines of a file, and what follows from them."""

    lines: tuple[Decision, ...] = ()
    """In order."""
    last: str = ""
    """The sha256 of the last line."""
    whole: int = 0
    """Bytes of all whole lines."""
    tail: int = 0
    """Bytes of the last of them."""
    told: tuple[str, ...] = ()
    """What is odd about the file, in words."""

    def standing(self) -> Mapping[str, Decision]:
        """The decision that holds for each pair; a pair whose only decision was undone has none."""
        stacks: dict[str, list[Decision]] = {}
        for line in self.lines:
            stack = stacks.setdefault(line.pair, [])
            if line.verdict != "undo":
                stack.append(line)
            elif stack:
                stack.pop()
        return {pair: stack[-1] for pair, stack in stacks.items() if stack}

    def versions(self) -> Mapping[str, int]:
        """Of each pair, the number of the last line about it."""
        return {line.pair: line.number for line in self.lines}

    def shown(self) -> Mapping[str, Decision]:
        """The last line about each pair, which has the pair as somebody saw it."""
        return {line.pair: line for line in self.lines}


class Overtaken(UsageError):
    """Somebody else decided about the pair in the meantime."""


def seen_as(pair: InstructionPair, clip: Clip | None) -> str:
    """The hash of all of a pair that a person sees and judges.

    The order of options is no part of it, since letters are dealt out anew whenever a pair comes or goes; no more are
    its weight and the claims behind it, which say how it was made.
    """
    marks = clip.masklets.sha256 if clip and clip.masklets and pair.form.startswith("region_") else ""
    right = pair.options[pair.answer_index] if pair.answer_index is not None else ""
    return fingerprint(
        [
            clip.video.sha256 if clip else "", marks, pair.clip, pair.task, pair.form, pair.turns, sorted(pair.options),
            right, pair.span, pair.segments, pair.masklets, pair.rationale, pair.answerable,
        ]
    )  # fmt: skip


def read_decisions(folder: Path, known: Decisions | None = None) -> Decisions:
    """The decisions in a run's folder; none where there is no file.

    Args:
        folder: the run's.
        known: what was read before: if it still stands there, only what was added since is read.

    Raises:
        DreamgenError: for a damaged line that is not the last one.
    """
    path = folder / DECISIONS
    try:
        with path.open("rb") as file:
            if known and known.tail:
                file.seek(known.whole - known.tail)
                if hashlib.sha256(file.read(known.tail)).hexdigest() == known.last:
                    return _parsed(file.read(), path, known)
                file.seek(0)
            return _parsed(file.read(), path, Decisions())
    except FileNotFoundError:
        return Decisions()


def add(
    folder: Path, pair: str, change: Change, version: int, known: Decisions | None = None, **facts: Any
) -> Decision:
    """Writes one line, which is on the disk when this returns.

    Args:
        folder: the run's.
        pair: its id, as in a dataset.
        change: what is wanted.
        version: the number of the last line about this pair that whoever decides has seen; 0 for none.
        known: what was read before, so that not all is read again.
        facts: `of`, `seen`, `sample` and `reviewer` of the line.

    Raises:
        Overtaken: when there is a later line about the pair.
        UsageError: when there is nothing to undo.
        DreamgenError: when another process does not let go of the file.
    """
    path = folder / DECISIONS
    with _ONE_AT_A_TIME, locked(folder, _LOCK, _PATIENCE):
        known = read_decisions(folder, known)
        if known.versions().get(pair, 0) != version:
            raise Overtaken(f"somebody decided about {pair} in the meantime", "Look at it again.")
        if change.verdict == "undo" and pair not in known.standing():
            raise UsageError(f"there is nothing to undo about {pair}")
        line = Decision(
            **dict(change), number=len(known.lines) + 1, pair=pair, before=known.last,
            time=datetime.now(UTC).isoformat(timespec="seconds"), **facts,
        )  # fmt: skip
        _append(path, line.model_dump_json(exclude_defaults=True).encode() + b"\n", known.whole)
    return line


def _append(path: Path, data: bytes, at: int) -> None:
    """Puts `data` behind the whole lines; what was cut short there goes."""
    new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    try:
        if os.fstat(handle).st_size > at:
            os.ftruncate(handle, at)
        os.lseek(handle, at, os.SEEK_SET)
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        disk.sync_folder(path.parent)


def _parsed(raw: bytes, path: Path, known: Decisions) -> Decisions:
    """What `raw` adds to all that stands before it in the file."""
    found = list(known.lines)
    told = [words for words in known.told if words != _cut_short(path)]
    last, tail, read = known.last, known.tail, 0
    for line in raw.splitlines(keepends=True):
        number = len(found) + 1
        try:
            decision = Decision.model_validate_json(line)
            whole = line.endswith(b"\n")
        except ValidationError as error:
            if read + len(line) < len(raw):
                why = error.errors(include_url=False)[0]["msg"]
                raise DreamgenError(
                    f"{path}, line {number}, is damaged: {why}", "Take the line out; all others are whole."
                ) from None
            whole = False
        if not whole:
            told.append(_cut_short(path))
            break
        if decision.before != last:
            told.append(f"{path}: what stands before line {number} was changed after that was written")
        found.append(decision)
        last, tail, read = hashlib.sha256(line).hexdigest(), len(line), read + len(line)
    return Decisions(tuple(found), last, known.whole + read, tail, tuple(told))


def _cut_short(path: Path) -> str:
    return f"the last line of {path} was cut short and is no decision"
