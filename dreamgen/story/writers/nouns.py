"""Noun phrases: which words name somebody, and which name a thing."""

from __future__ import annotations

from dataclasses import replace

from dreamgen.story.writers.lexicon import mapping, places, things, words
from dreamgen.story.writers.noun_edges import NounEdges
from dreamgen.story.writers.phrases import Chunk, Mention, MentionSort, ThingPhrase
from dreamgen.story.writers.vocabulary import singular, somebody, titles

_SKY = {"moon", "sun", "wind"}


_Match = tuple[str, MentionSort, bool, str, bool, int]
"""Head, sort, whether plural, name, whether it has a capital, and the index of the token after it."""


class NounReader(NounEdges):
    """Reads the noun phrase that starts at a token."""

    def read(self, at: int, after_preposition: str = "", owned: bool = False) -> tuple[Chunk, int] | None:
        """The phrase at `at` and the index of the token after it, or None where there is none.

        Args:
            at: index of its first token.
            after_preposition: the preposition before it, if one is there.
            owned: whether it follows an apostrophe.
        """
        if self.tokens[at].kind != "word":
            return None
        pronoun = None if owned else self._pronoun(at)
        if pronoun:
            return pronoun
        start = at
        determiner, number, owner, at = self._openers(at)
        determiner = "the" if owned else determiner
        run_start = at
        while at < len(self.tokens):
            match = self._somebody(at, run_start, determiner, after_preposition)
            if match and match[1] == "name" and self._another_phrase(run_start, at):
                break  # at sunrise Aldo sat
            if match:
                mention = self._mention(match, (run_start, at), determiner, number, owner)
                end = match[-1]
                if end < len(self.tokens) and self.tokens[end].low == "'s":
                    return self._owned(mention, start, end + 1)
                return self._chunk("who", start, end, who=mention), end
            if not self._continues(at, run_start, determiner):
                break
            at += 1
        if at == run_start:
            bare = bool(determiner) and start != at
            return self._bare_determiner(determiner, number, owner, start, at) if bare else None
        if at < len(self.tokens) and self.tokens[at].low == "'s":
            return self._owned(None, start, at + 1)
        return self._thing(start, run_start, at, determiner, owner)

    def _mention(
        self, match: _Match, run: tuple[int, int], determiner: str, number: int, owner: Mention | None
    ) -> Mention:
        """The mention that a noun and the words before it make."""
        head, sort, plural, name, capital, end = match
        count = number or (2 if plural else 1)
        if number == 1 or (determiner in {"a", "an"} and sort != "group"):
            plural, count = False, 1
        modifiers = tuple(token.low for token in self.tokens[run[0] : run[1]])
        found = Mention(sort, head, name, "", determiner, count, plural or count > 1, modifiers, owner, capital=capital)
        return self._called(found, run[0], run[1], end)

    def _called(self, mention: Mention, start: int, head: int, end: int) -> Mention:
        """With the name that capitals make of a noun: Santa Claus, the Rarebit Fiend."""
        if mention.name or mention.plural or mention.sort not in {"person", "animal"}:
            return mention
        capitals = [token.text for token in self.tokens[start:end] if token.capital]
        rest = [token for token in self.tokens[head:end] if token.kind == "word"]
        if not all(token.capital for token in rest):
            return mention
        if mention.determiner:
            return replace(mention, label=" ".join(capitals), capital=True)
        return replace(mention, name=" ".join(capitals)) if start == head and len(rest) > 1 else mention

    def _openers(self, at: int) -> tuple[str, int, Mention | None, int]:
        """Determiner, number and owner in front of a noun."""
        determiner, number, owner = "", 0, None
        numbers, several = mapping("words", "numbers"), mapping("people", "words", "several")
        while at < len(self.tokens):
            low = self.tokens[at].low
            if low in words("words", "possessives"):
                determiner, owner = low, Mention("pronoun", pronoun=low)
            elif low in words("words", "determiners") and low not in {"both", "some"}:
                determiner = low
            elif low in numbers:
                number = int(numbers[low])
                if self._of_follows(at):
                    at += 1
            elif low.isdigit() and 0 < int(low) < 1000:
                number = int(low)
            elif (
                low in several
                and not (low == "couple" and not self._of_follows(at))
                and not (low in {"pair", "crowd"} and not self._of_follows(at))
            ):
                number = int(several[low])
                if self._of_follows(at):
                    at += 1
            else:
                break
            at += 1
        return determiner, number, owner, at

    def _somebody(self, at: int, run_start: int, determiner: str, preposition: str) -> _Match | None:
        token = self.tokens[at]
        if token.kind != "word":
            return None
        named = self._name(at, determiner, preposition)
        if named:
            return named
        if self.names.has(token) and not determiner:
            return None
        for length in (3, 2, 1):
            piece = self.tokens[at : at + length]
            if len(piece) < length or any(part.kind != "word" for part in piece):
                continue
            text = " ".join(part.low for part in piece)
            plural_of = singular(text)
            head = plural_of or text
            sort: MentionSort | None = "sky" if head in _SKY and determiner == "the" else somebody().get(head)
            if plural_of and text in somebody() and somebody()[text] == "group":
                head, sort = text, "group"
            if sort is None or not self._is_head(at, length, run_start, sort, determiner):
                continue
            plural = (
                (plural_of is not None)
                or sort == "group"
                or (
                    text in {"sheep", "deer", "reindeer"}
                    and determiner not in {"a", "an", "this", "that", "another"}
                    and determiner == ""
                )
            )
            capital = piece[-1].capital and at > 0
            name, end = self._name_behind(at + length)
            return head, sort, plural, name, capital, end
        return None

    def _name(self, at: int, determiner: str, preposition: str) -> _Match | None:
        """A proper name with its title: Dr. Ada Stone."""
        title, start = self._title(at)
        end = start
        while end < len(self.tokens) and (
            self.names.has(self.tokens[end]) or ((title or end > start) and self._surname(end))
        ):
            end += 1
            if end + 1 < len(self.tokens) and self.tokens[end].text == "." and len(self.tokens[end - 1].text) == 1:
                end += 1
        if end == start:
            return None
        run = [token for token in self.tokens[start:end] if token.kind == "word"]
        if not title and not any(token.low in self.names.people for token in run):
            placed = preposition in words("places", "prepositions", "at") | {"from", "of"}
            known = any(token.low in words("names", "not_names", "places") for token in run)
            if placed or determiner or known:
                return None
        if self._names_place(end):
            return None
        return title, "name", False, " ".join(token.text for token in run), True, end

    def _title(self, at: int) -> tuple[str, int]:
        """The last of the titles before a name, and where the name starts."""
        title = ""
        while at < len(self.tokens) and self.tokens[at].low in titles() and self.tokens[at].kind == "word":
            after = at + 1
            if after < len(self.tokens) and self.tokens[after].text == ".":
                after += 1
            if after >= len(self.tokens) or not (self._surname(after) or self.tokens[after].low in titles()):
                break
            if not self.tokens[at].capital and self.tokens[at].low not in words("names", "titles", "open"):
                break
            title, at = self.tokens[at].low, after
        return title, at

    def _name_behind(self, at: int) -> tuple[str, int]:
        """A name right after a role: the baker Tom, her brother Ned, a dog named Rex."""
        end = at
        if end < len(self.tokens) and self.tokens[end].low in {"named", "called"} and end + 1 < len(self.tokens):
            end += 1
            if not self.tokens[end].capital:
                return "", at
            start = end
            while end < len(self.tokens) and self.tokens[end].capital and self.tokens[end].kind == "word":
                end += 1
            return " ".join(token.text for token in self.tokens[start:end]), end
        start = end
        while end < len(self.tokens) and self.names.has(self.tokens[end]):
            end += 1
        return " ".join(token.text for token in self.tokens[start:end]), end

    def _pronoun(self, at: int) -> tuple[Chunk, int] | None:
        low = self.tokens[at].low
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        possessive = following is not None and following.kind == "word" and self._noun_like(at + 1)
        if low == "her" and possessive and not self.is_given:
            return None
        singles = words("words", "pronouns") | {"her"}
        if low in singles:
            number = 2 if low in {"they", "them", "we", "us", "themselves"} else 1
            mention = Mention("pronoun", pronoun=low, number=number, plural=number > 1)
            return self._chunk("who", at, at + 1, who=mention), at + 1
        if low in {"someone", "somebody"}:
            return self._chunk("who", at, at + 1, who=Mention("person", head="stranger", determiner="a")), at + 1
        if low in {"everyone", "everybody"}:
            mention = Mention("pronoun", pronoun="they", number=2, plural=True)
            return self._chunk("who", at, at + 1, who=mention), at + 1
        if low in {"both", "all"} and (following is None or following.kind != "word" or self._verb_next(at + 1)):
            mention = Mention("pronoun", pronoun="they", number=2, plural=True)
            return self._chunk("who", at, at + 1, who=mention), at + 1
        return None

    def _owned(self, owner: Mention | None, start: int, at: int) -> tuple[Chunk, int] | None:
        """What follows an apostrophe: the giant's home, Jack's mother."""
        rest = self.read(at, owned=True) if at < len(self.tokens) else None
        if rest is None:
            if owner is None:
                return None
            return self._chunk("who", start, at, who=owner), at
        chunk, end = rest
        if chunk.who is not None:
            inner = chunk.who
            mention = Mention(
                inner.sort, inner.head, inner.name, "", "the", inner.number, inner.plural, inner.modifiers,
                owner if inner.owner is None else inner.owner, inner.label, inner.capital,
            )  # fmt: skip
            return self._chunk("who", start, end, who=mention), end
        thing = chunk.thing
        assert thing is not None
        owned = ThingPhrase(thing.head, thing.words, self._text(start, end), "the", owner, thing.plural)
        return self._chunk("thing", start, end, thing=owned), end

    def _bare_determiner(
        self, determiner: str, number: int, owner: Mention | None, start: int, at: int
    ) -> tuple[Chunk, int] | None:
        """`the two`, `this`, `that`: a phrase without a noun."""
        if number > 1 and determiner in {"the", "these", "those"}:
            mention = Mention("pronoun", pronoun="they", number=number, plural=True)
            return self._chunk("who", start, at, who=mention), at
        thing = ThingPhrase("", (), self._text(start, at), determiner, owner)
        return self._chunk("thing", start, at, thing=thing), at

    def _thing(self, start: int, run_start: int, end: int, determiner: str, owner: Mention | None) -> tuple[Chunk, int]:
        lows = tuple(token.low for token in self.tokens[run_start:end])
        head = lows[-1]
        for length in (3, 2):
            text = " ".join(lows[-length:])
            if len(lows) >= length and (text in things() or text in places()):
                head = text
                break
        thing = ThingPhrase(
            head,
            lows,
            self._text(start, end),
            determiner,
            owner,
            lows[-1].endswith("s") and not lows[-1].endswith("ss"),
        )
        return self._chunk("thing", start, end, thing=thing), end

    def _text(self, start: int, end: int) -> str:
        out = ""
        for at in range(start, end):
            gap = " " if out and self.tokens[at].start > self.tokens[at - 1].end else ""
            out += gap + self.tokens[at].text
        return out

    def _chunk(
        self, kind: str, start: int, end: int, who: Mention | None = None, thing: ThingPhrase | None = None
    ) -> Chunk:
        text = self._text(start, end)
        return Chunk(
            "who" if kind == "who" else "thing",
            text,
            text.lower(),
            self.tokens[start].start,
            self.tokens[end - 1].end,
            who,
            thing,
        )
