"""A Hugging Face `datasets` folder: VideoFolder with metadata.jsonl, and a dataset card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import field_validator

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.engines.parquet import Column, new_table, require_parquet
from dreamgen.export import columns
from dreamgen.export.card import CARD, Told, card_of, config_name, known
from dreamgen.export.conversations import messages, plain
from dreamgen.export.counts import counts_of
from dreamgen.export.croissant import CROISSANT, Publishing, Rows, croissant, data_file
from dreamgen.export.hub_licences import hub_licence
from dreamgen.export.marking import mark_all
from dreamgen.export.ready import Ready, make_ready
from dreamgen.export.rows import write_lines

METADATA: Final = "metadata.jsonl"
TABLE: Final = "metadata.parquet"
"""Instead of it where a split has choices and another has none: JSON tells no type of lists that are all empty, and
`datasets` refuses splits whose types differ."""
CLIPS: Final = "*/clips/*.mp4"
_OWN: Final = (
    Column("file_name", "text", "The clip's file, below the folder of this table."),
    Column("is_audited", "yes_no", "Whether a person watched the clip and found the pair right."),
)
COLUMNS: Final = tuple(
    next(column for column in (*_OWN, *columns.COLUMNS) if column.name == name)
    for name in (
        "file_name", "id", "clip", "task", "form", "question", "options", "answer", "answer_letter", "conversations",
        "start", "end", "weight", "claims", "program", "is_audited",
    )
)  # fmt: skip
"""Of a row."""


class HuggingfaceExporter(Record):
    """Writes `README.md` and `train/` with metadata.jsonl and clips, for `load_dataset("videofolder", ...)`."""

    name: str = ""
    """The dataset's title on its card; empty says what the videos are."""
    license: str = "unknown"
    """An id of the hub's list, or the address of its text; whoever publishes the dataset decides."""

    @field_validator("license")
    @classmethod
    def _is_known_to_the_hub(cls, license: str) -> str:
        return hub_licence(license)

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder; what is held out is in a folder of its own, named like its split."""
        ready = make_ready(dataset, into, by_split=True)
        self.write(ready, into)
        tell(self.told(ready), into)
        return into

    def write(self, ready: Ready, into: Path) -> None:
        """The rows of every split, and a mark in every clip that was made here."""
        mark_all((ready.clips[name], into / video) for name, video in ready.videos.items())
        chosen = {any(pair.options for pair in ready.dataset.within(split)) for split in ready.splits}
        for split in ready.splits:
            (into / split).mkdir(exist_ok=True)
            rows = (_row(pair, clip, video.removeprefix(f"{split}/")) for pair, clip, video in ready.rows(split))
            if len(chosen) == 1:
                write_lines(into / split / METADATA, rows)
                continue
            require_parquet("the export huggingface of splits with choices and without")
            with new_table(into / split / TABLE, COLUMNS) as table:
                for row in rows:
                    table.add(row)

    def told(self, ready: Ready) -> Told:
        """What the card and the Croissant tell."""
        dataset = ready.dataset
        shown = [ready.clips[name] for name in ready.videos]
        splits = Counter[str]()

        def walked() -> Iterator[InstructionPair]:  # once: pairs may be read from the disk
            for pair in dataset.pairs:
                splits[dataset.split_of(pair.clip)] += 1
                yield pair

        counts = counts_of(walked(), shown)
        return Told(
            name=self.name or _title(shown),
            license=self.license,
            config=config_name(dataset.pairs, shown),
            counts=counts,
            about=dataset.about.model_copy(update={"licences": _licences(dataset, shown)}),
            splits=tuple((split, splits[split]) for split in ready.splits),
        )


def tell(told: Told, into: Path, publishing: Publishing | None = None) -> None:
    """Writes README.md and croissant.json of a folder in this form.

    Args:
        told: what they say.
        into: the folder, whose rows and clips are there.
        publishing: what only whoever publishes it knows.
    """
    (into / CARD).write_text(card_of(told), "utf-8")
    name = METADATA if any(into.glob(f"*/{METADATA}")) else TABLE
    rows = [Rows(split, data_file(into / split / name, into), COLUMNS) for split, _ in told.splits]
    text = croissant(told, rows, CLIPS, publishing or Publishing(license=known(told.license)))
    (into / CROISSANT).write_text(text, "utf-8")


def _title(clips: Sequence[Clip]) -> str:
    return "Annotated videos" if clips and all(clip.origin == "found" for clip in clips) else "Dreamgen stories"


def _licences(dataset: Dataset, clips: Sequence[Clip]) -> tuple[str, ...]:
    """Of every video that a clip was cut from, its licence."""
    shown = {clip.excerpt.source for clip in clips if clip.excerpt}
    return tuple(source.licence for source in dataset.sources if source.id in shown)


def _row(pair: InstructionPair, clip: Clip, video: str) -> dict[str, Any]:
    start, end = pair.span if pair.span is not None else (0.0, clip.seconds)
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
        "start": float(start),
        "end": float(end),
        "weight": float(pair.weight),
        "claims": list(pair.claims),
        "program": pair.program.name,
        "is_audited": pair.audited,
    }
