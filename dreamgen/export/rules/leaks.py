"""Nothing is learnt in one split and tested in another: each name is seen in one split alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.findings import Defect

SIDECAR: Final = "provenance.jsonl"


class Splits:
    """The names that have been seen, and where.

    Args:
        what: they are of: clip, story.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen: dict[str, str] = {}

    def defects(self, name: Any, split: Any) -> Iterator[str]:
        """Whether it has been seen in another split; told once a name."""
        if not isinstance(name, str) or not name or not isinstance(split, str):
            return
        if self._seen.setdefault(name, split) not in (split, ""):
            yield f"the {self._what} {name} is in {self._seen[name]} and in {split}"
            self._seen[name] = ""


def leaks(folder: Path) -> Iterator[Defect]:
    """Stories, videos and files that are in two splits, as the provenance beside a form's rows tells."""
    path = folder / SIDECAR
    if not path.is_file():
        return
    groups, files = Splits("story or video"), Splits("file")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                told = [*groups.defects(row["group"], row["split"]), *files.defects(row["sha256"], row["split"])]
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                yield Defect(f"{SIDECAR}:{number}", f"can't be read: {error}")
                continue
            yield from (Defect(f"{SIDECAR}:{number}", what) for what in told)
