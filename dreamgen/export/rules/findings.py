"""What was found in the folder of a form."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple


class Defect(NamedTuple):
    """Something that a loader would choke on, or drop in silence."""

    where: str
    """The file, and the row in it where it is one."""
    what: str
    """What is wrong, and what the loader would do."""


@dataclass
class Findings:
    """All of a form's folder, as its loader would see it."""

    rows: int = 0
    """Rows of all its files."""
    pairs: Counter[str] = field(default_factory=Counter)
    """How often each pair is in it, by its id."""
    defects: list[Defect] = field(default_factory=list)
    """What is wrong, in the order of the files."""

    def wrong(self, where: str, what: str) -> None:
        """Notes a defect."""
        self.defects.append(Defect(where, what))
