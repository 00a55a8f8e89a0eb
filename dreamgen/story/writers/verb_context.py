"""Whether the words before allow a verb where a word that may be one stands."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.story.writers.lexicon import verb_forms, verbs, words
from dreamgen.story.writers.names import Names
from dreamgen.story.writers.nouns import NounReader
from dreamgen.story.writers.phrases import Chunk
from dreamgen.story.writers.tokens import Token

PARTICLES = {"up", "down", "out", "off", "away", "over", "on", "in", "aloft", "asleep", "back", "around", "along"}
"""Words that may belong to the verb before them: sat down."""
_DENIALS = frozenset({"not", "never"})
_OBJECT_CASE = {"him", "them", "me", "us", "himself", "herself", "themselves", "myself"}
_BRINGS_IN_VERB = {"while", "when", "by", "before", "after", "without", "from", "of", "and", "or", "but", "then", "for"}


class VerbContext:
    """A half-read sentence: its tokens, and the chunks found so far."""

    def __init__(self, tokens: Sequence[Token], names: Names) -> None:
        self.tokens = tokens
        self.nouns = NounReader(tokens, names)
        self.found: list[Chunk] = []

    def _waits(self, plural: bool) -> bool:
        """Whether somebody of this number stands there whose verb has not come yet."""
        waits = False
        for at, chunk in enumerate(self.found):
            if (
                chunk.kind == "who"
                and chunk.who is not None
                and (at == 0 or self.found[at - 1].kind not in {"prep", "verb"})
            ):
                waits = chunk.who.plural == plural and chunk.who.pronoun not in _OBJECT_CASE
            elif chunk.verb is not None and chunk.verb.form == "finite":
                waits = False
        return waits

    def _after_noun(self) -> bool:
        return bool(self.found) and self.found[-1].kind in {"who", "thing"}

    def _last_is_verb(self) -> bool:
        return bool(self.found) and self.found[-1].kind == "verb"

    def _before(self) -> Chunk | None:
        """The last chunk that isn't an adverb."""
        for chunk in reversed(self.found):
            if chunk.kind != "adv":
                return chunk
        return None

    def _is_object(self, chunk: Chunk) -> bool:
        at = self.found.index(chunk)
        return at > 0 and self.found[at - 1].kind in {"verb"}

    def _joined(self) -> bool:
        """Whether the last two phrases are joined: Jack and his mother."""
        rest = [chunk for chunk in self.found if chunk.kind != "adv"]
        return len(rest) > 2 and rest[-2].low in {"and", "or"} and rest[-3].kind in {"who", "thing"}

    def _last_verb_causes(self) -> bool:
        last = next((chunk.verb for chunk in reversed(self.found) if chunk.verb), None)
        return last is not None and last.lemma in words("verbs", "helpers", "causing")

    def _last_verb_tells(self) -> bool:
        last = next((chunk.verb for chunk in reversed(self.found) if chunk.verb), None)
        telling = words("verbs", "helpers", "saying") | words("verbs", "helpers", "thinking")
        return last is not None and last.lemma in telling | {"show", "reveal", "warn", "teach"}

    def _last_form_is_base(self) -> bool:
        last = next((chunk for chunk in reversed(self.found) if chunk.verb), None)
        if last is None:
            return False
        final = last.low.split()[-1]
        return any(form == "base" for _, form in verb_forms().get(final, frozenset()))

    def _skip(self, at: int) -> tuple[int, bool]:
        """Past adverbs; whether one of them denies."""
        negated = False
        while at < len(self.tokens) and self.tokens[at].kind == "word":
            low = self.tokens[at].low
            if low in _DENIALS:
                negated = not self._only_follows(at)
            elif not (low in words("words", "adverbs") - PARTICLES or (low.endswith("ly") and low not in verb_forms())):
                break
            at += 1
        return at, negated

    def _only_follows(self, at: int) -> bool:
        """`not only ran`: that denies nothing."""
        return at + 1 < len(self.tokens) and self.tokens[at + 1].low in {"only", "just", "merely"}

    def _denied(self, at: int) -> bool:
        """`Anna never ran`: whether an adverb right before says that it did not happen."""
        at -= 1
        while at >= 0 and self.tokens[at].kind == "word":
            low = self.tokens[at].low
            if low in _DENIALS:
                return not self._only_follows(at)
            if low not in words("words", "adverbs") - PARTICLES:
                return False
            at -= 1
        return False

    def _reading(self, at: int, wanted: set[str]) -> tuple[str, str] | None:
        if at >= len(self.tokens):
            return None
        low = self.tokens[at].low
        return next(((lemma, form) for lemma, form in ranked(low) if form in wanted), None)

    def _allows(self, at: int, lemma: str, form: str, before: Chunk) -> bool:
        """Whether a word that may be this form of a verb is one, after this chunk."""
        if form == "ing":
            return self._allows_ing(at, lemma, before)
        if form == "base":
            return self._allows_base(before)
        if before.kind == "who" and before.who is not None:
            if before.who.pronoun in _OBJECT_CASE:
                return form == "pp" and len(self.found) > 1 and self.found[-2].kind == "verb"
            if form == "s":
                return not before.who.plural
            return form != "pp" or self._follows_preposition(at)
        if before.kind == "thing" and before.thing is not None:
            plural = before.thing.plural and not before.thing.head.endswith("ss") and not self._waits(plural=False)
            return not (form == "s" and plural) and (form != "pp" or self._follows_preposition(at))
        return self._allows_after_small(form, before)

    def _allows_after_small(self, form: str, before: Chunk) -> bool:
        """The same where no noun stands before: after `and`, a comma, a quotation, `who`."""
        if before.kind in {"conj", "mark"}:
            if form == "s":
                return any(chunk.kind == "verb" for chunk in self.found) or self.found[0] is not before
            return any(chunk.kind in {"verb", "who"} for chunk in self.found)
        if before.kind in {"rel", "quote"}:
            return True
        if before.kind == "sub":
            return before.low in {"what", "so that"}
        return before.low in {"there", "then"} and form in {"s", "past"}

    def _agent_follows(self, at: int) -> bool:
        following, _ = self._skip(at + 1)
        return following < len(self.tokens) and self.tokens[following].low == "by"

    def _follows_preposition(self, at: int) -> bool:
        following, _ = self._skip(at + 1)
        return following < len(self.tokens) and (
            self.tokens[following].low in words("words", "prepositions") or self.tokens[following].kind == "mark"
        )

    def _allows_ing(self, at: int, lemma: str, before: Chunk) -> bool:
        if before.kind in {"who", "thing", "mark", "sub", "verb", "quote", "rel"}:
            return True
        return before.low in _BRINGS_IN_VERB

    def _allows_base(self, before: Chunk) -> bool:
        if before.kind == "who" and before.who is not None:
            who = before.who
            if who.pronoun in _OBJECT_CASE or who.pronoun == "her":
                return self._last_verb_causes()
            if who.plural or who.pronoun in {"i", "you"}:
                return True
            return self._last_verb_causes() or self._joined()
        if before.kind == "thing" and before.thing is not None:
            return self._waits(plural=True) or (before.thing.plural and not self._is_object(before))
        if before.kind in {"conj", "mark"}:
            if self._waits(plural=True):
                return True
            last = next((chunk.verb for chunk in reversed(self.found) if chunk.verb), None)
            return last is not None and (last.form == "inf" or last.modal or self._last_form_is_base())
        if before.kind == "rel":
            return True
        return before.kind == "verb" and before.verb is not None and before.verb.lemma in {"let", "make", "help"}


def ranked(low: str) -> list[tuple[str, str]]:
    """Readings of a form, the likeliest first: finite before participle, known pose before none."""
    order = {"s": 0, "past": 1, "base": 2, "pp": 3, "ing": 4}
    known = verbs()
    readings = verb_forms().get(low, frozenset())
    return sorted(
        readings,
        key=lambda item: (
            order[item[1]],
            item[0] not in known,
            not getattr(known.get(item[0]), "known_pose", False),
            item[0],
        ),
    )
