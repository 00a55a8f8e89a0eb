"""What all forms with conversations have in common: ids, clips, turns, and what is held out of training."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from dreamgen.core.amounts import amount
from dreamgen.export.rules.files import Row, lined, listed, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.leaks import SIDECAR, Splits, leaks
from dreamgen.export.rules.turns import Manner, turn_defects
from dreamgen.export.rules.videos import Videos

COLUMNS: Final = frozenset({"id", "video", "conversations"})
"""Of a row in LLaVA's shape."""
REFUSED: Final = "refused.jsonl"
"""Beside the rows: the pairs that are not among them since no loader takes their clips, each with the reason."""


class Talks:
    """The rows of a folder, looked at one after the other.

    Args:
        folder: of the form.
        manner: how it writes conversations.
        found: notes what is wrong.
        paired: whether a row is a pair, and its id that of the pair.
        columns: what the trainer reads of a row, and all that may be in it; empty where somebody else looks at that.
    """

    def __init__(
        self,
        folder: Path,
        manner: Manner,
        found: Findings,
        *,
        paired: bool = True,
        columns: frozenset[str] = frozenset(),
    ) -> None:
        self._folder = folder
        self._manner = manner
        self._found = found
        self._paired = paired
        self._columns = columns
        self._videos = Videos(folder)
        self._clips = Splits("clip")
        self._splits: dict[str, str] = {}
        """Row to its split."""

    def look(self, split: str, where: str, row: Row, video: Any) -> None:
        """Looks at one row.

        Args:
            split: train, validation, test.
            where: what the row is called in a defect.
            row: all of it.
            video: the path of its clip, as the loader finds it in the row.
        """
        name = row.get("id")
        if not isinstance(name, str) or not name:
            self._wrong(where, f"has no id but {name!r}: nothing leads from it to {SIDECAR}")
        else:
            if name in self._splits:
                self._wrong(where, f"is another row called {name}")
            self._splits.setdefault(name, split)
            if self._paired:
                self._found.pairs[name] += 1
        if "image" in row or "images" in row:
            self._wrong(where, "has pictures besides its video, and loaders would take those")
        elif self._columns and row.keys() - self._columns:
            more = ", ".join(sorted(row.keys() - self._columns))
            self._wrong(where, f"has {more}, which its trainer does not read: such things are in {SIDECAR}")
        elif self._columns and (further := self._further(row.get("conversations"))):
            self._wrong(where, f"has turns with {', '.join(further)}, which some loaders read for role and text")
        what = self._videos.defect(video)
        if what:
            self._wrong(where, what)
        for what in (*self._clips.defects(video, split), *turn_defects(row.get("conversations"), self._manner)):
            self._wrong(where, what)

    def _further(self, turns: Any) -> list[str]:
        """Keys of turns that are neither for who speaks nor for what is said."""
        known = {self._manner.role_key, self._manner.text_key}
        told = [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
        return sorted({key for turn in told for key in turn} - known)

    def look_at_lists(self) -> list[Path]:
        """Looks at the JSON list of each split, whose rows name one path as `video`; the files that are there."""
        there = list(split_files(self._folder, ".json", self._found))
        for path in there:
            for where, row in listed(path, self._found):
                self.look(path.stem, where, row, row.get("video"))
        return there

    def compare(self, *, every: bool = True) -> None:
        """Holds the rows against the sidecar, where there is one.

        Args:
            every: whether each pair of the sidecar has a row of its own; otherwise rows are clips.
        """
        self._found.defects += leaks(self._folder)
        told = self._told(SIDECAR, "id", "split")
        for name, split in self._splits.items():
            if told.get(name, split) != split:
                self._wrong(SIDECAR, f"says that {name} is of {told[name]}, and its row is in {split}")
        lost = told.keys() - self._splits.keys() - self._told(REFUSED, "what", "reason").keys()
        if lost and every:
            self._wrong(SIDECAR, f"has {amount(len(lost), 'pair')} of which there is no row, such as {min(lost)}")

    def _told(self, file: str, key: str, value: str) -> dict[str, str]:
        """What the lines of a file beside the rows say, where there is one; `leaks` tells what is no line."""
        path = self._folder / file
        if not path.is_file():
            return {}
        return {str(line.get(key)): str(line.get(value)) for _, line in lined(path, Findings())}

    def _wrong(self, where: str, what: str) -> None:
        self._found.wrong(where, what)


def look_at_lists(folder: Path, manner: Manner) -> Findings:
    """Reads train.json and those of other splits, for a trainer that takes JSON lists in LLaVA's shape and no more."""
    found = Findings()
    talks = Talks(folder, manner, found, columns=COLUMNS)
    talks.look_at_lists()
    talks.compare()
    return found
