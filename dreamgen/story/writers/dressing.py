"""What somebody wears, wherever a sentence says so: `walks along the harbour in a red coat`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dreamgen.core.story import Trait
from dreamgen.core.vocabulary import Colour
from dreamgen.story.writers.denials import is_none
from dreamgen.story.writers.lexicon import words
from dreamgen.story.writers.looks import Said, colour_alone, worn
from dreamgen.story.writers.meaning import Meaning, Parsed
from dreamgen.story.writers.phrases import Chunk, Clause
from dreamgen.story.writers.vocabulary import describing

_WEARING = {"wear", "have", "dress", "wrap", "clothe"}
_DRESSING = {"dress", "wrap", "clothe"}
"""Whoever is dressed is their object: dresses the boy in a red coat."""
_PUTTING = {
    "put", "place", "set", "hide", "wrap", "tuck", "stuff", "pack", "lay", "bury", "roll", "fold", "sew", "find",
    "keep", "leave", "drop", "have", "carry", "see",
}  # fmt: skip
"""A thing that one puts in a coat is not done in that coat."""
_INTO = {"look", "peer", "search", "rummage", "reach"}
"""What one does in a hat that one does not wear."""
_COLOURING = {"paint", "write", "draw", "print", "sign", "mark", "colour", "color", "dream"}
"""What is done in red so wears no red."""
_NOT_CLOTHES = {"beard", "bag"}
"""Slots that one is not in."""


class Dressing(Meaning):
    """Finds who wears what."""

    def _looks(self, item: Parsed) -> None:
        """What a sentence says of clothes, hair and build."""
        wearers = self._in_clothes(item)
        for clause in item.clauses:
            ids = tuple(who for chunk in clause.subjects for who in self.resolved.get(id(chunk), ()))
            if clause.verb.lemma in _WEARING and ids and not clause.denied and not self._dresses_another(clause):
                for chunk in [*clause.objects, *(c for prep, c in clause.phrases if prep in {"in", "with", "on"})]:
                    if clause.verb.lemma != "have" or _colour(chunk) is None:  # a king has gold
                        wearers.setdefault(id(chunk), ids)
        for at, chunk in enumerate(item.chunks):
            if id(chunk) in wearers:
                self._note_looks(wearers[id(chunk)], _dyed(item.chunks, at))
            elif chunk.thing is not None and chunk.thing.owner is not None and (traits := worn(chunk.thing)):
                self._note_traits(self.cast.refer_owner(chunk.thing.owner), chunk, traits)

    def _in_clothes(self, item: Parsed) -> dict[int, tuple[str, ...]]:
        """Who is in which clothes, or with which hair, by the chunk that names them."""
        found: dict[int, tuple[str, ...]] = {}
        seen: set[int] = set()
        for at, chunk in enumerate(item.chunks):
            if id(chunk) in seen or chunk.low not in {"in", "with"}:
                continue
            outfit = self._outfit(item, at + 1)
            end = at + 1 + len(outfit)
            clothes = [piece for piece in outfit if piece.thing is not None]
            ids = self._wearers(item, at, end, clothes[0]) if clothes else ()
            if ids:
                seen |= {id(piece) for piece in outfit}
                found.update({id(piece): ids for piece in clothes})
                for half in clothes[:-1]:  # a black, of `a black and white dress`
                    if half.thing is not None and not _names_clothes(half) and colour_alone(half.thing):
                        self._not_drawn(half, "")
        return found

    def _outfit(self, item: Parsed, at: int) -> Sequence[Chunk]:
        """The chunks from `at` on that go on naming clothes: a red coat, black boots and a yellow hat."""
        chunks, end = item.chunks, at
        for j in range(at, len(chunks)):
            acts = j > at and any(chunks[j] is one for clause in item.clauses for one in clause.subjects)
            if _names_clothes(chunks[j]) and not acts:
                end = j + 1
            elif chunks[j].low not in {"and", ",", "with", "in"} and not _only_describes(chunks[j]):
                break
        return chunks[at:end]

    def _wearers(self, item: Parsed, at: int, end: int, first: Chunk) -> tuple[str, ...]:
        """Who is in the clothes that follow the preposition at `at`."""
        owner = first.thing.owner if first.thing is not None else None
        if item.chunks[at].low == "with":
            return self._beside(item, at) if owner is None else ()
        if at and item.chunks[at - 1].low in {"not", "never"}:
            return ()
        ids = self._told_in(item, at, end, first)
        if owner is None:
            return ids
        if owner.sort != "pronoun":  # in her mother's coat
            return tuple(who for who in ids if self._is_person(who))
        return tuple(who for who in ids if self._is_person(who) and self.cast.fits(who, owner.pronoun))

    def _told_in(self, item: Parsed, at: int, end: int, first: Chunk) -> tuple[str, ...]:
        """By where the phrase stands: right behind somebody, before a clause, or somewhere within one."""
        chunks = item.chunks
        following = end + 1 if end < len(chunks) and chunks[end].low == "," else end
        before = chunks[at - 1] if at else None
        apposed = before is not None and before.low == "," and at > 1 and chunks[at - 2].kind == "who"
        opens = before is None or before.kind in {"mark", "conj", "sub"}
        if opens and not (apposed and following > end):
            later = chunks[following] if following < len(chunks) else None
            if later is not None and any(later is one for clause in item.clauses for one in clause.subjects):
                return self.resolved.get(id(later), ())
        behind = _noun_behind(chunks, at - 2 if apposed else at - 1)
        return self.resolved.get(id(behind), ()) if behind is not None else self._clause_wears(item, first)

    def _beside(self, item: Parsed, at: int) -> tuple[str, ...]:
        before = item.chunks[at - 1] if at else None
        return self.resolved.get(id(before), ()) if before is not None and before.kind == "who" else ()

    def _clause_wears(self, item: Parsed, first: Chunk) -> tuple[str, ...]:
        """Whoever acts in the clause that the phrase belongs to; in `saw her on the hill in red`, whoever is seen."""
        for clause in item.clauses:
            if not any(preposition == "in" and chunk is first for preposition, chunk in clause.phrases):
                continue
            things = [chunk for chunk in clause.objects if chunk.thing is not None and chunk.low != "all"]
            verb = clause.verb.lemma
            apart = things or verb in _COLOURING if _colour(first) is not None else things and verb in _PUTTING
            if clause.told or clause.denied or apart or verb in _INTO or _holds(first, bool(things)):
                return ()
            if self._dresses_another(clause):
                return ()
            people = [chunk for chunk in clause.objects if chunk.who is not None]
            seen = people[-1:] if verb in words("verbs", "helpers", "causing") and not clause.verb.passive else []
            return tuple(who for chunk in seen or clause.subjects for who in self.resolved.get(id(chunk), ()))
        return ()

    @staticmethod
    def _dresses_another(clause: Clause) -> bool:
        others = [c for c in clause.objects if not _names_clothes(c) and not c.low.endswith(("self", "selves"))]
        return clause.verb.lemma in _DRESSING and not clause.verb.passive and bool(others)

    def _is_person(self, who: str) -> bool:
        return self.cast.members[who].sort != "animal"

    def _note_looks(self, ids: Sequence[str], chunk: Chunk) -> None:
        """Keeps what is worn; what can't be drawn is noted."""
        if chunk.thing is None or is_none(chunk):
            return
        traits, colour = worn(chunk.thing), _colour(chunk)
        if not traits and _unknown(chunk) and any(self.cast.members[who].drawn for who in ids):
            self._not_drawn(chunk, "")
        if any(trait.slot not in _NOT_CLOTHES for trait in traits) and not all(map(self._is_person, ids)):
            self._not_drawn(chunk, "")
        self._note_traits(ids, chunk, traits)
        for who in ids:
            said = self.said.setdefault(who, Said())
            said.loose_colour = said.loose_colour or colour
            top = said.traits.get("top")
            shown = (top.colour if top else None) or said.loose_colour
            if colour and shown != colour and self._is_person(who):
                self._not_drawn(chunk, shown or "")

    def _note_traits(self, ids: Sequence[str], chunk: Chunk, traits: Sequence[Trait]) -> None:
        """Keeps what is said first of each; what does not go with it is noted."""
        if is_none(chunk):
            return
        for who in ids:
            said = self.said.setdefault(who, Said())
            said.note(said.fitting(traits))
            for trait in traits:
                kept = said.traits[trait.slot]
                if self._is_person(who) and not _goes_with(trait, kept):
                    self._not_drawn(chunk, " ".join(filter(None, (kept.colour, kept.value))))

    def _not_drawn(self, chunk: Chunk, shown: str) -> None:
        self.notes.append((chunk.text, "look_not_drawable", shown))


