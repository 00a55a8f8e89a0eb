"""Pairs as rows of a table whose columns and types are the same whatever is in it, and clips as samples beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.media import Clip
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.engines.parquet import Column
from dreamgen.export.conversations import messages, plain

VERSION: Final = 1
"""Of the columns; grows when one is taken away or means something else."""

COLUMNS: Final = (
    Column("id", "text", "Unique in the whole dataset."),
    Column("story", "text", "The story that it is about; empty for found footage. One story is never in two splits."),
    Column("split", "text", "train, validation or test."),
    Column("clip", "text", "The id of the clip, unique in the whole dataset."),
    Column("shard", "text", "The tar file that the clip is in; empty where it lies in a folder."),
    Column("key", "text", "The clip's sample in the tar file."),
    Column("video", "text", "The clip's file: in the tar file, or below the folder of this table."),
    Column("seconds", "number", "Length of the clip."),
    Column("fps", "number", "Frames a second of the clip."),
    Column("width", "whole", "Of its pictures, in pixels."),
    Column("height", "whole", "Of its pictures, in pixels."),
    Column("task", "text", "What the pair teaches; docs/tasks.md has them all."),
    Column("form", "text", "open, choice, yes_no, caption, dialogue, or one of the region forms."),
    Column("question", "text", "The first thing asked, without options."),
    Column("options", "texts", "The choices, without letters; an empty list unless the form is choice."),
    Column("answer", "text", "What is answered to it, in words."),
    Column("answer_letter", "text", "The letter of the right choice; empty unless the form is choice."),
    Column("conversations", "messages", "All turns as a trainer sees them; role is human or assistant."),
    Column("start", "number", "Seconds of the clip from which on the answer rests on it; 0 for all of it."),
    Column("end", "number", "Seconds of the clip up to which; its length for all of it."),
    Column("segments", "segments", "Of dense forms: what is said of each stretch of the clip, in seconds."),
    Column("masklets", "texts", "Who or what is marked in the picture; their masks are beside the clip."),
    Column("claims", "texts", "Ids of the claims that the answer rests on; `dreamgen why` prints them."),
    Column("program", "text", "What computed the answer."),
    Column("weight", "number", "The estimated chance that the answer is right, 0-1."),
    Column("benchmarks", "texts", "Dimensions of benchmarks that it trains for."),
    Column("rationale", "text", "The way to the answer, step by step; empty where none is told."),
    Column("answerable", "yes_no", "Whether the video tells the answer."),
    Column("twin", "text", "The pair that asks the same of a clip that differs in one thing; empty for most."),
    Column("group", "text", "The question that several binary pairs share; empty where it is one of its own."),
    Column("domain", "text", "What kind of activity the video shows; empty where nobody said."),
    Column("audited", "yes_no", "Whether a person watched the clip and found the pair right."),
)  # fmt: skip
"""Of a table of pairs."""

REJECTED: Final = (
    Column("story", "text", "The story that it was dropped from."),
    Column("kind", "text", "item, claim, pair, keyframe or text."),
    Column("what", "text", "The id of what was dropped, or the text that could not be used."),
    Column("stage", "text", "Where it was dropped."),
    Column("reason", "text", "Machine-readable."),
    Column("clip", "text", "The clip that it speaks of; empty where there is none."),
    Column("detail", "text", "For people."),
)  # fmt: skip
"""Of a table of what was dropped."""

_LONGEST = 80
_STRANGE = re.compile(r"[^A-Za-z0-9_-]")


class Place(Record):
    """Where a pair stands in a dataset."""

    story: str = ""
    """The name of its story."""
    split: str = "train"
    """Which part of the dataset."""
    shard: str = ""
    """The tar file of its clip; empty where it lies in a folder."""
    video: str
    """The clip's file."""


def sample_key(clip: str) -> str:
    """The name of a clip's sample: what loaders take for a path or an ending is not in it, and it stays unique."""
    plain_name = _STRANGE.sub("_", clip)
    if plain_name == clip and len(clip) <= _LONGEST:
        return clip
    return f"{plain_name[: _LONGEST - 9]}-{fingerprint(clip)[:8]}"


def pair_row(pair: InstructionPair, clip: Clip, place: Place) -> dict[str, Any]:
    """A pair as a row of `COLUMNS`."""
    start, end = pair.span if pair.span is not None else (0.0, clip.seconds)
    return {
        "id": pair.id, "story": place.story, "split": place.split, "clip": pair.clip, "shard": place.shard,
        "key": sample_key(pair.clip), "video": place.video, "seconds": float(clip.seconds), "fps": float(clip.fps),
        "width": clip.size[0], "height": clip.size[1], "task": pair.task, "form": pair.form,
        "question": plain(pair.turns[0].text), "options": [plain(option) for option in pair.options],
        "answer": plain(pair.turns[1].text), "answer_letter": _letter(pair),
        "conversations": [{"role": role, "content": text} for role, text in messages(pair)],
        "start": float(start), "end": float(end),
        "segments": [{"start": one.start, "end": one.end, "text": plain(one.text)} for one in pair.segments],
        "masklets": list(pair.masklets), "claims": list(pair.claims), "program": pair.program.name,
        "weight": float(pair.weight), "benchmarks": list(pair.benchmarks), "rationale": plain(pair.rationale),
        "answerable": pair.answerable, "twin": pair.twin, "group": pair.question, "domain": pair.domain,
        "audited": pair.audited,
    }  # fmt: skip


def clip_facts(clip: Clip, pairs: Sequence[InstructionPair], story: str, split: str) -> dict[str, Any]:
    """What a clip's sample says of it and of the pairs about it.

    Loaders guess the types from the first few samples, so nothing in it is ever null or an empty list, and every
    number that may have a fraction is written with one.
    """
    return {
        "id": clip.id,
        "story": story,
        "split": split,
        "seconds": float(clip.seconds),
        "fps": float(clip.fps),
        "width": clip.size[0],
        "height": clip.size[1],
        "frames": clip.frames,
        "origin": clip.origin,
        "pictures": clip.pictures,
        "motion": clip.motion,
        "twin_of": clip.twin_of,
        "sha256": clip.video.sha256,
        "pairs": [_told(pair, clip) for pair in pairs],
    }


def _told(pair: InstructionPair, clip: Clip) -> dict[str, Any]:
    start, end = pair.span if pair.span is not None else (0.0, clip.seconds)
    return {
        "id": pair.id,
        "task": pair.task,
        "form": pair.form,
        "conversations": [{"role": role, "content": text} for role, text in messages(pair)],
        "answer": plain(pair.turns[1].text),
        "answer_letter": _letter(pair),
        "start": float(start),
        "end": float(end),
        "weight": float(pair.weight),
        "masklets": " ".join(pair.masklets),
    }


def _letter(pair: InstructionPair) -> str:
    return LETTERS[pair.answer_index] if pair.answer_index is not None else ""
