"""A sentence as a row of chunks: somebody, something, verb groups and the words between them."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.story.writers.lexicon import verb_forms, words
from dreamgen.story.writers.names import Names
from dreamgen.story.writers.phrases import Chunk, ChunkKind
from dreamgen.story.writers.tokens import Token
from dreamgen.story.writers.verb_groups import VerbReader
from dreamgen.story.writers.vocabulary import describing, small_words

_TWO_FACED = {"as", "since", "before", "after", "until", "till", "than", "once", "for", "so"}


def parse(tokens: Sequence[Token], names: Names) -> list[Chunk]:
    """The chunks of a sentence, in order."""
    return _Parser(tokens, names).chunks()


class _Parser(VerbReader):
    """Reads a sentence from left to right."""

    def chunks(self) -> list[Chunk]:
        at = 0
        while at < len(self.tokens):
            at = self._step(at)
        return self.found

    def _step(self, at: int) -> int:
        token = self.tokens[at]
        if token.kind in {"quote", "literal"}:
            return self._plain("quote" if token.kind == "quote" else "word", at)
        if token.kind == "mark":
            return self._plain("mark", at)
        verb = self._verb(at)
        if verb:
            chunk, end = verb
            self.found.append(chunk)
            return end
        kind = self._small(at)
        if kind:
            return self._plain(kind, at)
        last = self.found[-1] if self.found else None
        self.nouns.plural_waits = self._waits(plural=True)
        self.nouns.singular_waits = self._waits(plural=False)
        self.nouns.is_object = last is not None and last.kind == "verb"
        self.nouns.is_given = (
            last is not None and last.verb is not None and last.verb.lemma in words("verbs", "helpers", "giving")
        )
        noun = self.nouns.read(at, last.low if last and last.kind == "prep" else "")
        if noun:
            chunk, end = noun
            self.found.append(chunk)
            return max(end, at + 1)
        return self._plain("adv" if token.low in describing() or token.low.endswith("ly") else "word", at)

    def _small(self, at: int) -> ChunkKind | None:
        """What a word between the phrases does, or None for a word inside one."""
        low = self.tokens[at].low
        if low in words("words", "relatives"):
            return self._relative(at)
        if low in _TWO_FACED:
            return self._two_faced(at)
        if low in words("words", "subordinators"):
            return "sub"
        if low in words("words", "conjunctions") and low != "then":
            return "conj"
        if low in words("words", "prepositions"):
            return "adv" if self._dangling(at) else "prep"
        if low in words("words", "adverbs") - words("words", "adjectives") or low == "then":
            return "adv"
        if low.endswith("ly") and not self.tokens[at].capital and low not in describing():
            return "adv"
        return None

    def _relative(self, at: int) -> ChunkKind | None:
        """`that night` is a phrase, `that bound him` says more of a noun, `says that` tells."""
        low = self.tokens[at].low
        following = self.tokens[at + 1].low if at + 1 < len(self.tokens) else ""
        if low == "that" and not self._after_noun() and following not in small_words() and not self._last_is_verb():
            return None
        return "rel" if low != "that" or (self._after_noun() and not self._last_verb_tells()) else "sub"

    def _two_faced(self, at: int) -> ChunkKind:
        """Words that lead a clause or a phrase: before he left, before noon."""
        low = self.tokens[at].low
        if low == "so":
            return "sub" if at + 1 < len(self.tokens) and self.tokens[at + 1].low == "that" else "conj"
        leads = self._clause_ahead(at + 1)
        if low == "for":
            leads = leads and bool(self.found) and self.found[-1].low == ","
        if leads:
            return "sub"
        return "adv" if low == "once" or self._dangling(at) else "prep"

    def _plain(self, kind: ChunkKind, at: int) -> int:
        token = self.tokens[at]
        self.found.append(Chunk(kind, token.text, token.low, token.start, token.end))
        return at + 1

    def _dangling(self, at: int) -> bool:
        """A preposition without an object: it fell down."""
        if at + 1 >= len(self.tokens):
            return True
        following = self.tokens[at + 1]
        low = following.low
        if low in {"the", "a", "an"} or low in words("words", "possessives") or low in words("words", "pronouns"):
            return False
        return (
            following.kind != "word"
            or low in words("words", "conjunctions") | words("words", "prepositions") - {"to"}
            or (self.tokens[at].low in {"up", "down", "out", "off"} and low in words("words", "subordinators"))
        )

    def _clause_ahead(self, at: int) -> bool:
        """Whether a verb comes before the next mark."""
        for token in self.tokens[at : at + 9]:
            if token.kind != "word" or token.low in {"and", "but"}:
                return False
            readings = verb_forms().get(token.low, frozenset())
            if token.low in words("words", "modals") or any(form in {"s", "past", "ing"} for _, form in readings):
                return True
        return False
