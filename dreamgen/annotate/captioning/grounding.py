"""What is held against a sentence that fuses others: it may say nothing that none of them says.

Words are checked and not meanings. Numbers, names, colours, quotations and words that are easily taken for their
opposite (left, man, open) must stand in the material; of the others a few may be new, since whoever sums up says some
things in other words. And what only the notes that came with a video say was seen by nobody: it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from dreamgen.annotate.captioning.faults import Fault
from dreamgen.annotate.captioning.listing import listed
from dreamgen.core.altered import altered
from dreamgen.core.colours import COLOURS

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTED: Final = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")
_COUNTS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
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
            return Fault("adds_number", f"nobody else has the number {', '.join(numbers)}")
        if names := [name for name in _names(unquoted) if not self._words.issuperset(_words(name))]:
            return Fault("adds_name", f"nobody else names {', '.join(names)}")
        words = [word for word in _words(unquoted) if word not in listed("common") and not word.isdecimal()]
        if strict := [word for word in words if _strict(word) and stem(word) not in self._stems]:
            reason = "adds_colour" if strict[0] in COLOURS else "adds_detail"
            return Fault(reason, f"nobody else says {', '.join(dict.fromkeys(strict))}")
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
    def _words(self) -> frozenset[str]:
        return frozenset(_words(self._text))

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(map(stem, self._words))

    @cached_property
    def _seen(self) -> frozenset[str]:
        return frozenset(stem(word) for look in self.looks for word in _words(look))

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return _numbers(self._text)


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without the endings of its forms: `rid` for ride, rides, riding."""
    word = word.casefold().removesuffix("'s").removesuffix("’s")
    for ending, instead in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending) + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def _words(text: str) -> list[str]:
    return [part for word in _WORD.findall(text.casefold().replace("’", "'")) for part in word.split("-")]


def _plain(text: str) -> str:
    return " ".join(_words(text))


def _numbers(text: str) -> frozenset[str]:
    found = (_COUNTS.index(word) if word in _COUNTS else word for word in _words(text) if word != "one")
    return frozenset(str(number) for number in found if str(number).isdecimal())


def _names(text: str) -> list[str]:
    """Words with a capital letter that no sentence begins with."""
    begins = {found.end() - 1 for found in re.finditer(r"(?:^|[.!?]\s+)\W*\w", text)}
    found = (word for word in _WORD.finditer(text) if word.start() not in begins)
    # a T-shirt is nobody's name
    return [word.group() for word in found if word.group()[0].isupper() and word.group()[1:2].isalnum()]


@lru_cache(maxsize=4096)
def _strict(word: str) -> bool:
    """Whether another word could take its place and say the opposite."""
    return word not in listed("loose") and word not in _COUNTS and next(altered(word), None) is not None
