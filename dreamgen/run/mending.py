"""A pair with the words that a person wants: what follows from its answer's text follows from the new text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pydantic import ValidationError

from dreamgen.core.pairs import InstructionPair, Program, Segment, Turn
from dreamgen.errors import UsageError
from dreamgen.run.decisions import Change

WRITTEN: Final = "written"
"""The program of a pair that a person changed: nothing computes its answer again."""

_FRAMES = re.compile(r"\[\s*(\d+)\s*,\s*(\d+)\s*\]")
_LINE = re.compile(rf"{_FRAMES.pattern}\s*:\s*(\S.*)")
_CLOCK = re.compile(r"(?:^|\s)From (\d+):(\d\d) to (\d+):(\d\d), ")


def mended(pair: InstructionPair, change: Change, fps: float) -> InstructionPair:
    """The pair as a person wants it; it says that nothing computes its answer any more.

    Args:
        pair: as it was.
        change: new turns, options, or another right option.
        fps: frames a second of its clip, in which regions are told.

    Raises:
        UsageError: when no such pair can be, or nothing is changed.
    """
    options, right = (change.options, change.answer_index) if change.options else (pair.options, pair.answer_index)
    turns = change.turns or pair.turns
    if options and right is not None and 0 <= right < len(options):
        turns = (*turns[:-1], Turn(role="assistant", text=options[right]))
    turns = tuple(turn.model_copy(update={"text": turn.text.strip()}) for turn in turns)
    _check(pair, turns, options)
    told = {
        **dict(pair), "turns": turns, "options": options, "answer_index": right, "rationale": "", "twin": "",
        "segments": tuple(_stretches(pair, turns[-1].text, fps)) if pair.segments else (),
        "program": Program(name=WRITTEN, arguments=(("instead_of", pair.program.name),)),
    }  # fmt: skip
    try:
        fixed = InstructionPair.model_validate(told)
    except ValidationError as error:
        why = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"no pair can be like that: {why}") from None
    if (fixed.turns, fixed.options, fixed.answer_index) == (pair.turns, pair.options, pair.answer_index):
        raise UsageError("nothing was changed", "Accept the pair, or reject it.")
    return fixed


def _check(pair: InstructionPair, turns: tuple[Turn, ...], options: tuple[str, ...]) -> None:
    """What a form demands besides what every pair must be."""
    if len(turns) != len(pair.turns):
        raise UsageError("a fixed pair has as many turns as before")
    if not all(text.strip() for text in (*(turn.text for turn in turns), *options)):
        raise UsageError("a text is empty")
    if len(options) != len(pair.options):
        raise UsageError("a fixed choice has as many options as before")
    if pair.form == "yes_no" and not re.match(r"(yes|no)\b", turns[-1].text, re.IGNORECASE):
        raise UsageError("the answer to such a question begins with Yes or No")


def _stretches(pair: InstructionPair, text: str, fps: float) -> Iterator[Segment]:
    """What the new answer of a dense form says, stretch by stretch."""
    if pair.form == "region_localise":
        found = _FRAMES.fullmatch(text)
        if not found:
            raise UsageError("the answer must be two frames: [12, 40]")
        yield _stretch(found[1], found[2], fps, pair.segments[0].text)
    elif pair.form == "region_dense":
        for line in text.splitlines():
            found = _LINE.fullmatch(line.strip())
            if not found:
                raise UsageError("each line of the answer must be two frames and what happens: [12, 40]: He walks.")
            yield _stretch(found[1], found[2], fps, found[3])
    elif len(pair.segments) == 1:
        yield pair.segments[0].model_copy(update={"text": text})
    else:
        yield from _by_the_clock(pair, text)


def _by_the_clock(pair: InstructionPair, text: str) -> Iterator[Segment]:
    _, *parts = _CLOCK.split(text)
    if not parts:
        raise UsageError("the answer must tell its stretches: From 0:00 to 0:03, he walks. From 0:03 to ...")
    old = {(int(one.start), int(one.end)): one for one in pair.segments}
    for at in range(0, len(parts), 5):
        first, last = (60 * int(parts[at + n]) + int(parts[at + n + 1]) for n in (0, 2))
        known, words = old.get((first, last)), parts[at + 4].strip()
        if last < first or not words:
            raise UsageError("a stretch of the answer ends before it begins, or says nothing")
        yield Segment(
            start=known.start if known else first, end=known.end if known else last, text=words[0].upper() + words[1:]
        )


def _stretch(first: str, last: str, fps: float, text: str) -> Segment:
    if int(last) < int(first):
        raise UsageError(f"frame {last} is before frame {first}")
    return Segment(start=round(int(first) / fps, 4), end=round((int(last) + 1) / fps, 4), text=text)
