"""One story as a shard takes it: with names that are its own in the whole dataset, as people decided about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from dreamgen.bulk.places import Places
from dreamgen.core.base import fingerprint
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Receipt, Reject, Tally
from dreamgen.errors import DreamgenError
from dreamgen.export.checks import Fault, look_at, pair_defects
from dreamgen.export.media import mend, used
from dreamgen.run import disk
from dreamgen.run.assembling import in_run
from dreamgen.run.auditing import named
from dreamgen.run.books import CALIBRATION, RECEIPT, STORIES, RunReceipt, Subject, read_receipt
from dreamgen.run.decisions import Decisions
from dreamgen.run.opened import JoinedLine, StoryRun
from dreamgen.run.reviewed import reviewed

_FILMED: Final = ("clip", "film")
"""Stages whose files are clips."""


class ShardStory:
    """One story; what is asked for is read then.

    Args:
        folder: of the bulk run.
        name: of the item.
        decisions: what people decided about pairs of the dataset.

    Raises:
        DreamgenError: when it is not whole.
    """

    def __init__(self, folder: Path, name: str, decisions: Decisions) -> None:
        self.name, self._folder, self._decisions = name, folder, decisions
        place = Places(folder).item(name)
        whole = read_receipt(place / RECEIPT, RunReceipt)
        if whole is None or not whole.stories:
            raise _unreadable(place / RECEIPT)
        below = (place / STORIES / whole.stories[0]).relative_to(folder).as_posix()
        self.line = JoinedLine(name=name, place=below)
        self.run = StoryRun(folder / below, self.line)
        receipt = read_receipt(self.run.folder / RECEIPT, Receipt)  # not kept: it is long
        if receipt is None:
            raise _unreadable(self.run.folder / RECEIPT)
        self._tallies = receipt.tallies
        self.digest = self._digest(receipt)
        """Of all that goes into a shard, since two walks through an item on a GPU may differ."""

    def _digest(self, receipt: Receipt) -> str:
        made = [made.outputs for made in receipt.made if made.stage in _FILMED]
        written = (self.run.folder / name for name in ("pairs.jsonl", "rejects.jsonl", CALIBRATION))
        sums = [disk.sha256(path) if path.is_file() else "" for path in written]
        return fingerprint([made, sums, receipt.tallies, list(self._decided.values())])

    @cached_property
    def pairs(self) -> tuple[InstructionPair, ...]:
        """As the dataset calls them."""
        return named(self.name, self._left[0])

    @cached_property
    def clips(self) -> list[Clip]:
        """Those that some pair is about, with paths below the bulk run's folder."""
        subject = Subject(id=self.name, place=self.line.place, inputs=())
        return used(self.pairs, [in_run(clip, subject) for clip in self.run.clips.values()])

    @property
    def rejects(self) -> tuple[Reject, ...]:
        """Everything that was dropped."""
        return (*self.run.rejects, *self._left[1])

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """Its books, with what people have rejected since they were closed."""
        return tuple(_less(tally, self._left[1]) for tally in self._tallies)

    def ready(self, into: Path) -> list[tuple[Clip, Path]]:
        """The clips as any loader takes them, each with the folder that its paths lead down from.

        Args:
            into: where copies are put of clips that have to be changed for that.

        Raises:
            DreamgenError: with the first thing that can't be helped.
        """
        for defect in pair_defects(self.pairs, self.clips):
            raise DreamgenError(f"{self.name}: {defect}", "It is a defect of dreamgen or of a backend.")
        found = []
        for clip in self.clips:
            wants = look_at(clip, self._folder)
            if isinstance(wants, Fault):
                raise DreamgenError(f"{clip.id}: {wants.detail}", "It is a defect of dreamgen or of a backend.")
            found.append((mend(clip, self._folder, wants, into)[0], into) if wants else (clip, self._folder))
        return found

    @cached_property
    def _decided(self) -> Mapping[str, object]:
        start = f"{self.name}-"
        return {pair: one for pair, one in self._decisions.standing().items() if pair.startswith(start)}

    @cached_property
    def _left(self) -> tuple[Sequence[InstructionPair], tuple[Reject, ...]]:
        if not self._decided:
            return self.run.pairs, ()
        found = reviewed(self.run, self._decisions)
        return found.pairs, found.rejects


def _less(tally: Tally, rejects: Sequence[Reject]) -> Tally:
    more = Counter(reject.reason for reject in rejects if f"{reject.kind}s" == tally.what)
    if not more:
        return tally
    dropped = Counter(dict(tally.dropped)) + more
    return tally.model_copy(update={"kept": tally.kept - more.total(), "dropped": tuple(sorted(dropped.items()))})


def _unreadable(path: Path) -> DreamgenError:
    return DreamgenError(f"{path} is missing or damaged", "Run the same command again: it is then made anew.")
