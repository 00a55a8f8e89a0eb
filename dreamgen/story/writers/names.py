"""Which capitalised words of a text are names, and whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from dreamgen.story.writers.lexicon import colour_words, garments, index, places, things, verb_forms, words
from dreamgen.story.writers.tokens import Token
from dreamgen.story.writers.vocabulary import first_names, small_words, somebody, titles, unaccented


@dataclass(frozen=True, slots=True)
class Names:
    """Which capitalised words of a text are names, and whose."""

    proper: frozenset[str]
    """Words that only ever have a capital, and are not merely first in their sentence."""
    people: frozenset[str]
    """Those that act, or that are known first names."""

    @classmethod
    def of(cls, sentences: Sequence[Sequence[Token]]) -> Names:
        """Counts over a whole text."""
        lower: set[str] = set()
        given: set[str] = set()
        middle: set[str] = set()
        first: set[str] = set()
        acting: set[str] = set()
        known = first_names()
        for tokens in sentences:
            fresh = True
            for at, token in enumerate(tokens):
                if token.kind != "word":
                    fresh = fresh or token.text in {":", "-"}
                    continue
                if not token.capital:
                    lower.add(token.low)
                elif fresh:
                    first.add(token.low)
                else:
                    middle.add(token.low)
                if token.capital and at and tokens[at - 1].low in {"named", "called"}:
                    given.add(token.low)
                if token.capital and _acts(tokens, at):
                    acting.add(token.low)
                fresh = False
        common = _common_words()
        proper = {word for word in middle if word not in lower and word not in common}
        proper |= {
            word for word in first | middle if unaccented(word) in known and word not in common and word not in lower
        }
        proper |= {word for word in first if word in acting and word not in common and word not in lower}
        proper |= given  # a dog named Biscuit
        people = given | {word for word in proper if unaccented(word) in known or word in acting}
        return cls(frozenset(proper), frozenset(people - words("names", "not_names", "places")))

    def has(self, token: Token) -> bool:
        """Whether this token is (part of) a name."""
        return token.capital and token.low in self.proper


def _acts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb follows, and no preposition leads to it."""
    before = tokens[at - 1].low if at else ""
    if before in words("words", "prepositions") - {"by", "with", "for"}:
        return False
    following = [token.low for token in tokens[at + 1 : at + 3]]
    if not following:
        return False
    if following[0].endswith("ly") and len(following) > 1:
        following = following[1:]
    readings = verb_forms().get(following[0], frozenset())
    return any(form in {"s", "past"} for _, form in readings) or following[0] in words("words", "modals") | {
        "is",
        "was",
        "has",
    }


@cache
def _common_words() -> frozenset[str]:
    """Words that a capital does not make a name."""
    lists = (
        small_words() | words("names", "not_names", "words") | words("words", "adjectives") | frozenset(colour_words())
    )
    nouns = {*somebody(), *places(), *things(), *garments()} | words("words", "film_talk", "subjects")
    feelings = set(index("feelings")) | set(index("places", "time_of_day")) | set(index("places", "weather"))
    verbs = {form for form in verb_forms() if form not in first_names()}
    return frozenset(lists | nouns | feelings | verbs | titles())
