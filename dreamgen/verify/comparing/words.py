"""An answer in free words, held against the key by rule: what rules can't tell, somebody has to judge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from dreamgen.verify.comparing.numbers import numbers
from dreamgen.verify.comparing.phrases import content, denies, hedges, says_all, says_other
from dreamgen.verify.comparing.spans import iou, moments, stretch

SAME_STRETCH: Final = 0.5
"""Intersection over union from which two stretches of time are one."""
OTHER_STRETCH: Final = 0.1
"""Intersection over union up to which they are two."""
SAME_TIME: Final = 1.0
"""Seconds up to which two moments are one."""
OTHER_TIME: Final = 3.0
"""Seconds from which they are two."""
SAME_LENGTH: Final = 1.3
"""How many times the shorter of two lengths of time the longer may be, to be the same."""
OTHER_LENGTH: Final = 2.0
"""From how many times on they are two."""

_YES_NO: Final = re.compile(r"\W*(yes|no)\b", re.I)
_LENGTH: Final = re.compile(r"\bseconds\b|\b(?:one|a|1|1\.0|half a) second\b", re.I)
_SHORT: Final = 6
"""Words of a key up to which all of them in an answer make it the same."""


@dataclass(frozen=True)
class Likeness:
    """What comparing comes to."""

    outcome: Literal["same", "other", "open"]
    """Open where no rule can tell."""
    by: str
    """The rule: yes_no, number, length, time, words; empty for none."""


def liken(key: str, answer: str) -> Likeness:
    """Whether an answer says what the key says.

    Args:
        key: the right answer, as shortly as it can be said.
        answer: what somebody said.
    """
    for rule in (_by_yes_no, _by_time, _by_number, _by_words):
        found = rule(key, answer)
        if found is not None:
            return found
    return Likeness("open", "")


def yes_or_no(text: str) -> str:
    """`yes` or `no` for a text that begins with one of them; else nothing."""
    found = _YES_NO.match(text)
    return found[1].casefold() if found else ""


def _by_yes_no(key: str, answer: str) -> Likeness | None:
    wanted, given = yes_or_no(key), yes_or_no(answer)
    if not (wanted and given):
        return None
    if wanted != given:
        return Likeness("other", "yes_no")
    # what follows the word may still say something else
    return Likeness("same", "yes_no") if len(key.split()) == 1 else None


def _by_time(key: str, answer: str) -> Likeness | None:
    wanted, given = stretch(key), stretch(answer)
    if wanted and moments(key):
        return None if given is None else _told(iou(wanted, given), SAME_STRETCH, OTHER_STRETCH, "time")
    at, said = moments(key), moments(answer)
    if len(at) == len(said) == 1:
        return _told(-abs(at[0] - said[0]), -SAME_TIME, -OTHER_TIME, "time")
    return None


def _by_number(key: str, answer: str) -> Likeness | None:
    wanted, given = numbers(key), numbers(answer)
    if len(wanted) != 1 or len(given) != 1 or moments(key) or moments(answer):
        return None
    one, other = sorted((wanted[0], given[0]))
    if _LENGTH.search(key):
        return _told(-other / max(one, 0.25), -SAME_LENGTH, -OTHER_LENGTH, "length")
    if len(key.split()) > _SHORT:
        return None
    if one != other:
        return Likeness("other", "number")
    # two boats are as many as two dogs, and something else
    rests = [{word for word in content(text) if not numbers(word)} for text in (key, answer)]
    return Likeness("same", "number") if not all(rests) or rests[0] & rests[1] else None


def _by_words(key: str, answer: str) -> Likeness | None:
    if denies(key) != denies(answer) or hedges(key, answer):
        return None
    if says_other(key, answer):
        return Likeness("other", "words")
    if content(key) == content(answer) != ():
        return Likeness("same", "words")
    if len(key.split()) <= _SHORT and len(answer.split()) <= 4 * _SHORT and says_all(key, answer):
        return Likeness("same", "words")
    return None


def _told(measure: float, same: float, other: float, by: str) -> Likeness:
    return Likeness("same" if measure >= same else "other" if measure <= other else "open", by)
