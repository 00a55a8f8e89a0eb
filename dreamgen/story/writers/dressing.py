"""What somebody wears, wherever a sentence surely says so: `walks along the harbour in a red coat`."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.core.story import Trait
from dreamgen.story.writers.clothing import (
    NOT_CLOTHES,
    all_in,
    bare_colour,
    dyed,
    goes_with,
    holds,
    is_setting,
    is_single,
    kept_elsewhere,
    lost_in,
    names_clothes,
    one_each,
    only_colours,
    only_describes,
    undrawn,
    wears_nothing,
)
from dreamgen.story.writers.denials import is_none
from dreamgen.story.writers.lexicon import words
from dreamgen.story.writers.looks import Said, colour_alone, two_coloured, worn
from dreamgen.story.writers.meaning import Meaning, Parsed
from dreamgen.story.writers.phrases import Chunk, Clause

_WEARING = {"wear", "have", "dress", "wrap", "clothe"}
_DRESSING = {"dress", "wrap", "clothe"}
"""Whoever is dressed is their object: dresses the boy in a red coat."""
_AROUND = {"around", "round", "about"}
_INTO = {"look", "peer", "search", "rummage", "reach"}
"""What one does in a hat that one does not wear."""
_HIDING = {"hide", "disappear", "vanish", "dream"}
"""What one may do in a coat that one does not wear."""
_COLOURING = {"paint", "write", "draw", "print", "sign", "mark", "colour", "color"}
"""What is done in red so wears no red."""
_SEEING = {"see", "watch", "find"}
"""Whoever is seen is who the clothes are told of."""

Wearers = tuple[str, ...] | None
"""Who is in some clothes: nobody where the plot doesn't surely say who, None where it speaks of no clothes."""


