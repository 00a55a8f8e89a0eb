"""What is held against a written instruction and its answer, before anything is claimed of the clip.

An instruction names one person, animal or thing, and asks for a description; the answer is one, and of nothing else.
Words are checked and not pictures: whether the answer holds is for the verifiers to see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from rapidfuzz import fuzz

from dreamgen.annotate.faults import Fault
from dreamgen.annotate.objects.naming import (
    bare,
    head,
    holds,
    is_nothing,
    is_several,
    joins_several,
    plain,
    speaks_of,
)
from dreamgen.annotate.objects.refusals import refusal_in
from dreamgen.annotate.objects.sheets import DraftObject

SAME: Final = 92.0
"""Likeness (0-100, rapidfuzz's ratio) from which two texts are one."""
LEAST_WORDS: Final = 8
"""Of an answer that describes something."""

_INSIDE: Final = re.compile(
    r"\b(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier) \w+"
    r"|\bsystem prompt\b|\byou are now\b|</?\w[^>]{0,40}>|<\||https?://|```",
    re.IGNORECASE,
)
_LEAKS: Final = re.compile(
    r"\b(?:captions?|the (?:description|images|frames)|(?:this|provided|given) (?:description|text|images?|frames?)"
    r"|(?:first|last|next|final|each|every|several|some) frames?|frames? \d+|screenshots?)\b",
    re.IGNORECASE,
)
_CLOSED: Final = re.compile(
    r"\W*(?!(?:can|could|would|will) (?:you|somebody|someone) )(?:is|are|was|were|does|do|did|can|could|has|have|had"
    r"|will|would|how many|how much|how old|who is|who are|when|at what time|true or false)\b",
    re.IGNORECASE,
)
_YES_NO: Final = re.compile(r"\W*(?:yes|no)\b(?! (?:one|people)\b)", re.IGNORECASE)
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+", re.MULTILINE)
_ENGLISH: Final = frozenset(
    {
        "the", "a", "an", "is", "are", "was", "has", "have", "in", "on", "at", "of", "and", "with", "it", "its", "he",
        "she", "his", "her", "to", "from", "by", "while", "as", "over",
    }
)  # fmt: skip
"""Words of which one stands in every English text that describes something."""
_ITEMS, _BRIEF = 3, 2.5
"""More items than these, of so few words each, are a list."""
_VERB: Final = re.compile(r"\b(?:is|are|was|has|have|does|he|she|it|they)\b", re.IGNORECASE)


def fault_of(draft: DraftObject, taken: Sequence[DraftObject], others: Sequence[DraftObject] = ()) -> Fault | None:
    """What is wrong with a pair; None when nothing is.

    Args:
        draft: the pair.
        taken: pairs of the clip that were taken before.
        others: all pairs of the clip, which tell whom else it could name.
    """
    for check in _ALONE:
        if (fault := check(draft)) is not None:
            return fault
    return _names_another(draft, others) or _repeats(draft, taken)


def _refuses(draft: DraftObject) -> Fault | None:
    found = refusal_in(draft.answer) or refusal_in(draft.instruction)
    return Fault(found.reason, f"it says “{found.phrase}”") if found else None


def _intrudes(draft: DraftObject) -> Fault | None:
    found = _INSIDE.search(f"{draft.instruction}\n{draft.answer}\n{draft.names}")
    return Fault("markup", f"it has “{found.group()}” in it") if found else None


def _foreign(draft: DraftObject) -> Fault | None:
    letters = [letter for letter in draft.instruction + draft.answer if letter.isalpha()]
    latin = sum(letter.isascii() for letter in letters)
    words = set(plain(draft.answer).split())
    if latin < 0.95 * len(letters) or (len(words) >= LEAST_WORDS and not words & _ENGLISH):
        return Fault("not_english", "it is not in English")
    return None


def _leaks(draft: DraftObject) -> Fault | None:
    found = _LEAKS.search(f"{draft.instruction}\n{draft.answer}")
    return Fault("speaks_of_frames", f"it speaks of “{found.group()}”") if found else None


def _names_nothing(draft: DraftObject) -> Fault | None:
    if is_nothing(draft.what):
        return Fault("names_nothing", f"“{draft.what}” is nothing in particular")
    if not holds(bare(draft.names), draft.what) or not holds(draft.instruction, draft.what):
        return Fault("names_nothing", f"the instruction does not say “{draft.names}”")
    return None


def _names_several(draft: DraftObject) -> Fault | None:
    if is_several(draft.what) or joins_several(draft.names):
        return Fault("names_several", f"“{draft.names}” is more than one")
    return None


def _names_another(draft: DraftObject, others: Sequence[DraftObject]) -> Fault | None:
    named = bare(draft.names)
    whole = holds(draft.instruction, named)
    rest = plain(draft.instruction).replace(named, " ")
    for other in others:
        another = bare(other.names)
        if another in ("", named):
            continue
        if holds(rest, another) or (not whole and head(other.what) == head(draft.what)):
            return Fault("names_several", f"it may mean “{other.names}” too")
    return None


def _asks_closed(draft: DraftObject) -> Fault | None:
    return Fault("asks_no_description", "one word answers it") if _CLOSED.match(draft.instruction) else None


def _describes_nothing(draft: DraftObject) -> Fault | None:
    answer = draft.answer
    if _YES_NO.match(answer):
        return Fault("yes_no", "it is answered by yes or no")
    if len(_BULLET.findall(answer)) > 1 or _is_list(answer):
        return Fault("list", "it is a list")
    if len(plain(answer).split()) < LEAST_WORDS:
        return Fault("too_short", f"it has fewer than {LEAST_WORDS} words")
    return None


def _is_list(answer: str) -> bool:
    items = answer.strip(" .").split(",")
    return len(items) > _ITEMS and len(answer.split()) <= _BRIEF * len(items) and not _VERB.search(answer)


def _echoes(draft: DraftObject) -> Fault | None:
    if fuzz.ratio(plain(draft.instruction), plain(draft.answer)) >= SAME:
        return Fault("same_as_instruction", "the answer says the instruction again")
    return None


def _strays(draft: DraftObject) -> Fault | None:
    first = re.split(r"(?<=[.!?])\s", draft.answer.strip(), maxsplit=1)[0]
    if not speaks_of(first, draft.what):
        return Fault("about_something_else", f"its first sentence does not speak of the {head(draft.what)}")
    return None


def _repeats(draft: DraftObject, taken: Sequence[DraftObject]) -> Fault | None:
    for other in taken:
        alike = fuzz.ratio(plain(draft.answer), plain(other.answer)) >= SAME
        asked = fuzz.ratio(plain(draft.instruction), plain(other.instruction)) >= SAME
        if alike or (asked and bare(draft.names) == bare(other.names)):
            return Fault("repeated", "it was written before")
    return None


_ALONE: Final[tuple[Callable[[DraftObject], Fault | None], ...]] = (
    _refuses, _intrudes, _foreign, _leaks, _echoes, _names_nothing, _names_several, _asks_closed, _describes_nothing,
    _strays,
)  # fmt: skip
"""What is held against a pair by itself, in this order."""
