"""What is no caption: nothing, a refusal, another language, a text that turns in circles or never ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dreamgen.annotate.captioning.listing import listed
from dreamgen.annotate.captioning.sentences import leans, sentences, units
from dreamgen.annotate.faults import Fault
from dreamgen.annotate.objects.refusals import refusal_in

_WORDS: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORT: Final = 8
"""Words below which nothing can be told of a text's language or of its turning in circles."""
_LEAST_ENGLISH: Final = 0.12
"""Share of those words in an English text; in our own captions it is a third."""
_LEAST_LATIN: Final = 0.7
"""Share of letters that are Latin."""
_LEAST_NEW: Final = 0.5
"""Share of three words in a row that have not stood in the text before."""


def fault_of(text: str, most: int) -> Fault | None:
    """What makes a text no caption; None where nothing does.

    Args:
        text: as a model wrote it.
        most: words that a caption has at most.
    """
    words = [word.casefold() for word in _WORDS.findall(text)]
    if not words:
        return Fault("empty", "it says nothing")
    if refused := refusal_in(sentences(text)[0]):
        return Fault("refused", f"it says {refused.phrase!r}")
    if fault := _foreign(text, words):
        return fault
    if len(words) > most:
        return Fault("too_long", f"it has {len(words)} words, and {most} are allowed")
    threes = [tuple(words[at : at + 3]) for at in range(len(words) - 2)]
    if len(words) >= 3 * _SHORT and len(set(threes)) < _LEAST_NEW * len(threes):
        return Fault("turns_in_circles", "more than half of it repeats what it has said already")
    return None


def parts(text: str) -> Iterator[tuple[str, Fault | None]]:
    """What can be judged of a text, unit by unit, and each sentence of it that says nothing or guesses.

    Where such a sentence names somebody, those that lean on it go with it: else `she` would be whoever is named before.

    Args:
        text: a caption, or a sentence of one.
    """
    kept: list[str] = []
    lost = False
    for one in sentences(text):
        fault = _empty(one)
        if fault is None and lost and leans(one):
            fault = Fault("leans_on_another", "the sentence before it was left out")
        # what leans itself names nobody new
        lost = lost if leans(one) else fault is not None
        if fault is None:
            kept.append(one)
        else:
            yield one, fault
    yield from ((unit, None) for unit in units(" ".join(kept)))


def _empty(sentence: str) -> Fault | None:
    if refused := refusal_in(sentence):
        return Fault("says_nothing", f"it says {refused.phrase!r}")
    guess = listed("guesses").intersection(word.casefold() for word in _WORDS.findall(sentence))
    return Fault("guesses", f"it says {min(guess)!r}") if guess else None


def _foreign(text: str, words: list[str]) -> Fault | None:
    letters = [mark for mark in text if mark.isalpha()]
    if sum(mark < "\u0250" for mark in letters) < _LEAST_LATIN * len(letters):
        return Fault("not_english", "most of it is written in other letters")
    if len(words) >= _SHORT and sum(word in listed("known") for word in words) < _LEAST_ENGLISH * len(words):
        return Fault("not_english", "hardly any of it is an English word")
    return None