def _noun_behind(chunks: Sequence[Chunk], at: int) -> Chunk | None:
    """Whoever the phrase after `at` tells more of: the man, also the man of the house, a group of men."""
    while at >= 2 and chunks[at].kind == "thing" and chunks[at - 1].low in {"of", "from", "with"}:
        at -= 2
    if at < 0 or chunks[at].kind != "who":
        return None
    group = chunks[at - 2].who if at >= 2 and chunks[at - 1].low == "of" else None
    return chunks[at - 2] if group is not None and group.sort == "group" else chunks[at]


def _names_clothes(chunk: Chunk) -> bool:
    """Whether a phrase names something to be in, or hair to have."""
    if chunk.thing is None:
        return False
    return bool(worn(chunk.thing)) or _colour(chunk) is not None or _unknown(chunk)


def _only_describes(chunk: Chunk) -> bool:
    """The first half of `an old, red coat`, or of `a black and white dress`."""
    return chunk.thing is not None and bool(chunk.thing.words) and set(chunk.thing.words) <= describing()


def _colour(chunk: Chunk) -> Colour | None:
    """`in red`; not `in the dark`."""
    if chunk.thing is None or chunk.thing.determiner or chunk.thing.owner is not None:
        return None
    return colour_alone(chunk.thing)


def _unknown(chunk: Chunk) -> bool:
    """Whether it names clothes that are not drawn: a sari."""
    return chunk.thing is not None and chunk.thing.head in words("looks", "others", "undrawn")


def _holds(chunk: Chunk, things: bool) -> bool:
    """Whether it is something to hold another thing: hides in a sack, pours wine in glasses."""
    traits = worn(chunk.thing) if chunk.thing is not None else []
    return any(trait.slot in _NOT_CLOTHES or (things and trait.slot == "glasses") for trait in traits)


def _dyed(chunks: Sequence[Chunk], at: int) -> Chunk:
    """A phrase with the colour that stands behind it: a coat of deep red."""
    chunk, rest = chunks[at], chunks[at + 1 : at + 3]
    if len(rest) < 2 or rest[0].low != "of" or _colour(rest[1]) is None or chunk.thing is None or rest[1].thing is None:
        return chunk
    return replace(chunk, thing=replace(chunk.thing, words=(*rest[1].thing.words, *chunk.thing.words)))


def _goes_with(trait: Trait, kept: Trait) -> bool:
    """Whether what is drawn shows it too: a top hat is a hat."""
    alike = kept.value.endswith(trait.value) or trait.value.endswith(kept.value)
    return alike and (trait.colour is None or trait.colour == kept.colour)
