"""A Hugging Face `datasets` folder: VideoFolder with metadata.jsonl, and a dataset card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.export.card import card
from dreamgen.export.conversations import messages, plain
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_lines


class HuggingfaceExporter(Record):
    """Writes `README.md` and `train/` with metadata.jsonl and clips, for `load_dataset("videofolder", ...)`."""

    name: str = ""
    """The dataset's title on its card; empty says what the videos are."""
    license: str = "unknown"
    """A licence identifier of the Hub; whoever publishes the dataset decides."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder; what is held out is in a folder of its own, named like its split."""
        ready = make_ready(dataset, into, by_split=True)
        for split in ready.splits:
            (into / split).mkdir(exist_ok=True)
            rows = (_row(pair, video.removeprefix(f"{split}/")) for pair, _, video in ready.rows(split))
            write_lines(into / split / "metadata.jsonl", rows)
        shown = [ready.clips[name] for name in ready.videos]
        about = dataset.about.model_copy(update={"licences": _licences(dataset, shown)})
        text = card(self.name or _title(shown), self.license, replace(ready.dataset, about=about), shown, ready.splits)
        (into / "README.md").write_text(text, "utf-8")
        return into


def _title(clips: Sequence[Clip]) -> str:
    return "Annotated videos" if clips and all(clip.origin == "found" for clip in clips) else "Dreamgen stories"


def _licences(dataset: Dataset, clips: Sequence[Clip]) -> tuple[str, ...]:
    """Of every video that a clip was cut from, its licence."""
    shown = {clip.excerpt.source for clip in clips if clip.excerpt}
    return tuple(source.licence for source in dataset.sources if source.id in shown)


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    start, end = pair.span if pair.span is not None else (None, None)
    return {
        "file_name": video,
        "id": pair.id,
        "clip": pair.clip,
        "task": pair.task,
        "form": pair.form,
        "question": plain(pair.turns[0].text),
        "options": [plain(option) for option in pair.options],
        "answer": plain(pair.turns[1].text),
        "answer_letter": LETTERS[pair.answer_index] if pair.answer_index is not None else "",
        "conversations": [{"role": role, "content": text} for role, text in messages(pair)],
        "start": start,
        "end": end,
        "weight": pair.weight,
        "claims": list(pair.claims),
        "program": pair.program.name,
        "is_audited": pair.audited,
    }
