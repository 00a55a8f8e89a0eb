"""What the provenance beside a form tells: nothing is learnt in one split and tested in another, and no row is strange.

Each name is seen in one split alone, and each pair that is named has a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dreamgen.core.amounts import amount
from dreamgen.export.rules.findings import Defect, Findings

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


def look_beside(folder: Path, found: Findings) -> None:
    """Holds the pairs that were found against those that the provenance names, where there is one.

    Args:
        folder: of the form.
        found: has all pairs by their ids; notes what is wrong.
    """
    path = folder / SIDECAR
    if not path.is_file():
        return
    named: set[str] = set()
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                named.add(str(json.loads(line)["id"]))
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                found.wrong(f"{SIDECAR}:{number}", f"can't be read: {error}")
    lost, strange = named - found.pairs.keys(), found.pairs.keys() - named
    if lost:
        found.wrong(SIDECAR, f"has {amount(len(lost), 'pair')} of which there is no row, such as {min(lost)}")
    if strange:
        found.wrong(SIDECAR, f"lacks {amount(len(strange), 'pair')} of which there are rows, such as {min(strange)}")
