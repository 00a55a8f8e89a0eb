"""Captions in one schema, whatever they come from: a JSON array, the same as lines, and a map from videos to ids.

As ShareGemini publishes its captions, with what is missing there: every row has the same columns, so that any loader
takes rows of several sources together, and says whose words it is, asked with which prompt, and under which licence.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from pydantic_core import to_json

from dreamgen.core.amounts import amount
from dreamgen.core.base import Record, fingerprint
from dreamgen.core.dataset import Dataset, Split
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import NothingToWrite
from dreamgen.export.card import CARD, Told, card_text, config_name, rendered
from dreamgen.export.counts import counts_of
from dreamgen.export.hub_licences import HUB_LICENCES, OTHER
from dreamgen.export.llava import turns
from dreamgen.export.ready import Ready, make_ready
from dreamgen.export.rows import write_list
from dreamgen.shelf import find

NAMES: Final = "videoname2id.json"
PROMPTS: Final = "prompts.json"
UNKNOWN: Final = "unknown"
"""Stands for a licence that nobody has told."""
_PROMPT: Final = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_]+)*")
"""How prompts are called: annotate/fuse."""
SYNOPSIS: Final = "synopsis"
"""The program whose captions tell the story, and not what is seen."""
_WHOLE: Final = 0.9
"""Share of a clip from which on a caption is one of all of it."""


class CaptionsExporter(Record):
    """Writes train.json, train.jsonl, videoname2id.json, prompts.json, README.md and `clips/`.

    A row is one caption of one clip. What a model described and what programs computed from the claims of a dreamed
    film have the same columns; where one does not apply, it holds an empty text.
    """

    parts: bool = False
    """Whether captions of single shots and stretches are rows too, besides those of whole clips."""
    dataset: str = "dreamgen"
    """The set to which videos belong of which nobody said another."""
    licence: str = UNKNOWN
    """Of what was made here; whoever publishes it decides. Videos that were found keep their own."""

    def carries(self, dataset: Dataset) -> Dataset:
        """The captions."""
        return dataset.only(lambda pair: pair.form == "caption" and self._wanted(pair, dataset.by_id.get(pair.clip)))

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of train.json; what is held out is in files of its own beside it.

        Raises:
            NothingToWrite: when no pair is a caption.
        """
        wanted = self.carries(dataset)
        if dataset.pairs and not wanted.pairs:
            raise NothingToWrite(
                f"captions has nothing to write: none of {amount(len(dataset.pairs), 'pair')} is a caption of a whole "
                "clip",
                "Have clips described by the annotator captions; docs/annotating.md has the command.",
            )
        ready = make_ready(wanted, into)
        found = {source.id: source for source in dataset.sources}
        told = _Told()
        for split in ready.splits:
            # both at once: every walk through the rows may read all pairs from the disk again
            with (into / f"{split}.jsonl").open("wb") as lines:
                write_list(into / f"{split}.json", told.hear(split, self._rows(ready, split, found), lines))
        names = json.dumps(told.names, ensure_ascii=False, indent=1)
        (into / NAMES).write_text(f"{names}\n", "utf-8")
        prompts = json.dumps(_prompts(told.prompts), ensure_ascii=False, indent=1)
        (into / PROMPTS).write_text(f"{prompts}\n", "utf-8")
        (into / CARD).write_text(_card(told, ready), "utf-8")
        return into / f"{ready.splits[0]}.json"

    def _wanted(self, pair: InstructionPair, clip: Clip | None) -> bool:
        start, end = pair.span or (0.0, 0.0)
        return self.parts or clip is None or pair.span is None or end - start >= _WHOLE * clip.seconds

    def _rows(self, ready: Ready, split: Split, found: dict[str, Source]) -> Iterator[dict[str, Any]]:
        return (self._row(pair, clip, video, found) for pair, clip, video in ready.rows(split))

    def _row(self, pair: InstructionPair, clip: Clip, video: str, found: dict[str, Source]) -> dict[str, Any]:
        source = found.get(clip.excerpt.source) if clip.excerpt else None
        told = turns(pair, "<video>\n")
        begin = clip.excerpt.start if clip.excerpt else 0.0
        start, end = pair.span or (0.0, clip.seconds)
        by = _by(pair)
        return {
            "id": pair.id,
            "video": video,
            "set": (source.dataset if source else "") or self.dataset,
            "source": source.name if source else Path(video).name,
            "start": float(round(begin + start, 4)),
            "end": float(round(begin + end, 4)),
            "title": source.title if source else "",
            "caption": told[-1]["value"],
            "program": pair.program.name,
            "model": "; ".join(dict.fromkeys(model for model, _ in by)),
            "prompt": "; ".join(dict.fromkeys(prompt for _, prompt in by)),
            "weight": float(pair.weight),
            "claims": list(pair.claims),
            "licence": (source.licence or UNKNOWN) if source else self.licence if clip.origin == "dreamed" else UNKNOWN,
            "url": source.url if source else "",
            "conversations": told,
        }


