"""Whether the words of a shot let somebody act: `Aldo waves to Mara`, not `Mara thinks of Aldo`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dreamgen.story.world.light import is_unsure, sentences_of
from dreamgen.story.writers.lexicon import verb_forms

_BEFORE = r"(?:^|[,;:]\s*|\b(?:and|then|while|as)\s+)"
_IDLE = frozenset({"be", "lie", "rest", "have"})
"""What also holds of a body, or of a memory."""


def acts_in(text: str, name: str, names: Iterable[str]) -> bool:
    """Whether somebody of this name plainly does something in a text.

    Args:
        text: what is seen.
        name: theirs.
        names: all names of the story: that of Aldo Rossi has Aldo in it, and means somebody else.
    """
    for other in sorted({one for one in names if name in one and one != name}, key=len, reverse=True):
        text = text.replace(other, "#")
    if name not in text:
        return False
    acting = re.compile(rf"{_BEFORE}{re.escape(name)}\s+([a-z]+)\b")
    for sentence in sentences_of(text):
        found = acting.search(sentence)
        if found and not is_unsure(sentence) and _is_deed(found[1]):
            return True
    return False


def _is_deed(word: str) -> bool:
    readings = verb_forms().get(word, frozenset())
    return any(form in ("s", "base") and lemma not in _IDLE for lemma, form in readings)
