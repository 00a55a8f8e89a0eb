"""The account of every call, in a file that outlives the run.

A line is written when a call begins and another when it ends, so a process that is killed in between leaves a call
that began and never ended: it was paid for perhaps, and counts as failed. What was answered from memory is no call.
No line holds a message, a key or a text of anybody.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from dreamgen.core.base import Record
from dreamgen.core.receipts import Usage
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.errors import DreamgenError

LEDGER: Final = "ledger.jsonl"
"""Its name in the folder that a chat model keeps."""

LOST: Final = "lost"
"""The error of a call that began and never ended."""


class Began(Record):
    """A call is about to be made."""

    line: Literal["began"] = "began"
    """Tells the lines apart."""
    call: int
    """Its number, from 1, all tries of the folder together."""
    model: str
    """The model's name."""
    purpose: str
    """The prompt: story/outline."""
    where: str
    """The id of the story's part that it is for."""
    reserved: int = Field(ge=0)
    """Most tokens, in and out, that it can cost."""


class Answered(Record):
    """A call came back with an answer."""

    line: Literal["answered"] = "answered"
    """Tells the lines apart."""
    call: int
    """Its number."""
    tokens_in: int
    """Tokens of what was sent."""
    tokens_out: int
    """Tokens of the answer."""
    seconds: float
    """Between the two lines."""


class Failed(Record):
    """A call came back with an error."""

    line: Literal["failed"] = "failed"
    """Tells the lines apart."""
    call: int
    """Its number."""
    error: str
    """The error's class: RateLimitError. Never its message, which may say more than it should."""
    tokens: int = 0
    """Most tokens that it may have cost all the same."""
    seconds: float
    """Between the two lines."""


Line = Annotated[Began | Answered | Failed, Field(discriminator="line")]
_LINE: Final[TypeAdapter[Line]] = TypeAdapter(Line)


class Call(Record):
    """One call with what became of it."""

    began: Began
    """How it was made."""
    ended: Answered | Failed
    """What came back; a failure called `lost` where nothing did."""

    @property
    def tokens(self) -> int:
        """What it has cost at most."""
        ended = self.ended
        return ended.tokens_in + ended.tokens_out if isinstance(ended, Answered) else ended.tokens


class Ledger:
    """The ledger of a folder. Several threads may write at once; two processes may not.

    Args:
        folder: where it lies; made with the first line.
        paid: whether calls cost money, so that not even a machine that loses its power may lose a line.
    """

    def __init__(self, folder: Path, *, paid: bool = True) -> None:
        self._path, self._paid = folder / LEDGER, paid
        self._lock = Lock()
        self.before: Final = calls(folder)
        """The calls of earlier tries."""
        self._count = max((call.began.call for call in self.before), default=0)
        self._torn = _torn(self._path)

    def begin(self, model: str, purpose: str, where: str, reserved: int) -> int:
        """Takes down that a call is about to be made, and numbers it.

        Raises:
            DreamgenError: when the file can't be written; the call must not be made then.
        """
        with _NUMBERING:
            # another ledger of the folder may have been opened since: a number twice would make two calls one
            number = self._count = max(self._count, _LAST.get(self._path, 0)) + 1
            _LAST[self._path] = number
        self._write(Began(call=number, model=model, purpose=purpose, where=where, reserved=reserved))
        return number

    def answered(self, call: int, raw: RawAnswer) -> None:
        """Takes down that the call was answered."""
        self._write(
            Answered(call=call, tokens_in=raw.tokens_in, tokens_out=raw.tokens_out, seconds=round(raw.seconds, 3))
        )

    def failed(self, call: int, error: type[BaseException], seconds: float, tokens: int = 0) -> None:
        """Takes down that the call came back with an error.

        Args:
            call: its number.
            error: what sort of error; what it says is not written.
            seconds: how long it took.
            tokens: most that it may have cost all the same.
        """
        self._write(Failed(call=call, error=error.__name__, seconds=round(seconds, 3), tokens=tokens))

    def _write(self, line: Line) -> None:
        data = line.model_dump_json().encode() + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                with self._lock:
                    # a half line that a kill left must not swallow this one
                    os.write(file, b"\n" + data if self._torn else data)
                    self._torn = False
                if self._paid:
                    os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise DreamgenError(f"{self._path} can't be written: {why}", "Free some space and run it again.") from error


_NUMBERING: Final = Lock()
_LAST: Final[dict[Path, int]] = {}
"""The last number that was given in this process, by file."""


def calls(folder: Path) -> tuple[Call, ...]:
    """Every call in the folder's ledger, in the order in which they began; none where there is no ledger."""
    began: dict[int, Began] = {}
    ended: dict[int, Answered | Failed] = {}
    for line in _lines(folder / LEDGER):
        if isinstance(line, Began):
            began[line.call] = line
        else:
            ended[line.call] = line
    return tuple(Call(began=line, ended=ended.get(number) or _lost(line)) for number, line in began.items())


def usage(folder: Path) -> tuple[Usage, ...]:
    """What the folder's calls came to, by model and purpose, sorted."""
    found = sorted(calls(folder), key=_sort)
    return tuple(_sum(*sort, tuple(group)) for sort, group in groupby(found, key=_sort))


def _sort(call: Call) -> tuple[str, str]:
    return call.began.model, call.began.purpose


def _sum(model: str, purpose: str, group: Iterable[Call]) -> Usage:
    ends = [call.ended for call in group]
    good = [end for end in ends if isinstance(end, Answered)]
    bad = [end for end in ends if isinstance(end, Failed)]
    return Usage(
        model=model, purpose=purpose, calls=len(good), failed=len(bad),
        tokens_in=sum(end.tokens_in for end in good), tokens_out=sum(end.tokens_out for end in good),
        seconds=round(sum(end.seconds for end in good), 3), failed_seconds=round(sum(end.seconds for end in bad), 3),
    )  # fmt: skip


def _lost(line: Began) -> Failed:
    return Failed(call=line.call, error=LOST, tokens=line.reserved, seconds=0.0)


def _lines(path: Path) -> Iterator[Line]:
    """The lines that are whole. A half one is what a kill leaves."""
    data = path.read_bytes() if path.is_file() else b""
    for text in data.split(b"\n"):
        try:
            yield _LINE.validate_json(text)
        except ValidationError:
            continue


def _torn(path: Path) -> bool:
    """Whether the last line was cut off."""
    if not path.is_file() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