class _Told:
    """What the rows say together, gathered while they are written."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}
        """The name of each file in clips/ to the ids of its rows."""
        self.prompts: set[str] = set()
        self.licences: Counter[str] = Counter()
        self.programs: Counter[str] = Counter()
        self.splits: Counter[str] = Counter()
        self.videos: set[str] = set()
        self.written = 0
        """How many a model wrote."""
        self.sum = hashlib.sha256()
        """Of all rows."""

    def hear(self, split: Split, rows: Iterable[dict[str, Any]], lines: BinaryIO) -> Iterator[dict[str, Any]]:
        """The same rows, each of which becomes a line of a file, too."""
        for row in rows:
            line = to_json(row) + b"\n"
            lines.write(line)
            self.sum.update(line)
            self.names.setdefault(Path(row["video"]).name, []).append(row["id"])
            self.prompts.update(one for one in row["prompt"].split("; ") if one)
            self.licences[row["licence"]] += 1
            self.programs[row["program"]] += 1
            self.written += bool(row["model"])
            self.splits[split] += 1
            self.videos.add(row["video"])
            yield row


def _by(pair: InstructionPair) -> list[tuple[str, str]]:
    """Model and prompt of each that had a part in a caption; nothing where a program computed it."""
    arguments = dict(pair.program.arguments)
    told = (one.rpartition(" ") for one in arguments.get("by", "").split("; ") if one)
    return [(model, prompt) for model, _, prompt in told]


def _card(told: _Told, ready: Ready) -> str:
    """The text of README.md: without it the hub's viewer would take the map of names for rows."""
    by_licence = sorted((card_text(licence), count) for licence, count in told.licences.items())
    only = next(iter(told.licences)).lower() if len(told.licences) == 1 else ""
    common = Told(
        name="Captions", license=only if only in HUB_LICENCES else OTHER,
        config=config_name(told.sum.hexdigest()), splits=tuple((split, told.splits[split]) for split in ready.splits),
        counts=counts_of((), [ready.clips[name] for name in ready.videos]),
        about=ready.dataset.about, part=True,
    )  # fmt: skip
    rows, videos = told.licences.total(), len(told.videos)
    return rendered(
        "captions.md.jinja", common, rows=rows, videos=videos, by_licence=by_licence,
        written=told.written, synopses=told.programs[SYNOPSIS],
    )  # fmt: skip


def _prompts(asked: Iterable[str]) -> dict[str, str]:
    """Name and fingerprint to the text of each prompt; empty for one that has been changed since."""
    found = {}
    for one in sorted(asked):
        name, _, mark = one.partition("@")
        # what a claim says of its prompt is a text from a file, and no path but that of a prompt follows from it
        path = find("prompts", f"{name}.md") if _PROMPT.fullmatch(name) else None
        text = path.read_text("utf-8") if path else ""
        found[one] = text if mark and fingerprint(text).startswith(mark) else ""
    return found
