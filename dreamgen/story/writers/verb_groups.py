"""Verbs with their helpers: was running, has been seen, begins to, sat down."""

from __future__ import annotations

from dreamgen.story.writers.lexicon import garments, guess_lemma, places, table, things, words
from dreamgen.story.writers.phrases import Chunk, VerbGroup
from dreamgen.story.writers.verb_context import PARTICLES, VerbContext, ranked
from dreamgen.story.writers.vocabulary import describing, small_words

_BE = {"be", "am", "is", "are", "was", "were", "been", "being", "'re", "'m"}
_HAVE = {"have", "has", "had", "having", "'ve"}
_DO = {"do", "does", "did"}
_MODAL_BITS = {"'ll", "'d"}
_OBJECT_CASE = {"him", "them", "me", "us", "himself", "herself", "themselves", "myself"}


class VerbReader(VerbContext):
    """Reads the verb group that starts at a token."""

    def _verb(self, at: int) -> tuple[Chunk, int] | None:
        low = self.tokens[at].low
        if low == "to":
            return self._infinitive(at)
        if low in words("words", "modals") | _MODAL_BITS:
            return self._helped(at, modal=True)
        if low in _BE or (low == "'s" and self._after_noun()):
            return self._with_be(at)
        if low in _HAVE:
            return self._with_have(at)
        if low in _DO and self._does_help(at):
            return self._helped(at, modal=False)
        return self._main(at)

    def _infinitive(self, at: int) -> tuple[Chunk, int] | None:
        main, negated = self._skip(at + 1)
        reading = self._reading(main, {"base"})
        if reading is None or self._noun_after_to(main):
            return None
        lemma = reading[0]
        if lemma == "be" and (inner := self._reading(main + 1, {"pp"})):
            return self._made(at, main + 2, VerbGroup(inner[0], "inf", passive=True, negated=negated))
        return self._made(at, main + 1, VerbGroup(lemma, "inf", negated=negated))

    def _noun_after_to(self, at: int) -> bool:
        """`to work`, `to bed`: a noun although it may be a verb; only where nothing but a mark follows."""
        return self.tokens[at].low in {"land", "park", "water", "ground"}

    def _helped(self, at: int, modal: bool) -> tuple[Chunk, int] | None:
        main, negated = self._skip(at + 1)
        if main >= len(self.tokens):
            return None
        if self.tokens[main].low == "be":
            after, more = self._skip(main + 1)
            if reading := self._reading(after, {"ing"}):
                return self._made(at, after + 1, VerbGroup(reading[0], "finite", negated=negated or more, modal=modal))
            if reading := self._reading(after, {"pp"}):
                group = VerbGroup(reading[0], "finite", passive=True, negated=negated or more, modal=modal)
                return self._made(at, after + 1, group)
            return self._made(at, main + 1, VerbGroup("be", "finite", negated=negated, modal=modal))
        if self.tokens[main].low == "have" and (reading := self._reading(main + 1, {"pp"})):
            return self._made(at, main + 2, VerbGroup(reading[0], "finite", negated=negated, modal=modal))
        if reading := self._reading(main, {"base"}):
            return self._made(at, main + 1, VerbGroup(reading[0], "finite", negated=negated, modal=modal))
        if modal and not self._after_noun():
            return None
        return (
            self._made(at, at + 1, VerbGroup("do", "finite", negated=negated, modal=modal))
            if self._after_noun()
            else None
        )

    def _with_be(self, at: int) -> tuple[Chunk, int] | None:
        low = self.tokens[at].low
        main, negated = self._skip(at + 1)
        tense = "past" if low in {"was", "were"} else "present"
        form = "ing" if low == "being" else "finite"
        after = main
        if after < len(self.tokens) and self.tokens[after].low == "being":
            after += 1
        if (reading := self._reading(after, {"ing"})) and self.tokens[after].low not in {"being"}:
            return self._made(at, after + 1, VerbGroup(reading[0], "finite", negated=negated, tense=tense))  # type: ignore[arg-type]
        if reading := self._reading(after, {"pp"}):
            return self._made(at, after + 1, VerbGroup(reading[0], form, passive=True, negated=negated, tense=tense))  # type: ignore[arg-type]
        return self._made(at, at + 1, VerbGroup("be", form, negated=negated, tense=tense))  # type: ignore[arg-type]

    def _with_have(self, at: int) -> tuple[Chunk, int] | None:
        main, negated = self._skip(at + 1)
        form = "ing" if self.tokens[at].low == "having" else "finite"
        if main < len(self.tokens) and self.tokens[main].low == "been":
            after, more = self._skip(main + 1)
            for wanted, passive in (("ing", False), ("pp", True)):
                if reading := self._reading(after, {wanted}):
                    group = VerbGroup(reading[0], form, passive=passive, negated=negated or more, tense="past")  # type: ignore[arg-type]
                    return self._made(at, after + 1, group)
            return self._made(at, main + 1, VerbGroup("be", form, negated=negated, tense="past"))  # type: ignore[arg-type]
        if reading := self._reading(main, {"pp"}):
            return self._made(at, main + 1, VerbGroup(reading[0], form, negated=negated, tense="past"))  # type: ignore[arg-type]
        return self._made(at, at + 1, VerbGroup("have", form, negated=negated))  # type: ignore[arg-type]

    def _does_help(self, at: int) -> bool:
        main, _ = self._skip(at + 1)
        return self._reading(main, {"base"}) is not None

    def _main(self, at: int) -> tuple[Chunk, int] | None:
        """A verb without helpers, where the word before allows one."""
        token = self.tokens[at]
        readings = ranked(token.low)
        if not readings:
            return self._unknown(at)
        before = self._before()
        if before is None:
            return self._first(at, readings)
        if token.capital and before.kind not in {"quote", "mark"}:
            return None
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is not None and following.kind == "literal" and readings[0][0] == "read":
            return None
        if any(lemma == "get" for lemma, _ in readings) and (caught := self._reading(at + 1, {"pp"})):
            return self._made(at, at + 2, VerbGroup(caught[0], "finite", passive=True))
        if before.kind in {"mark", "thing"} and self._agent_follows(at):
            readings = sorted(readings, key=lambda reading: reading[1] != "pp")
        for lemma, form in readings:
            if self._allows(at, lemma, form, before):
                group_form = {"ing": "ing", "pp": "pp"}.get(form, "finite")
                if form == "base" and self._last_verb_causes() and not self._waits(plural=True):
                    group_form = "inf"
                tense = "past" if form == "past" else "present"
                group = VerbGroup(lemma, group_form, passive=form == "pp", negated=self._denied(at), tense=tense)  # type: ignore[arg-type]
                return self._made(at, at + 1, group)
        return None

    def _first(self, at: int, readings: list[tuple[str, str]]) -> tuple[Chunk, int] | None:
        """A sentence that starts with a participle, or with `there`."""
        if self.found and self.found[-1].low in {"there", "here"}:
            reading = next(((lemma, form) for lemma, form in readings if form in {"s", "past"}), None)
            return self._made(at, at + 1, VerbGroup(reading[0], "finite")) if reading else None
        following = self.tokens[at + 1].low if at + 1 < len(self.tokens) else ""
        for lemma, form in readings:
            if form == "ing" and following not in {"is", "was"}:
                return self._made(at, at + 1, VerbGroup(lemma, "ing"))
            if form == "pp" and (following in words("words", "prepositions") or following in {"and", ","}):
                return self._made(at, at + 1, VerbGroup(lemma, "pp", passive=True))
        return None

    def _unknown(self, at: int) -> tuple[Chunk, int] | None:
        """A word right after somebody that ends like a verb."""
        token, before = self.tokens[at], self._before()
        low = token.low
        if before is None or before.kind != "who" or before.who is None or token.capital:
            return None
        if before.who.pronoun in _OBJECT_CASE | {"her"} or low in small_words() or low in describing():
            return None
        if {low, low.removesuffix("s"), low.removesuffix("es")} & {*things(), *places(), *garments()}:
            return None
        ends = (low.endswith("s") and not low.endswith(("ss", "us", "is")) and not before.who.plural) or low.endswith(
            "ed"
        )
        if not ends or len(low) < 4:
            return None
        return self._made(
            at,
            at + 1,
            VerbGroup(guess_lemma(low), "finite", known=False, tense="past" if low.endswith("ed") else "present"),
        )

    def _made(self, start: int, end: int, group: VerbGroup) -> tuple[Chunk, int]:
        lemma, particle, end = self._phrase(group.lemma, end)
        if lemma != group.lemma or particle:
            group = VerbGroup(
                lemma, group.form, group.passive, group.negated, group.modal, group.known, particle, group.tense
            )
        first, last = self.tokens[start], self.tokens[end - 1]
        text = " ".join(token.text for token in self.tokens[start:end])
        return Chunk("verb", text, text.lower(), first.start, last.end, verb=group), end

    def _phrase(self, lemma: str, end: int) -> tuple[str, str, int]:
        """`sit down`, `take notes`, `go to bed`: verbs of more than one word."""
        following: list[str] = []
        for token in self.tokens[end : end + 5]:
            if token.kind != "word":
                break
            if token.low not in {"a", "the", "his", "her", "their", "its"}:
                following.append(token.low)
        known = _verb_phrases()
        for length in (3, 2, 1):
            key = " ".join([lemma, *following[:length]])
            if len(following) >= length and key in known:
                eaten = length == 1 and following[0] in PARTICLES and self.tokens[end].low == following[0]
                eaten = eaten and not (
                    following[0] in {"on", "in"} or (end + 1 < len(self.tokens) and self.tokens[end + 1].low == "the")
                )
                return known[key], following[0], end + 1 if eaten else end
        # the particle may come after the object: holds his prize aloft
        ahead = [token.low for token in self.tokens[end : end + 6]]
        for particle in ("aloft", "asleep"):
            if particle in ahead and f"{lemma} {particle}" in known:
                return known[f"{lemma} {particle}"], particle, end
        return lemma, "", end


def _verb_phrases() -> dict[str, str]:
    found = (item.partition("=") for item in table("verbs")["phrases"]["words"].split())
    return {key.replace("_", " "): value for key, _, value in found}
