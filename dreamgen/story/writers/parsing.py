"""A sentence as a row of chunks: somebody, something, verb groups and the words between them."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.story.writers.lexicon import garments, guess_lemma, places, table, things, verb_forms, verbs, words
from dreamgen.story.writers.nouns import Names, NounReader, describing, small_words
from dreamgen.story.writers.phrases import Chunk, ChunkKind, VerbGroup
from dreamgen.story.writers.tokens import Token

_OBJECT_CASE = {"him", "them", "me", "us", "himself", "herself", "themselves", "myself"}
_BE = {"be", "am", "is", "are", "was", "were", "been", "being", "'re", "'m"}
_HAVE = {"have", "has", "had", "having", "'ve"}
_DO = {"do", "does", "did"}
_MODAL_BITS = {"'ll", "'d"}
_PARTICLES = {"up", "down", "out", "off", "away", "over", "on", "in", "aloft", "asleep", "back", "around", "along"}
_BRINGS_IN_VERB = {"while", "when", "by", "before", "after", "without", "from", "of", "and", "or", "but", "then", "for"}


def parse(tokens: Sequence[Token], names: Names) -> list[Chunk]:
    """The chunks of a sentence, in order."""
    return _Parser(tokens, names).chunks()


class _Parser:
    def __init__(self, tokens: Sequence[Token], names: Names) -> None:
        self.tokens = tokens
        self.nouns = NounReader(tokens, names)
        self.found: list[Chunk] = []

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
        self.nouns.plural_waits = self._plural_waits()
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

    def _plural_waits(self) -> bool:
        """Whether somebody plural stands there whose verb has not come yet."""
        waits = False
        for at, chunk in enumerate(self.found):
            if (
                chunk.kind == "who"
                and chunk.who is not None
                and (at == 0 or self.found[at - 1].kind not in {"prep", "verb"})
            ):
                waits = chunk.who.plural and chunk.who.pronoun not in _OBJECT_CASE
            elif chunk.verb is not None and chunk.verb.form == "finite":
                waits = False
        return waits

    def _plain(self, kind: ChunkKind, at: int) -> int:
        token = self.tokens[at]
        self.found.append(Chunk(kind, token.text, token.low, token.start, token.end))
        return at + 1

    def _small(self, at: int) -> ChunkKind | None:
        low = self.tokens[at].low
        following = self.tokens[at + 1].low if at + 1 < len(self.tokens) else ""
        if low in words("words", "relatives"):
            # "that night" is a phrase, "that bound him" is a clause
            if low == "that" and not self._after_noun() and following not in small_words() and not self._last_is_verb():
                return None
            return "rel" if low != "that" or (self._after_noun() and not self._last_verb_tells()) else "sub"
        if low in {"as", "since", "before", "after", "until", "till", "than", "once"}:
            if self._clause_ahead(at + 1):
                return "sub"
            return "adv" if low == "once" or self._dangling(at) else "prep"
        if low == "for" and self.found and self.found[-1].low == "," and self._clause_ahead(at + 1):
            return "sub"
        if low == "so":
            return "sub" if following == "that" else "conj"
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

    def _after_noun(self) -> bool:
        return bool(self.found) and self.found[-1].kind in {"who", "thing"}

    def _last_is_verb(self) -> bool:
        return bool(self.found) and self.found[-1].kind == "verb"

    # verb groups

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

    def _skip(self, at: int) -> tuple[int, bool]:
        """Past adverbs; whether one of them denies."""
        negated = False
        while at < len(self.tokens) and self.tokens[at].kind == "word":
            low = self.tokens[at].low
            if low in {"not", "never", "hardly", "barely"} - {"hardly", "barely"}:
                negated = True
            elif not (
                low in words("words", "adverbs") - _PARTICLES or (low.endswith("ly") and low not in verb_forms())
            ):
                break
            at += 1
        return at, negated

    def _reading(self, at: int, wanted: set[str]) -> tuple[str, str] | None:
        if at >= len(self.tokens):
            return None
        low = self.tokens[at].low
        return next(((lemma, form) for lemma, form in _ranked(low) if form in wanted), None)

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
        readings = _ranked(token.low)
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
                if form == "base" and self._last_verb_causes() and not self._plural_waits():
                    group_form = "inf"
                tense = "past" if form == "past" else "present"
                return self._made(at, at + 1, VerbGroup(lemma, group_form, passive=form == "pp", tense=tense))  # type: ignore[arg-type]
        return None

    def _first(self, at: int, readings: list[tuple[str, str]]) -> tuple[Chunk, int] | None:
        """A sentence that starts with a participle."""
        following = self.tokens[at + 1].low if at + 1 < len(self.tokens) else ""
        for lemma, form in readings:
            if form == "ing" and following not in {"is", "was"}:
                return self._made(at, at + 1, VerbGroup(lemma, "ing"))
            if form == "pp" and (following in words("words", "prepositions") or following in {"and", ","}):
                return self._made(at, at + 1, VerbGroup(lemma, "pp", passive=True))
        return None

    def _before(self) -> Chunk | None:
        """The last chunk that isn't an adverb."""
        for chunk in reversed(self.found):
            if chunk.kind != "adv":
                return chunk
        return None

    def _allows(self, at: int, lemma: str, form: str, before: Chunk) -> bool:
        if form == "ing":
            return self._allows_ing(at, lemma, before)
        if form == "base":
            return self._allows_base(before)
        if before.kind == "who" and before.who is not None:
            if before.who.pronoun in _OBJECT_CASE:
                return form == "pp" and self.found[-2].kind == "verb" if len(self.found) > 1 else False
            if form == "s":
                return not before.who.plural
        if before.kind == "thing" and before.thing is not None:
            if form == "s" and before.thing.plural and not before.thing.head.endswith("ss"):
                return False
            if form == "pp" and not self._follows_preposition(at):
                return False
        if form == "pp" and before.kind == "who":
            return self._follows_preposition(at)
        if form == "pp" and before.kind == "verb":
            return False
        if before.kind in {"conj", "mark"} and form == "s":
            return any(chunk.kind == "verb" for chunk in self.found) or self.found[0] is not before
        if before.kind in {"conj", "mark"} and form in {"past", "pp"}:
            return any(chunk.kind in {"verb", "who"} for chunk in self.found)
        return (
            before.kind in {"who", "thing", "rel", "quote", "conj", "mark"}
            or (before.kind == "sub" and before.low in {"what", "so that"})
            or (before.low in {"there", "then"} and form in {"s", "past"})
        )

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
            return self._plural_waits() or (before.thing.plural and not self._is_object(before))
        if before.kind in {"conj", "mark"}:
            if self._plural_waits():
                return True
            last = next((chunk.verb for chunk in reversed(self.found) if chunk.verb), None)
            return last is not None and (last.form == "inf" or last.modal or self._last_form_is_base())
        if before.kind == "rel":
            return True
        return before.kind == "verb" and before.verb is not None and before.verb.lemma in {"let", "make", "help"}

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
                eaten = length == 1 and following[0] in _PARTICLES and self.tokens[end].low == following[0]
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


def _ranked(low: str) -> list[tuple[str, str]]:
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
