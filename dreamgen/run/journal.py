"""The JSON lines of a story's folder: one record a line, read back as they were written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.pairs import Verdict
from dreamgen.errors import DreamgenError
from dreamgen.run.hints import AGAIN

R = TypeVar("R", bound=BaseModel)


class ClaimLine(Record):
    """A line of claims.jsonl."""

    clip: str
    """The id of the clip; a claim's own id is unique only within it."""
    claim: Claim
    """What is said of it."""


class VerdictLine(Record):
    """A line of verdicts.jsonl."""

    clip: str
    """The id of the clip."""
    verdict: Verdict
    """What was found out."""


class TwinLine(Record):
    """A line of twins.jsonl: a false claim that was put among the true ones to measure the verifier."""

    clip: str
    """The id of the clip."""
    twin: Claim
    """Wrong in one detail."""
    verdict: Verdict
    """What the verifier said, which did not know."""


def lines(records: Iterable[BaseModel]) -> str:
    """Records as JSON lines."""
    return "".join(record.model_dump_json() + "\n" for record in records)


def read_lines(path: Path, kind: type[R]) -> tuple[R, ...]:
    """The records of a file of JSON lines; none of a file that is not there.

    Raises:
        DreamgenError: for a line that is no such record.
    """
    if not path.is_file():
        return ()
    # bytes, since text would also be split at the odder line ends, which JSON leaves as they are
    told = enumerate(path.read_bytes().split(b"\n"), start=1)
    return tuple(_record(path, number, line, kind) for number, line in told if line.strip())


def read_stretch(path: Path, kind: type[R], first: int, stop: int) -> tuple[R, ...]:
    """The records of a part of such a file.

    Args:
        path: of the file.
        kind: of its records.
        first: the byte with which a line begins.
        stop: one past the last byte of a line.

    Raises:
        DreamgenError: for a line that is no such record.
    """
    with path.open("rb") as file:
        file.seek(first)
        told = enumerate(file.read(stop - first).split(b"\n"), start=1)
    return tuple(_record(path, number, line, kind) for number, line in told if line.strip())


def raw_lines(path: Path) -> Iterator[Any]:
    """The rows of such a file as plain JSON; none of a file that is not there.

    Raises:
        DreamgenError: for a line that is no JSON.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if line.strip():
            try:
                yield from_json(line)
            except ValueError as error:
                raise DreamgenError(f"{path}, line {number}, is damaged: {error}", AGAIN) from None


def read_record(path: Path, kind: type[R]) -> R:
    """The one record of a JSON file.

    Raises:
        DreamgenError: when it is missing or no such record.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise DreamgenError(f"{path} is missing", AGAIN) from None
    except ValidationError as error:
        raise DreamgenError(f"{path} is damaged: {_why(error)}", AGAIN) from None


def _record(path: Path, number: int, line: bytes, kind: type[R]) -> R:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise DreamgenError(f"{path}, line {number}, is damaged: {_why(error)}", AGAIN) from None


def _why(error: ValidationError) -> str:
    return error.errors(include_url=False)[0]["msg"]
