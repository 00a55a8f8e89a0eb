"""Which pose shows a verb, however a model has written it: climbs, pick up, is walking, looks at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dreamgen.core.vocabulary import Pose
from dreamgen.story.writers.lexicon import guess_lemma, mapping, verb_forms, verbs, words

_BEFORE: Final = frozenset({"to", "and", "then", "slowly", "quickly", "now"})
_HELPERS: Final = frozenset({"be", "have", "do"})
_DENIED: Final = frozenset({"not", "never", "don't", "doesn't", "didn't", "refuse", "refuses", "fail", "fails"})
_LEAST_LETTERS: Final = 5
"""Shorter words are one slip away from too many others."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What is known of a verb."""

    lemma: str
    """Its base form."""
    pose: Pose
    """What the body does for it."""
    shows: bool
    """Whether the pose really shows it."""


@cache
def doing_of(text: str) -> Doing:
    """The pose for a verb; `stand`, which shows nothing, for one that no list knows."""
    low = [word for word in re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower().replace("-", " ").replace("_", " "))]
    at = 0
    while at < len(low) - 1 and (low[at] in _BEFORE or low[at].endswith("ly") or _leads_on(low[at])):
        at += 1
    if at >= len(low) or _DENIED & set(low):
        return Doing("stand", "stand", False)
    lemma = _lemma(low[at])
    phrases = mapping("verbs", "phrases", "words")
    for length in (4, 3, 2):
        phrase = " ".join([lemma, *low[at + 1 : at + length]])
        if length <= len(low) - at and (phrase in phrases or phrase in verbs()):
            return _entry(phrases.get(phrase, phrase))
    return _entry(lemma)


def _leads_on(word: str) -> bool:
    """Whether the doing is in the verb that follows: begins to climb, is climbing."""
    lemma = _lemma(word)
    return lemma in _HELPERS or lemma in words("verbs", "helpers", "control") - words("verbs", "helpers", "not_done")


def _entry(lemma: str) -> Doing:
    entry = verbs().get(lemma)
    return Doing(lemma, entry.pose, entry.shows) if entry is not None else Doing(lemma, "stand", False)


def _lemma(word: str) -> str:
    """The base form; of a word that is written nearly like one verb and no other, that verb's."""
    if word in verbs():
        return word
    readings = sorted(verb_forms().get(word, ()), key=lambda reading: (reading[1] != "base", reading))
    if readings:
        return readings[0][0]
    guessed = guess_lemma(word)
    if guessed in verbs():
        return guessed
    return _misspelt(word) or guessed


def _misspelt(word: str) -> str | None:
    """The verb of which one letter is wrong, missing, doubled or in its neighbour's place."""
    if len(word) < _LEAST_LETTERS:
        return None
    near = process.extract(word, list(verb_forms()), scorer=OSA.distance, score_cutoff=1, limit=8)
    lemmas = {min(verb_forms()[form])[0] for form, _, _ in near}
    return lemmas.pop() if len(lemmas) == 1 else None
