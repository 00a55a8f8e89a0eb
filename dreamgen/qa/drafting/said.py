"""What a text says, as far as it can be checked against another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dreamgen.language.wording import alike
from dreamgen.qa.drafting.lexicon import Bound, Counted, Term, bounds, counts, plain, quotes, terms, times
from dreamgen.qa.drafting.stems import foreign, telling

NEAR: Final = 0.75
"""Seconds by which a clock time may miss the start and end of the facts."""
_EXCLUSIVE: Final = frozenset({"colour", "pose", "place", "weather", "light", "side", "feeling", "number", "camera"})
"""Sorts of which facts state one value, so that another one contradicts them."""


@dataclass(frozen=True)
class Said:
    """What a text says, as far as it can be checked."""

    terms: frozenset[Term]
    bounds: frozenset[Bound]
    counts: frozenset[Counted]
    times: tuple[float, ...]
    quotes: tuple[str, ...]
    words: str
    """All of it in small letters and without marks."""

    @classmethod
    def of(cls, text: str) -> Said:
        """What `text` says."""
        return cls(terms(text), bounds(text), counts(text), times(text), quotes(text), plain(text))

    def __or__(self, other: Said) -> Said:
        """What both say."""
        return Said(
            self.terms | other.terms, self.bounds | other.bounds, self.counts | other.counts,
            (*self.times, *other.times), (*self.quotes, *other.quotes), f"{self.words} {other.words}",
        )  # fmt: skip

    def missing(self, text: str) -> list[str]:
        """What `text` says and this does not bear out, in words; empty when it bears out all of it."""
        other = Said.of(text)
        if any(other.words == quote for quote in self.quotes):
            # somebody's words, without marks
            return []
        words = [term.value for term in sorted(other.terms) if not self.has(term)]
        words += [f"{bound.colour} {bound.what}" for bound in sorted(other.bounds) if not self._worn(bound)]
        words += [f"{count.number} {count.what}" for count in sorted(other.counts - self.counts)]
        words += [f"{time:g} s" for time in other.times if all(abs(time - known) > NEAR for known in self.times)]
        words += [f"“{quote}”" for quote in other.quotes if not any(quote in known for known in self.quotes)]
        return words

    def contradicts(self, text: str) -> bool:
        """Whether this says something else where `text` says what it does not bear out."""
        other = Said.of(text)
        sorts = {term.sort for term in other.terms if not self.has(term)}
        return bool(sorts & _EXCLUSIVE & {term.sort for term in self.terms}) or bool(other.bounds - self.bounds)

    def denies(self, text: str) -> bool:
        """Whether what `text` says can't be so, since this says something else in its place."""
        other = Said.of(text)
        if self.wears_other(other.bounds):
            return True
        sorts = {term.sort for term in other.terms if not self.has(term)} - ({"colour"} if other.bounds else set())
        if other.counts and {count.what for count in other.counts}.isdisjoint(count.what for count in self.counts):
            sorts -= {"number"}
        return bool(sorts & _EXCLUSIVE & {term.sort for term in self.terms})

    def wears_other(self, worn: Iterable[Bound]) -> bool:
        """Whether this gives another colour to one of these things."""
        return any(
            alike(known.what, bound.what) and known.colour != bound.colour for known in self.bounds for bound in worn
        )

    @property
    def checkable(self) -> bool:
        """Whether it says anything that can be checked."""
        return bool(self.terms or self.times or self.quotes)

    def strange(self, text: str) -> list[str]:
        """The words of `text` that this does not have in any form, for a text in which nothing else can be checked."""
        if told := list(telling(text)):
            return foreign(told, self.words)
        return [word for word in plain(text).split() if word not in self.words.split()]

    def has(self, term: Term) -> bool:
        """Whether it says this, or what could be said in its place."""
        if term.sort in ("garment", "being"):
            return any(known.sort == term.sort and alike(known.value, term.value) for known in self.terms)
        return term in self.terms

    def _worn(self, bound: Bound) -> bool:
        return any(known.colour == bound.colour and alike(known.what, bound.what) for known in self.bounds)
