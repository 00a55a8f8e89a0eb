"""The JSON lines of a story's folder: one record a line, read back as they were written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.pairs import Verdict

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
    """The records of a file of JSON lines; none of a file that is not there."""
    if not path.is_file():
        return ()
    return tuple(kind.model_validate_json(line) for line in path.read_text("utf-8").splitlines() if line)
