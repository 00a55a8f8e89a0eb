"""Perception LM's training rows, as `VisionPreprocessor` of core/data/preprocessor.py reads them (Cho et al. 2025).

A line is a conversation between human and assistant about `video`, between `start_time` and `end_time` in seconds. In
`bbox_map` the frames of the clip, as texts, have the box of the subject or null; the trainer draws it in red on the
frames that it samples, and shows those alone. So texts count the sampled frames, as the published prompts do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.dataset import SPLITS, Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.engines.overlay import sampled
from dreamgen.export.conversations import messages, plain
from dreamgen.export.plm.marks import Marks
from dreamgen.export.plm.prompts import RCAP, RDCAP, RTLOC, fgqa, frames_in
from dreamgen.export.plm.refusals import add_refusals, refusal
from dreamgen.export.plm.stretches import given_away, shown, stretch_of, tiled
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_lines
from dreamgen.export.rules.files import lined
from dreamgen.export.rules.findings import Findings
from dreamgen.export.untrained import nothing_left

CONFIG: Final = "datasets.yaml"

_HEAD: Final = (
    "# Put these into apps/plm/configs/datasets.yaml, with the path of this folder before every annotation and for\n"
    "# every root_dir{then}. A dataset needs a row for every worker of every GPU.\n"
)
_THEN: Final = "; then train with data.datamix=dreamgen:1"

Texts = list[tuple[str, str]]


class Key(NamedTuple):
    """What a row about a marked subject takes for right; it counts the frames that are shown, and not the clip's."""

    pair: str
    """The id of what it asks."""
    answer: str
    """In the row's frames."""
    frames: int
    """How many of them there are."""


class PlmExporter(Record):
    """Writes `train.jsonl`, `datasets.yaml` and `clips/`; what is held out is a dataset of its own."""

    marks_subjects: bool = Field(default=True, exclude=True)
    """A row about a marked subject has its boxes."""
    frames: int = Field(default=32, ge=1)
    """How many frames of a clip the trainer shows at most: max_video_frames of its configuration."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `datasets.yaml`."""
        ready = make_ready(dataset, into)
        writer = _Writer(Marks(ready.media_of), self.frames)
        for split in ready.splits:
            write_lines(into / f"{split}.jsonl", writer.rows(ready.rows(split)))
        add_refusals(into, writer.refused)
        entries = (
            f"dreamgen{'' if split == 'train' else f'_{split}'}:\n    annotation: {split}.jsonl\n    root_dir: .\n"
            for split in ready.splits
        )
        none = nothing_left(ready.splits)
        head = f"# {none}\n{_HEAD.format(then='')}" if none else _HEAD.format(then=_THEN)
        (into / CONFIG).write_text(head + "\n".join(entries), "utf-8")
        return into / CONFIG

    @staticmethod
    def region_keys(folder: Path) -> Iterator[Key]:
        """What the rows of a folder about marked subjects take for right."""
        for path in filter(Path.is_file, (folder / f"{split}.jsonl" for split in SPLITS)):
            for _, row in lined(path, Findings()):
                if "bbox_map" in row:
                    asked, answered = row["conversations"]
                    yield Key(row["id"], answered["value"], frames_in(asked["value"]))


class _Writer:
    def __init__(self, marks: Marks, most: int) -> None:
        self._marks, self._most = marks, most
        self.refused: list[Reject] = []

    def rows(self, pairs: Iterator[tuple[InstructionPair, Clip, str]]) -> Iterator[dict[str, Any]]:
        for pair, clip, video in pairs:
            texts, boxes, reason = self._told(pair, clip)
            if reason:
                self.refused.append(refusal(pair, reason))
                continue
            row: dict[str, Any] = {"id": pair.id, "video": video, "start_time": 0.0, "end_time": float(clip.seconds)}
            if boxes:
                row["bbox_map"] = boxes
            yield row | {"conversations": [{"from": role, "value": text} for role, text in texts]}

    def _told(self, pair: InstructionPair, clip: Clip) -> tuple[Texts, dict[str, Any], str]:
        """What is said, where the subject is, and why the pair can't be written; empty where it can."""
        if not pair.form.startswith("region_"):
            return _plainly(pair), {}, ""
        subject = self._marks.subject(pair, clip)
        boxes = self._marks.boxes(clip, subject)
        frames = sampled(clip.frames, clip.fps, self._most)
        if not subject or not any(boxes[frame] for frame in frames):
            return [], {}, "subject_not_sampled"
        texts, reason = _asked(pair, clip, frames, boxes)
        return texts, {str(frame): box for frame, box in enumerate(boxes)}, reason


def _plainly(pair: InstructionPair) -> Texts:
    if pair.question and len(pair.options) == 2 and pair.answer_index is not None:
        options = [plain(option) for option in pair.options]
        asked, answer = fgqa(plain(pair.turns[-2].text), options, pair.answer_index)
        return [*messages(pair)[:-2], ("human", asked), ("assistant", answer)]
    return messages(pair)


def _asked(pair: InstructionPair, clip: Clip, frames: tuple[int, ...], boxes: tuple[object, ...]) -> tuple[Texts, str]:
    """A pair about a marked subject in frames as they are shown, or why it can't be asked so."""
    slots = {"frames": len(frames), "last": len(frames) - 1}
    if pair.form == "region_dense":
        lines = [one for whole in tiled(pair.segments, clip, boxes) if (one := shown(whole, frames))]
        told = "\n".join(f"[{one.start}, {one.end}]: {one.text}" for one in lines)
        return ([("human", RDCAP.format(**slots)), ("assistant", told)], "") if told else ([], "stretch_not_sampled")
    stretch = shown(stretch_of(pair.segments[0], clip), frames) if pair.segments else None
    if stretch is None:
        return [], "stretch_not_sampled"
    if pair.form == "region_localise":
        if given_away(stretch, [boxes[frame] for frame in frames]):
            return [], "box_tells"
        asked = RTLOC.format(caption=stretch.text, **slots)
        return [("human", asked), ("assistant", f"[{stretch.start}, {stretch.end}]")], ""
    asked = RCAP.format(start=stretch.start, end=stretch.end, **slots)
    return [("human", asked), ("assistant", stretch.text)], ""
