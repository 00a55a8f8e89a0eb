"""Whether a text is English, as far as small words tell."""

from __future__ import annotations

import re

from dreamgen.errors import DreamgenError
from dreamgen.story.writers.lexicon import places, things, verb_forms, words
from dreamgen.story.writers.vocabulary import first_names, singular, somebody

_HINT = "The rules writer reads English only. Translate the plot, or choose a writer with a language model."


class NotEnglish(DreamgenError):
    """The text is in a language that the writer can't read."""


def refuse_foreign(text: str) -> None:
    """Raises `NotEnglish` for a text that isn't English."""
    letters = [ch for ch in text if ch.isalpha()]
    if not letters:
        raise NotEnglish("there are no words in the plot", "Write a few sentences about what happens.")
    latin = sum(ch.isascii() or "À" <= ch <= "ɏ" for ch in letters)
    if latin < 0.5 * len(letters):
        raise NotEnglish("the plot is not in the Latin alphabet", _HINT)
    found = re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.lower())
    small = sum(word.partition("'")[0] in words("words", "function_words") for word in found) / len(found)
    known = sum(_known(word) for word in found) / len(found)
    if len(found) < 12:
        if known < 0.3:
            raise NotEnglish("hardly a word of the plot is English", _HINT)
    elif small < 0.14 and known < 0.45:
        raise NotEnglish(f"only {small:.0%} of the words are the small words of English", _HINT)


def _known(word: str) -> bool:
    bare = word.partition("'")[0]
    nouns = bare in somebody() or singular(bare) is not None or bare in places() or bare in things()
    small = bare in words("words", "function_words") or bare in words("words", "adjectives")
    return small or nouns or bare in verb_forms() or bare in first_names()
