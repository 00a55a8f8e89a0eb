"""Who is meant in a sentence, and how the words for them describe them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dreamgen.story.writers.beats import Beat
from dreamgen.story.writers.cast import Cast
from dreamgen.story.writers.denials import is_none
from dreamgen.story.writers.looks import Said, described
from dreamgen.story.writers.phrases import Chunk, Clause, Mention
from dreamgen.story.writers.props import Props
from dreamgen.story.writers.reading import Sentence
from dreamgen.story.writers.setting import Setting
from dreamgen.story.writers.tokens import Aside


@dataclass(slots=True)
class Parsed:
    """One sentence, taken apart."""

    sentence: Sentence
    chunks: list[Chunk]
    clauses: list[Clause]
    asides: tuple[Aside, ...]


class Meaning:
    """Leads the mentions of a sentence back to the cast."""

    def __init__(self, parsed: Sequence[Parsed], genders: Mapping[tuple[int, int], str]) -> None:
        self.parsed = parsed
        self.cast = Cast(genders)
        self.props = Props()
        self.setting = Setting()
        self.said: dict[str, Said] = {}
        self.beats: list[Beat] = []
        self.notes: list[tuple[str, str, str]] = []
        self.holding: dict[str, str] = {}
        self.speakers: list[str] = []
        self.resolved: dict[int, tuple[str, ...]] = {}

    def _ids(self, item: Parsed, chunk: Chunk, subject: bool, avoid: Sequence[str] = ()) -> tuple[str, ...]:
        if id(chunk) in self.resolved:
            return self.resolved[id(chunk)]
        if chunk.who is None or is_none(chunk):
            return ()
        shut = list(avoid)
        if subject and (chunk.who.sort == "pronoun" or chunk.who.plural):
            shut += self._named_later(item, chunk)
        found = self.cast.refer(chunk.who, (item.sentence.number, chunk.start), subject, shut)
        self.resolved[id(chunk)] = found
        for who in found:
            person = self.cast.members[who]
            self.said.setdefault(who, Said()).note(described(chunk.who.modifiers, person.sort == "animal"))
        return found

    def _named_later(self, item: Parsed, chunk: Chunk) -> list[str]:
        """`He falls as Jack celebrates`: he isn't Jack."""
        if any(clause.leads and chunk in clause.subjects for clause in item.clauses):
            return []
        later = [other for other in item.chunks if other.start > chunk.start and other.who is not None]
        found: list[str] = []
        for other in later:
            mention = other.who
            if (
                mention is not None
                and mention.sort in {"name", "person", "animal"}
                and not mention.plural
                and mention.owner is None
            ):
                found += self.cast.known(mention)
        return found

    def _cataphora(self, item: Parsed, clause: Clause) -> None:
        """`When she woke, the girl...`: the noun of the main clause says who she is."""
        if (
            not clause.leads
            or not clause.subjects
            or clause.subjects[0].who is None
            or clause.subjects[0].who.sort != "pronoun"
        ):
            return
        pronoun = clause.subjects[0]
        for other in item.chunks[item.chunks.index(pronoun) + 1 :]:
            if other.who is not None and other.who.sort in {"name", "person", "animal"} and not other.who.plural:
                before = item.chunks[item.chunks.index(other) - 1]
                inside = any(other in (*own.objects,) for own in item.clauses if own is clause)
                if before.kind == "prep" or inside:
                    continue
                ids = self._ids(item, other, subject=True)
                if ids and self.cast.fits(ids[0], pronoun.who.pronoun if pronoun.who else ""):
                    self.resolved[id(pronoun)] = ids
                return

    def _appositions(self, item: Parsed) -> None:
        """`The fisherman, Karl Braun, ...` and `Maya, a scientist with glasses, ...` are one person each."""
        chunks = item.chunks
        for at in range(len(chunks) - 3):
            one, comma, other = chunks[at : at + 3]
            if one.who is None or comma.low != "," or other.who is None or not self._apposed(one.who, other.who):
                continue
            end = at + 3
            while (end < len(chunks) and chunks[end].kind in {"prep", "thing"}) or (
                end < len(chunks) and chunks[end].low == "and" and chunks[end - 1].kind == "thing"
            ):
                end += 1
            if end >= len(chunks) or chunks[end].low not in {",", ".", ";"}:
                continue
            ids = self._ids(item, one, subject=True)
            if len(ids) != 1:
                continue
            if other.who.sort == "name" or other.who.name:
                self.cast.name(ids[0], other.who.name)
            self.cast.also(ids[0], other.who)
            animal = self.cast.members[ids[0]].sort == "animal"
            self.said.setdefault(ids[0], Said()).note(described(other.who.modifiers, animal))
            self.resolved[id(other)] = ids

    @staticmethod
    def _apposed(one: Mention, other: Mention) -> bool:
        if one.sort == "pronoun" or other.sort == "pronoun" or one.plural or other.plural:
            return False
        if other.sort == "name":
            return one.sort != "name" and other.owner is None
        return other.determiner in {"a", "an"} or (
            one.sort == "name" and other.determiner in {"the", "his", "her", "their", "my"}
        )

    def _sky(self, item: Parsed) -> None:
        """`The moon's smile`: what is said of the moon is not said of the man."""
        for chunk in item.chunks:
            if chunk.thing is not None and chunk.thing.owner is not None and chunk.thing.owner.sort == "sky":
                self.cast.refer(chunk.thing.owner, (item.sentence.number, chunk.start), subject=True)

    def _owners(self, clause: Clause) -> None:
        """`his paw`, `her nose`: a pronoun before a thing also tells who is a he or a she."""
        for chunk in [*clause.subjects, *clause.around]:
            if (
                chunk.thing is not None
                and chunk.thing.owner is not None
                and chunk.thing.owner.pronoun in {"his", "her"}
            ):
                self.cast.refer_owner(chunk.thing.owner)

    def _is_naming(self, clause: Clause) -> bool:
        """`His name was Aldo`: nothing that anybody does."""
        subject = clause.subjects[0].thing if clause.subjects else None
        if subject is None or clause.verb.lemma != "be" or subject.head != "name" or subject.owner is None:
            return False
        named = next(
            (chunk.who for chunk in clause.objects if chunk.who is not None and chunk.who.sort == "name"), None
        )
        for who in self.cast.refer_owner(subject.owner)[:1] if named is not None else ():
            self.cast.name(who, named.name if named is not None else "")
        return named is not None

    def _names_somebody(self, item: Parsed, clause: Clause, actors: tuple[str, ...]) -> bool:
        """`Jack is the son of a king`, `the dog's name was Rex`: who somebody is, and nothing to be seen."""
        if clause.verb.lemma not in {"be", "become", "remain", "seem"} or len(actors) != 1 or clause.verb.passive:
            return False
        said = next(
            (chunk.who for chunk in clause.objects if chunk.who is not None and chunk.who.sort in {"person", "animal"}),
            None,
        )
        if said is None or said.plural:
            return False
        self.cast.also(actors[0], said)
        self.said.setdefault(actors[0], Said()).note(
            described(said.modifiers, self.cast.members[actors[0]].sort == "animal")
        )
        chunk = next(chunk for chunk in clause.objects if chunk.who is said)
        self.resolved[id(chunk)] = actors
        return any(other is not clause and not other.told for other in item.clauses)
