"""PLM's published sets (Cho et al. 2025): fgqa, sgqa, rcap, rtloc and rdcap, each as lines and as Parquet.

What is held out has the columns of PLM-VideoBench, what is trained on those of PLM-Video-Human. Boxes of the subjects
are in metadata/, as lmms-eval reads them; their masks lie beside the clips, as SA-V has them, with the same numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final

from pydantic import Field

from dreamgen.core.amounts import amount
from dreamgen.core.base import Record
from dreamgen.core.dataset import TRAIN, Dataset, Split
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.engines.parquet import require_parquet
from dreamgen.errors import NothingToWrite
from dreamgen.export.plm import rows
from dreamgen.export.plm.marks import Marks
from dreamgen.export.plm.refusals import add_refusals, refusal
from dreamgen.export.plm.rows import Asked
from dreamgen.export.plm.sa_v import write_annotation
from dreamgen.export.plm.sets import Sets
from dreamgen.export.plm.stretches import given_away, stretch_of, tiled
from dreamgen.export.ready import Ready, make_ready

TASKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "choice": "fgqa",
        "open": "sgqa",
        "region_caption": "rcap",
        "region_localise": "rtloc",
        "region_dense": "rdcap",
    }
)
"""Form of a pair to the task that it is a row of; the others have no place in PLM's sets."""
NAMES: Final[Mapping[Split, str]] = MappingProxyType({"train": "train", "validation": "val", "test": "test"})
"""Splits as PLM calls them."""
LEAST_FRAMES: Final = 32
"""lmms-eval takes so many of every clip with a marked subject, and stops at a shorter one."""


class PlmbenchExporter(Record):
    """Writes a folder for each task with plm_TASK_SPLIT.jsonl and .parquet, metadata/, README.md and `clips/`."""

    marks_subjects: bool = Field(default=True, exclude=True)
    """The subjects of rcap, rtloc and rdcap have boxes and masks."""
    as_test: bool = False
    """Whether all of it is a benchmark that nobody trains on, and not only what is held out."""

    def model_post_init(self, context: Any) -> None:
        """Needs pyarrow.

        Raises:
            MissingExtra: without it.
        """
        require_parquet("the export plmbench")

    def carries(self, dataset: Dataset) -> Dataset:
        """The pairs that have a place in it."""
        return dataset.only(lambda pair: pair.form in TASKS)

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder.

        Raises:
            NothingToWrite: when no pair has a place in it.
        """
        wanted = self.carries(dataset)
        if dataset.pairs and not wanted.pairs:
            raise NothingToWrite(
                f"plmbench has nothing to write: none of {amount(len(dataset.pairs), 'pair')} is a choice, an open"
                " question, or about a marked subject",
                "docs/tasks.md says which tasks are asked as choices.",
            )
        ready = make_ready(wanted, into)
        refused: list[Reject] = []
        with ExitStack() as stack:
            sets = Sets(into, stack)
            writer = _Writer(ready, sets)
            for split in ready.splits:
                name = NAMES["test" if self.as_test else split]
                for pair, clip, video in ready.rows(split):
                    reason = writer.write(name, pair, clip, video)
                    if reason:
                        refused.append(refusal(pair, reason))
            sets.finish()
        add_refusals(into, refused)
        return into


class _Writer:
    """Makes rows of pairs."""

    def __init__(self, ready: Ready, sets: Sets) -> None:
        self._dataset, self._sets = ready.dataset, sets
        self._marks = Marks(ready.media_of)
        self._sources: dict[str, Source] = {source.id: source for source in ready.dataset.sources}
        self._numbers: Counter[tuple[str, str]] = Counter()
        """Rows of each task and split about marked subjects."""
        self._answered: set[str] = set()
        """Questions that have a row to train on."""
        self._marked: set[tuple[str, str]] = set()
        """Clips and subjects whose boxes are written."""
        self._masked: set[str] = set()
        """Clips whose masks are."""

    def write(self, split: str, pair: InstructionPair, clip: Clip, video: str) -> str:
        """Adds the rows of a pair; why it can't, or nothing.

        Args:
            split: as PLM calls it.
            pair: of a form that has a task.
            clip: what it is about.
            video: the clip's file below the folder.
        """
        source = self._sources.get(clip.excerpt.source) if clip.excerpt else None
        asked = Asked(pair, clip, PurePosixPath(video).name, self._dataset.group_of(clip.id), source)
        if pair.form.startswith("region_"):
            return self._mark(split, asked)
        question = pair.question or pair.id
        if split == TRAIN:
            if rows.is_about_options(pair):
                return "asks_about_its_options"
            self._sets.name("fgqa", split, question, pair.id)
            if question not in self._answered:  # choices of one question have one right answer
                self._answered.add(question)
                self._sets.add("fgqa", split, rows.answered(asked))
        elif pair.form == "choice":
            self._sets.name("fgqa", split, question, pair.id)
            for row in rows.choices(asked):
                self._sets.add("fgqa", split, row)
        else:
            self._sets.name("sgqa", split, pair.id, pair.id)
            self._sets.add("sgqa", split, rows.open_question(asked))
        return ""

    def _mark(self, split: str, asked: Asked) -> str:
        pair, clip, task = asked.pair, asked.clip, TASKS[asked.pair.form]
        subject = self._marks.subject(pair, clip)
        if not subject:
            return "subject_not_marked"
        if clip.frames < LEAST_FRAMES and split != TRAIN:
            return "clip_too_short"
        boxes, masklet = self._marks.boxes(clip, subject), self._marks.number(clip, subject)
        uid = self._numbers[task, split]
        if pair.form == "region_dense":
            told = tiled(pair.segments, clip, boxes)
            if not told:
                return "stretches_with_gaps"
            row = rows.events(asked, uid, masklet, told)
        else:
            one = stretch_of(pair.segments[0], clip)
            if pair.form == "region_localise" and given_away(one, boxes):
                return "box_tells"
            row = rows.event(asked, uid, masklet, one)
        self._numbers[task, split] += 1
        self._sets.add(task, split, row)
        self._sets.name(task, split, uid, pair.id, subject)
        if (asked.video, subject) not in self._marked:
            self._marked.add((asked.video, subject))
            self._sets.mark(split, asked.video, masklet, boxes)
        if asked.video not in self._masked:
            self._masked.add(asked.video)
            name = PurePosixPath(asked.video).stem
            write_annotation(clip, name, split, self._marks.of(clip), self._sets.into / "clips")
        return ""
