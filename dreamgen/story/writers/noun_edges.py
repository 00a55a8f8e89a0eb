"""Where a noun phrase ends, and which of its nouns is the head."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.story.writers.lexicon import colour_words, garments, places, things, verb_forms, words
from dreamgen.story.writers.names import Names
from dreamgen.story.writers.tokens import Token
from dreamgen.story.writers.vocabulary import describing, singular, small_words, somebody

_WEARING = {"wear", "wears", "wearing", "wore"}


class NounEdges:
    """Looks at the words of a phrase and at the one after it."""

    def __init__(self, tokens: Sequence[Token], names: Names) -> None:
        self.tokens = tokens
        self.names = names
        self.plural_waits = False
        """Whether a plural subject still waits for its verb, so a bare verb may end a phrase."""
        self.singular_waits = False
        """The same for a singular subject."""
        self.is_given = False
        """Whether it follows a verb of giving: gave her flowers."""
        self.is_object = False
        """Whether the phrase follows a verb, so no verb can follow it at once."""

    def _noun_like(self, at: int) -> bool:
        token = self.tokens[at]
        if token.kind != "word" or token.low in small_words() or token.low.endswith("ly"):
            return False
        if token.low in describing() or token.low in somebody() or token.low in things() or token.low in places():
            return True
        readings = verb_forms().get(token.low, frozenset())
        # "saw her run": a verb after the pronoun; "her run" alone is rare
        return not any(form in {"base", "ing"} for _, form in readings)

    def _is_head(self, at: int, length: int, run_start: int, sort: str, determiner: str) -> bool:
        """Whether this noun is the head of its phrase: the dog, not the dog of a dog house."""
        following = at + length
        if length == 1 and at == run_start and not determiner and self._is_plain_verb(at):
            return False
        if following >= len(self.tokens) or self.tokens[following].kind != "word":
            return True
        low = self.tokens[following].low
        if low == "'s" or low in small_words() or low.endswith("ly") or low in {"named", "called"}:
            return True
        if self.names.has(self.tokens[following]):
            return True
        if low in words("things", "words", "after"):
            return self._verb_next(following) and low not in things() and low not in places()
        head = singular(low) or low
        forms = {form for _, form in verb_forms().get(low, frozenset())}
        if singular(low) and forms & {"s"}:
            return True  # a bird flies
        if head in somebody() and not (self._verb_next(following) and not self._noun_ends(following)):
            return False
        if self._verb_next(following):
            return True
        if low in places() or low in things() or low in garments():
            return False
        return low.endswith(("s", "ed", "ing")) or low in describing() or self.tokens[following].capital

    def _noun_ends(self, at: int) -> bool:
        """Whether the word at `at` closes a noun phrase: a verb or a mark follows it."""
        return at + 1 >= len(self.tokens) or self.tokens[at + 1].kind != "word" or self._verb_next(at + 1)

    def _is_plain_verb(self, at: int) -> bool:
        """A word like `guard` or `cook` that stands bare may be the verb."""
        low = self.tokens[at].low
        readings = verb_forms().get(low, frozenset())
        if not readings or self.tokens[at].capital:
            return False
        return low not in {"people", "children"}

    def _verb_next(self, at: int) -> bool:
        low = self.tokens[at].low
        return low in verb_forms() or low in words("words", "modals")

    def _continues(self, at: int, run_start: int, determiner: str) -> bool:
        """Whether the word at `at` belongs to a phrase that started before it."""
        token = self.tokens[at]
        if token.kind != "word" or token.low == "'s":
            return False
        if at == run_start and determiner and token.low in {"home", "back", "outside", "inside", "then"}:
            return True
        if token.low == "then" or token.low in small_words() - {"other", "same"}:
            return False
        if at == run_start:
            return bool(determiner) or not self._bare_verb(at)
        if token.low.endswith("ly") and token.low not in describing():
            return False
        return not self._verb_ends_it(at)

    def _verb_ends_it(self, at: int) -> bool:
        """Whether the word at `at` is the verb that follows the phrase, and not one more noun."""
        low, before = self.tokens[at].low, self.tokens[at - 1].low
        forms = {form for _, form in verb_forms().get(low, frozenset())}
        if self.singular_waits and before in colour_words() and forms & {"s", "past"}:
            return True  # dressed in scarlet waves
        if not forms or before in describing() or before in words("words", "determiners"):
            return False
        if forms & {"s", "base"} and self.is_object:
            return "s" in forms and before in garments() and low not in garments() and self._is_worn(at)
        if low in things() or low in places():
            return bool(forms & {"s", "past"}) and not self._noun_ends(at)
        if forms <= {"base"}:
            return before.endswith("s") or self.plural_waits
        return True

    def _is_worn(self, at: int) -> bool:
        """Whether the phrase before the word at `at` is worn: wearing a red coat walks; not sells coat hooks."""
        return any(token.low in _WEARING for token in self.tokens[max(0, at - 6) : at])

    def _bare_verb(self, at: int) -> bool:
        return self.tokens[at].low in verb_forms() and self.tokens[at].low not in describing()

    def _another_phrase(self, start: int, at: int) -> bool:
        """Whether the words before a name are a phrase of their own, and no description of it."""
        return any(token.low not in describing() and token.low not in somebody() for token in self.tokens[start:at])

    def _of_follows(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and self.tokens[at + 1].low == "of"

    def _surname(self, at: int) -> bool:
        """A capital right after a name, although the word may mean something: Ada Stone."""
        token = self.tokens[at]
        return (
            token.capital
            and len(token.text) > 1
            and token.low not in small_words() | words("names", "not_names", "words")
        )

    def _names_place(self, at: int) -> bool:
        """Whether a noun of place follows the name: Baker Street, Hyde Park."""
        return (
            at < len(self.tokens)
            and self.tokens[at].kind == "word"
            and self.tokens[at].low in places()
            and not self._verb_next(at)
        )
