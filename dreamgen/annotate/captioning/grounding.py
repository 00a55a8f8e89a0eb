"""What is held against a sentence that fuses others: it may say nothing that none of them says.

Words are checked and not meanings. Names and quotations must stand in the material; numbers, colours and words that are
easily taken for their opposite (left, man, runs) must be somebody's who looked. Of the others a few may be new, since
whoever sums up says some things in other words. What only the notes that came with a video say was seen by nobody, and
is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from dreamgen.annotate.captioning.listing import listed
from dreamgen.annotate.faults import Fault
from dreamgen.core.altered import exchangeable
from dreamgen.core.colours import COLOURS
from dreamgen.language.stems import every_word, stem, stems, telling_words

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTED: Final = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")
_COUNTS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_PLAIN: Final = re.compile(r"(?:ly|ing|ed|s)$")
"""Endings of words that are hardly names."""
_SEEN: Final = 0.5
"""Share of a sentence's words that somebody who looked must have said."""


@dataclass(frozen=True)
class Grounds:
    """The material that a sentence may come from."""

    looks: Sequence[str]
    """What those say who looked."""
    notes: Sequence[str] = ()
    """What came with the video."""
    slack: float = 0.2
    """Share of a sentence's words that may be nobody's."""

    def fault(self, sentence: str) -> Fault | None:
        """The first thing that a sentence says and nobody else; None where there is none."""
        quoted = [_plain(one or other) for one, other in _QUOTED.findall(sentence)]
        if strange := [quote for quote in quoted if quote not in self._plain]:
            return Fault("adds_quotation", f"nobody says or reads {strange[0]!r}")
        unquoted = _QUOTED.sub(" ", sentence)
        if numbers := sorted(_numbers(unquoted) - self._numbers):
            return Fault("adds_number", f"nobody who looked has the number {', '.join(numbers)}")
        if names := [name for name in _names(unquoted) if not stems(name) <= self._stems]:
            return Fault("adds_name", f"nobody else names {', '.join(names)}")
        words = [word for word in telling_words(unquoted) if not word.isdecimal()]
        if strict := [word for word in words if _strict(word) and stem(word) not in self._seen]:
            reason = "adds_colour" if strict[0] in COLOURS else "adds_detail"
            return Fault(reason, f"nobody who looked says {', '.join(dict.fromkeys(strict))}")
        return self._spread(words)

    def _spread(self, words: Sequence[str]) -> Fault | None:
        new = [word for word in words if stem(word) not in self._stems]
        if len(new) > self.slack * len(words):
            return Fault("not_in_sources", f"nobody else says {', '.join(dict.fromkeys(new))}")
        unseen = [word for word in words if stem(word) not in self._seen]
        if len(unseen) > (1 - _SEEN) * len(words):
            return Fault("only_in_notes", f"nobody who looked says {', '.join(dict.fromkeys(unseen))}")
        return None

    @cached_property
    def _text(self) -> str:
        return "\n".join((*self.looks, *self.notes))

    @cached_property
    def _plain(self) -> str:
        return _plain(self._text)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return stems(self._text)

    @cached_property
    def _seen(self) -> frozenset[str]:
        return stems("\n".join(self.looks))

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return _numbers("\n".join(self.looks))


def _plain(text: str) -> str:
    return " ".join(every_word(text))


def _numbers(text: str) -> frozenset[str]:
    found = (_COUNTS.index(word) if word in _COUNTS else word for word in every_word(text) if word != "one")
    return frozenset(str(number) for number in found if str(number).isdecimal())


def _names(text: str) -> list[str]:
    """Words with a capital letter that may be names.

    The first of a sentence may be one where it has no ending and no comma: `Bob walks`, and not `Slowly` or `Nearby,`.
    """
    begins = {found.end() - 1 for found in re.finditer(r"(?:^|[.!?]\s+)\W*\w", text)}
    found = (
        word
        for word in _WORD.finditer(text)
        if word.start() not in begins or (_PLAIN.search(word.group()) is None and text[word.end() :].startswith(" "))
    )
    # a T-shirt is nobody's name
    named = [word.group() for word in found if word.group()[0].isupper() and word.group()[1:2].isalnum()]
    return [name for name in named if telling_words(name)]


@lru_cache(maxsize=4096)
def _strict(word: str) -> bool:
    """Whether another word could take its place and say the opposite."""
    return word not in listed("loose") and word not in _COUNTS and exchangeable(word)
