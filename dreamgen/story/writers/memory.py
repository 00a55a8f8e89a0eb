"""Everybody that a text has named so far, and who comes to mind first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dreamgen.story.writers.kinds import mention_gender, name_parts, noun_gender, slug, title_gender
from dreamgen.story.writers.lexicon import index, mapping, words
from dreamgen.story.writers.phrases import Mention, MentionSort

_MALE = {"he", "him", "his", "himself"}
_FEMALE = {"she", "her", "herself", "hers"}
_THIRD = {"it", "its", "itself"}
_REACH = 8  # sentences that a pronoun reaches back


@dataclass(slots=True)
class Person:
    """A member of the cast, person or animal, as the text tells of it so far."""

    id: str
    sort: MentionSort
    heads: list[str] = field(default_factory=list)
    """Nouns it goes by, the first one first."""
    names: list[str] = field(default_factory=list)
    """Proper names, the fullest one first."""
    modifiers: list[str] = field(default_factory=list)
    owner: str | None = None
    owner_name: str = ""
    capital: bool = False
    gender: str = ""
    """m, f, or empty while nothing tells."""
    votes: Counter[str] = field(default_factory=Counter)
    has_parent: bool = False
    count: int = 0
    last_sentence: int = -99
    last_subject: int = -99
    label: str = ""
    """A noun that capitals make a name: Rarebit Fiend."""
    alone: bool = False
    """Whether one of a group has also been named by itself."""
    new_object: int = -99
    """The sentence that introduced it as an object: they found a boy."""
    group_of: str = ""
    """The noun of the group that it came with, while nothing else names it."""
    place_in_group: int = 0
    first_seen: tuple[int, int] = (0, 0)

    @property
    def drawn(self) -> bool:
        """Whether it can be in the cast at all (the moon can't)."""
        return self.sort != "sky"


class Memory:
    """The people and animals of a text, in order of appearance.

    Args:
        genders: what an earlier reading of the same text found out: place of first mention to m or f.
    """

    def __init__(self, genders: Mapping[tuple[int, int], str] | None = None) -> None:
        self.members: dict[str, Person] = {}
        self.groups: list[tuple[str, tuple[str, ...]]] = []
        self._passing: tuple[int, tuple[str, ...]] = (-99, ())
        """Who `they` were last, where no noun joins them, and in which sentence."""
        self._we: tuple[int, tuple[str, ...]] = (-99, ())
        self.sentence = 0
        self.notes: list[tuple[str, str]] = []
        """Words and reason of what a group lost."""
        self._genders = dict(genders or {})
        self._at = (0, 0)
        self._owning = False

    def genders(self) -> dict[tuple[int, int], str]:
        """What this reading found out, for the next one."""
        found = {}
        for person in self.members.values():
            gender = person.gender or self._majority(person)
            if gender:
                found[person.first_seen] = gender
        return found

    @staticmethod
    def _majority(person: Person) -> str:
        male, female = person.votes["m"], person.votes["f"]
        return "" if male == female else "m" if male > female else "f"

    def known(self, mention: Mention) -> list[str]:
        """The id that a name or a noun would be led back to, without telling anything new."""
        if mention.sort == "name":
            found = self._by_name(mention.name, mention.head)
        else:
            same = [person for person in self.members.values() if self._goes_by(person, mention.head)]
            found = self._latest(same) if mention.determiner not in {"a", "an", "another"} else None
        return [found.id] if found is not None else []

    def fits(self, who: str, pronoun: str) -> bool:
        """Whether a pronoun may stand for `who`."""
        gender = "m" if pronoun in _MALE else "f" if pronoun in _FEMALE else ""
        person = self.members[who]
        return (pronoun in _THIRD and person.sort == "animal") or (bool(gender) and self._may_be(person, gender))

    def name(self, who: str, name: str) -> None:
        """`His name was Aldo`."""
        person = self.members[who]
        person.names.insert(0, name)
        person.gender = person.gender or mention_gender(Mention("name", name=name))

    def also(self, who: str, mention: Mention) -> None:
        """`Jack is a poor boy`: another noun for somebody known."""
        person = self.members[who]
        if mention.head not in person.heads and (person.sort == mention.sort or not person.heads):
            person.heads.append(mention.head)
        person.modifiers += [word for word in mention.modifiers if word not in person.modifiers]
        person.gender = person.gender or noun_gender(mention.head)

    def beast_near(self) -> bool:
        """Whether an animal was named in this sentence or the one before."""
        return any(
            person.sort == "animal" and self.sentence - person.last_sentence <= 1 for person in self.members.values()
        )

    def join(self, ids: tuple[str, ...]) -> None:
        """Several who just acted together; `they` may mean them."""
        if len(ids) > 1:
            self._passing = (self.sentence, ids)

    def _people(self) -> list[Person]:
        return [person for person in self.members.values() if person.drawn]

    def _may_be(self, person: Person, gender: str) -> bool:
        if "narrator" in person.heads:
            return False
        known = person.gender or self._genders.get(person.first_seen, "") or self._majority(person)
        return known in {"", gender}

    def _best(self, people: Iterable[Person], gender: str = "") -> Person | None:
        near = [person for person in people if self.sentence - person.last_sentence <= _REACH]
        if not near:
            return None
        return max(near, key=lambda person: (self._salience(person, gender), person.last_sentence, person.id))

    def _salience(self, person: Person, gender: str) -> float:
        score = -2.0 * (self.sentence - person.last_sentence)
        score += 0.8 if person.last_subject == person.last_sentence else 0.0
        score += 1.5 if self._owning and person.last_subject == self.sentence else 0.0
        score += 0.3 * min(person.count, 6)
        score += 2.0 if person.new_object == self.sentence - 1 else 0.0
        if gender and not (person.gender or self._genders.get(person.first_seen, "")):
            score -= 0.6
        if person.sort == "animal" and gender and not person.capital:
            score -= 0.8 + person.votes["n"]
        return score

    def _by_name(self, name: str, title: str = "") -> Person | None:
        parts = name_parts(name)
        for person in reversed(list(self.members.values())):
            for known in person.names:
                if self._same_name(parts, name_parts(known)) and self._title_fits(person, title):
                    return person
        return None

    @staticmethod
    def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        nick = mapping("names", "nicknames", "words")
        formal = [{part, nick.get(part, part)} for part in one], [{part, nick.get(part, part)} for part in other]
        short, long = sorted(formal, key=len)
        return bool(short) and all(any(a & b for b in long) for a in short)

    @staticmethod
    def _title_fits(person: Person, title: str) -> bool:
        gender = title_gender(title)
        return not gender or not person.gender or gender == person.gender

    @staticmethod
    def _goes_by(person: Person, head: str) -> bool:
        return any(head == known or known.endswith(" " + head) or head.endswith(" " + known) for known in person.heads)

    @staticmethod
    def _contradicts(person: Person, mention: Mention) -> bool:
        colours = set(index("looks", "colours"))
        build = words("looks", "body", "large") | words("looks", "body", "slim")
        build |= {"old", "young", "little", "small", "tall", "short"}
        for family in (colours, build):
            mine, theirs = set(mention.modifiers) & family, set(person.modifiers) & family
            if mine and theirs and not mine & theirs:
                return True
        return False

    def _latest(self, people: list[Person], modifiers: Iterable[str] = ()) -> Person | None:
        """The one whose description fits best, then the last one named, then the first of the cast."""
        wanted, order = set(modifiers), list(self.members)

        def fit(person: Person) -> tuple[int, int, int, int]:
            alike = len(wanted & set(person.modifiers))
            return alike, person.last_sentence, person.last_subject, -order.index(person.id)

        return max(people, key=fit, default=None)

    def _last_two(self) -> tuple[str, ...]:
        """The two people whom `the two friends` means."""
        people = [
            person
            for person in self._people()
            if person.sort == "person" and self.sentence - person.last_sentence <= _REACH
        ]
        ranked = sorted(people, key=lambda person: (-self._salience(person, ""), person.id))[:2]
        return tuple(person.id for person in ranked) if len(ranked) == 2 else ()

    def _fresh_id(self, mention: Mention) -> str:
        base = slug(name_parts(mention.name)[0] if mention.name else mention.head) or "someone"
        who, number = base, 2
        while who in self.members:
            who, number = f"{base}-{number}", number + 1
        return who