class Dressing(Meaning):
    """Finds who wears what."""

    def _looks(self, item: Parsed) -> None:
        """What a sentence says of clothes, hair and build."""
        wearers, unsure = self._in_clothes(item)
        for clause in item.clauses:
            for chunk in self._worn_in(clause):
                if ids := self._worn_by(clause):
                    wearers.setdefault(id(chunk), ids)
                elif names_clothes(chunk):
                    unsure.append(chunk)
            kept = [chunk for chunk in clause.around if names_clothes(chunk) and kept_elsewhere(clause, chunk)]
            unsure += [chunk for chunk in kept if bare_colour(chunk) is None]
        for at, chunk in enumerate(item.chunks):
            if id(chunk) in wearers:
                self._note_looks(wearers[id(chunk)], dyed(item.chunks, at))
            elif any(chunk is one for one in unsure):
                self._not_drawn(chunk, "")
            elif chunk.thing is not None and chunk.thing.owner is not None and (traits := worn(chunk.thing)):
                self._note_traits(self.cast.refer_owner(chunk.thing.owner), chunk, traits)

    def _worn_in(self, clause: Clause) -> list[Chunk]:
        """What a verb of wearing brings."""
        if clause.verb.lemma not in _WEARING or clause.denied or self._dresses_another(clause):
            return []
        if not any(self.resolved.get(id(chunk)) for chunk in clause.subjects):
            return []
        told = [*clause.objects, *(chunk for prep, chunk in clause.phrases if prep in {"in", "with", "on"})]
        if clause.verb.lemma == "have":  # a king has gold
            told = [chunk for chunk in told if bare_colour(chunk) is None and not kept_elsewhere(clause, chunk)]
        return told

    def _worn_by(self, clause: Clause) -> tuple[str, ...]:
        """Whoever wears; in `wraps a scarf around Tom`, it is he."""
        around = [
            chunk
            for prep, chunk in clause.phrases
            if prep in _AROUND or (prep in {"over", "on"} and not is_setting(chunk))
            if not names_clothes(chunk)
        ]
        if clause.verb.lemma != "wrap" or clause.verb.passive or not around:
            return self._who(clause.subjects)
        other, owner = around[0].who, around[0].thing.owner if around[0].thing is not None else None
        if owner is not None:
            return self.cast.refer_owner(owner)
        themselves = self._who(clause.subjects)
        if other is not None and other.sort == "pronoun" and any(self.cast.fits(w, other.pronoun) for w in themselves):
            return themselves  # around her
        return self._who(around[:1])

    def _in_clothes(self, item: Parsed) -> tuple[dict[int, tuple[str, ...]], list[Chunk]]:
        """Who is in which clothes, or with which hair, by the chunk that names them; and which are surely nobody's."""
        found: dict[int, tuple[str, ...]] = {}
        unsure: list[Chunk] = []
        seen: set[int] = set()
        for at, chunk in enumerate(item.chunks):
            if id(chunk) in seen or chunk.low not in {"in", "with"}:
                continue
            outfit = self._outfit(item, at + 1)
            clothes = [piece for piece in outfit if piece.thing is not None]
            ids = self._wearers(item, at, clothes, at + 1 + len(outfit)) if clothes else None
            if ids:
                seen |= {id(piece) for piece in outfit}
                found.update({id(piece): ids for piece in clothes})
                for half in clothes[:-1]:  # a black, of `a black and white dress`
                    if half.thing is not None and not names_clothes(half) and colour_alone(half.thing):
                        self._not_drawn(half, "")
            elif ids is not None:
                unsure += [piece for piece in clothes if piece.thing is not None and piece.thing.owner is None]
            elif not (clothes or item.clauses) and at + 1 < len(item.chunks) and lost_in(item.chunks[at + 1]):
                unsure.append(item.chunks[at + 1])
        return found, unsure

    def _outfit(self, item: Parsed, at: int) -> Sequence[Chunk]:
        """The chunks from `at` on that go on naming clothes: a red coat, black boots and a yellow hat."""
        chunks, end = item.chunks, at
        for j in range(at, len(chunks)):
            acts = j > at and any(chunks[j] is one for clause in item.clauses for one in clause.subjects)
            if names_clothes(chunks[j]) and not acts:
                end = j + 1
            elif chunks[j].low not in {"and", ",", "with", "in"} and not only_describes(chunks[j]):
                break
        return chunks[at:end]

    def _wearers(self, item: Parsed, at: int, clothes: Sequence[Chunk], end: int) -> Wearers:
        """Who is in the clothes that follow the preposition at `at`."""
        owner = clothes[0].thing.owner if clothes[0].thing is not None else None
        if item.chunks[at].low == "with":
            return self._beside(item, at) if owner is None else None
        if at and item.chunks[at - 1].low in {"not", "never"}:
            return None
        ids = self._told_in(item, at, clothes, end)
        if owner is None or ids is None:
            return ids
        if owner.sort != "pronoun":  # in her mother's coat
            return tuple(who for who in ids if self._is_person(who))
        return tuple(who for who in ids if self._is_person(who) and self.cast.fits(who, owner.pronoun))

    def _told_in(self, item: Parsed, at: int, clothes: Sequence[Chunk], end: int) -> Wearers:
        """By where the phrase stands: right behind somebody, before a clause, or somewhere within one."""
        chunks = item.chunks
        following = end + 1 if end < len(chunks) and chunks[end].low == "," else end
        before = chunks[at - 1] if at else None
        apposed = before is not None and before.low == "," and at > 1 and chunks[at - 2].kind == "who"
        opens = before is None or before.kind in {"mark", "conj", "sub"}
        if opens and not (apposed and following > end):
            later = chunks[following] if following < len(chunks) else None
            if later is not None and any(later is one for clause in item.clauses for one in clause.subjects):
                return () if only_colours(clothes) and self._who([later]) else self._who([later]) or None
        behind = _noun_behind(chunks, at - 2 if apposed else at - 1)
        if behind is None:
            return self._clause_wears(item, at, clothes)
        shared = one_each(clothes) and is_single(behind)
        return self._together(item, behind) if shared else self._who([behind])

    def _together(self, item: Parsed, other: Chunk) -> tuple[str, ...]:
        """`Mara walks with Tom in red coats`, `Mara and Tom in red coats`: both of them."""
        at = next(at for at, chunk in enumerate(item.chunks) if chunk is other)
        if at > 1 and item.chunks[at - 1].low == "and" and item.chunks[at - 2].kind == "who":
            return self._who([item.chunks[at - 2], other])
        for clause in item.clauses:
            if any(preposition == "with" and chunk is other for preposition, chunk in clause.phrases):
                return self._who([*clause.subjects, other])
        return ()

    def _beside(self, item: Parsed, at: int) -> Wearers:
        before = item.chunks[at - 1] if at else None
        return self._who([before]) if before is not None and before.kind == "who" else None

    def _clause_wears(self, item: Parsed, at: int, clothes: Sequence[Chunk]) -> Wearers:
        """Whoever acts in the clause that the phrase belongs to; in `saw her on the hill in red`, whoever is seen."""
        for clause in item.clauses:
            if not any(preposition == "in" and chunk is clothes[0] for preposition, chunk in clause.phrases):
                continue
            if clause.told or clause.denied or clause.verb.lemma in _INTO or not self._who(clause.subjects):
                return None
            if self._dresses_another(clause) or holds(clothes[0], any(c.thing is not None for c in clause.objects)):
                return None
            if only_colours(clothes) and not all_in(item.chunks[at - 1]):
                return None if clause.verb.lemma in _COLOURING | _WEARING else ()
            return self._surely(clause, clothes)
        return ()

    def _surely(self, clause: Clause, clothes: Sequence[Chunk]) -> tuple[str, ...]:
        """Those in a clause who must be in the clothes; nobody where something else might be in them."""
        lemma, start = clause.verb.lemma, clothes[0].start
        objects = [chunk for chunk in clause.objects if chunk.start < start and not all_in(chunk)]
        objects = [chunk for chunk in objects if not chunk.low.endswith(("self", "selves"))]
        people = [chunk for chunk in objects if chunk.who is not None]
        near = [*objects, *(chunk for _, chunk in clause.phrases if chunk.start < start)]
        unknown = [chunk for chunk in near if chunk.who is None and not wears_nothing(chunk)]
        handled = [chunk for chunk in objects if chunk.thing is not None and not is_setting(chunk)]
        if unknown or handled or lemma in _HIDING or clause.embedded_in in words("verbs", "helpers", "thinking"):
            return ()
        if people and (lemma not in _SEEING or clause.verb.passive):
            return ()
        wearing = people[-1:] or clause.subjects
        alone = len(wearing) == 1 and is_single(wearing[0])
        return () if alone and one_each(clothes) else self._who(wearing)

    @staticmethod
    def _dresses_another(clause: Clause) -> bool:
        others = [c for c in clause.objects if not names_clothes(c) and not c.low.endswith(("self", "selves"))]
        return clause.verb.lemma in _DRESSING and not clause.verb.passive and bool(others)

    def _who(self, chunks: Sequence[Chunk]) -> tuple[str, ...]:
        return tuple(who for chunk in chunks for who in self.resolved.get(id(chunk), ()))

    def _is_person(self, who: str) -> bool:
        return self.cast.members[who].sort != "animal"

    def _note_looks(self, ids: Sequence[str], chunk: Chunk) -> None:
        """Keeps what is worn; what can't be drawn is noted."""
        if chunk.thing is None or is_none(chunk):
            return
        traits, colour = worn(chunk.thing), bare_colour(chunk)
        if not traits and undrawn(chunk) and any(self.cast.members[who].drawn for who in ids):
            self._not_drawn(chunk, "")
        if any(trait.slot not in NOT_CLOTHES for trait in traits) and not all(map(self._is_person, ids)):
            self._not_drawn(chunk, "")
        self._note_traits(ids, chunk, traits)
        if traits and two_coloured(chunk.thing):
            self._not_drawn(chunk, traits[0].value)
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
                if self._is_person(who) and not goes_with(trait, kept):
                    self._not_drawn(chunk, " ".join(filter(None, (kept.colour, kept.value))))

    def _not_drawn(self, chunk: Chunk, shown: str) -> None:
        self.notes.append((chunk.text, "look_not_drawable", shown))


def _noun_behind(chunks: Sequence[Chunk], at: int) -> Chunk | None:
    """Whoever the phrase after `at` tells more of: the man, also the man of the house, a group of men."""
    while (
        at >= 2
        and chunks[at].kind == "thing"
        and chunks[at - 1].low in {"of", "from", "with"}
        and wears_nothing(chunks[at])
    ):
        at -= 2
    if at < 0 or chunks[at].kind != "who":
        return None
    group = chunks[at - 2].who if at >= 2 and chunks[at - 1].low == "of" else None
    return chunks[at - 2] if group is not None and group.sort == "group" else chunks[at]
