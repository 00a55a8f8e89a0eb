"""Rows of PLM's published sets, as `schemas` has their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from dreamgen.core.base import derive_seed
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.question_types import subtype_of, type_of
from dreamgen.export.conversations import plain
from dreamgen.export.plm.stretches import Stretch

Row = dict[str, Any]
_ABOUT_OPTIONS: Final = re.compile(
    r"\b(?:which|who|whom|what|one|any|none) of (?:these|the following)\b|\bof the following\b|\boptions?\b"
    r"|\bwhich (?:caption|description|sentence|statement)s?\b.*\b(?:right|true|correct|wrong|false|fits?|describes?)\b",
    re.IGNORECASE,
)


class Asked(NamedTuple):
    """A pair with all that its row says besides it."""

    pair: InstructionPair
    """What is asked."""
    clip: Clip
    """About what."""
    video: str
    """The clip's file, without a folder: whoever reads it is told that of all videos."""
    group: str
    """The story, or the video that it was cut from."""
    source: Source | None = None
    """That video, where there is one."""


def choices(asked: Asked) -> Iterator[Row]:
    """A choice as choices between two: the right answer against each wrong one, first in every other of them."""
    pair = asked.pair
    options = [plain(option) for option in pair.options]
    right = options[pair.answer_index or 0]
    wrong = [option for number, option in enumerate(options) if number != pair.answer_index]
    turn = derive_seed(0, "plmbench", pair.id) % 2
    for number, other in enumerate(wrong):
        # two options come in an order that was chosen so that neither place is right more often
        place = (pair.answer_index or 0) if len(wrong) == 1 else (turn + number) % 2
        first, second = (other, right) if place else (right, other)
        yield {
            "uid": pair.id if len(wrong) == 1 else f"{pair.id}-{number}",
            "qa_uid": pair.question or pair.id,
            "video": asked.video,
            "question": plain(pair.turns[0].text),
            "answer": right,
            "options": {"option_0": first, "option_1": second},
            "answer_index": place,
            "metadata": {**_source(asked), "question_type": type_of(pair), "source_domain": pair.domain},
        }


def answered(asked: Asked) -> Row:
    """A question with its answer in words, for training."""
    pair = asked.pair
    return {
        "qa_id": pair.question or pair.id,
        "segment_id": PurePosixPath(asked.video).stem,
        "question": plain(pair.turns[0].text),
        "answer": plain(pair.turns[1].text),
        "metadata": {
            **_source(asked),
            "what_description": "",
            "q_type": type_of(pair),
            "q_subtype": subtype_of(pair),
            "domain": pair.domain,
            "is_audited": int(pair.audited),
        },
    }


def is_about_options(pair: InstructionPair) -> bool:
    """`Which of these captions is right?`: whether nobody can answer a choice who isn't told its options."""
    asked = plain(pair.turns[0].text)
    told = all(plain(option).strip(" .!?").casefold() in asked.casefold() for option in pair.options)
    return pair.form == "choice" and not told and _ABOUT_OPTIONS.search(asked) is not None


def open_question(asked: Asked) -> Row:
    """A question with its answer in words, for a judge."""
    pair = asked.pair
    return {
        "uid": pair.id,
        "video": asked.video,
        "question": plain(pair.turns[0].text),
        "answer": plain(pair.turns[1].text),
        "domain": pair.domain,
    }


def event(asked: Asked, uid: int, masklet: int, one: Stretch) -> Row:
    """What a marked subject does in some frames: rcap asks what, rtloc asks when."""
    return {
        **_subject(asked, uid, masklet),
        "caption": one.text,
        "start_frame": one.start,
        "end_frame": one.end,
    }


def events(asked: Asked, uid: int, masklet: int, all_of_it: Sequence[Stretch]) -> Row:
    """All that a marked subject does."""
    told = [{"start_frame": one.start, "end_frame": one.end, "caption": one.text} for one in all_of_it]
    return {**_subject(asked, uid, masklet), "dense_captions": told}


def _subject(asked: Asked, uid: int, masklet: int) -> Row:
    return {"uid": uid, "video": asked.video, "masklet_id": masklet, "total_frames": asked.clip.frames}


def _source(asked: Asked) -> Row:
    clip = asked.clip
    start, end = (clip.excerpt.start, clip.excerpt.end) if clip.excerpt else (0.0, clip.seconds)
    return {
        "source_video_id": asked.group or PurePosixPath(asked.video).stem,
        "source_dataset": (asked.source.dataset if asked.source else "") or "dreamgen",
        "source_start_time": float(start),
        "source_end_time": float(end),
    }
