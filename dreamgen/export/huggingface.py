"""A Hugging Face `datasets` folder: VideoFolder with metadata.jsonl, and a dataset card."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.core.trusted import Trusted
from dreamgen.export.card import Told, card
from dreamgen.export.checks import check
from dreamgen.export.conversations import messages, plain
from dreamgen.export.media import bring, used

SPLIT = "train"
"""All pairs of one story belong in one split, or a test would know its training film."""


class HuggingfaceExporter(Record):
    """Writes `README.md` and `train/` with metadata.jsonl and clips, for `load_dataset("videofolder", ...)`."""

    name: str = ""
    """The dataset's title on its card; empty says what the videos are."""
    license: str = "unknown"
    """A licence identifier of the Hub; whoever publishes the dataset decides."""
    trusted: Trusted = Trusted(vote=())
    """How good the verifiers were, and how wrong the dataset still is."""
    writer: str = ""
    """The language model that wrote the stories; empty where none did."""
    source: str = ""
    """Where the stories come from, when they were written elsewhere."""
    likenesses: tuple[str, ...] = ()
    """Real persons whom somebody on screen was made to look like."""
    shortcuts: tuple[str, ...] = ()
    """What the shortcut audit found, in sentences; empty where none was made."""
    sources: tuple[Source, ...] = Field(default=(), exclude=True)
    """The videos that were found, which the run hands over."""

    def export(self, pairs: Iterable[InstructionPair], clips: Sequence[Clip], media: Path, into: Path) -> Path:
        """The folder."""
        known = tuple(pairs)
        check(known, clips, media)
        folder = into / SPLIT
        folder.mkdir()
        shown = used(known, clips)
        videos = bring(shown, media, folder)
        lines = [json.dumps(_row(pair, videos[pair.clip]), ensure_ascii=False) + "\n" for pair in known]
        (folder / "metadata.jsonl").write_text("".join(lines), "utf-8")
        told = Told(
            trusted=self.trusted, writer=self.writer, source=self.source, likenesses=self.likenesses,
            shortcuts=self.shortcuts, licences=_licences(self.sources, shown),
        )  # fmt: skip
        text = card(self.name or _title(shown), self.license, known, shown, told)
        (into / "README.md").write_text(text, "utf-8")
        return into


def _title(clips: Sequence[Clip]) -> str:
    return "Annotated videos" if clips and all(clip.origin == "found" for clip in clips) else "Dreamgen stories"


def _licences(sources: Sequence[Source], clips: Sequence[Clip]) -> tuple[str, ...]:
    """Of every video that a clip was cut from, its licence."""
    shown = {clip.excerpt.source for clip in clips if clip.excerpt}
    return tuple(source.licence for source in sources if source.id in shown)


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
