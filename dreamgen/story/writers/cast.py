"""Who is who: every mention in a text is led back to one member of the cast."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dreamgen.story.writers.lexicon import index, mapping, table, words
from dreamgen.story.writers.nouns import singular, somebody, titles
from dreamgen.story.writers.phrases import Mention, MentionSort

_MALE = {"he", "him", "his", "himself"}
_FEMALE = {"she", "her", "herself", "hers"}
_FIRST = {"i", "me", "my", "myself"}
_FIRST_PLURAL = {"we", "us", "our", "ourselves"}
_MANY = {"they", "them", "their", "themselves"}
_THIRD = {"it", "its", "itself"}
_SAME_PLURAL = {"sheep", "deer", "reindeer"}
_COUNTED = {"children": ("boy", "girl"), "kids": ("boy", "girl"), "people": ("man", "woman"), "siblings": ("boy", "girl")}
_REACH = 8  # sentences that a pronoun reaches back
MOST_IN_A_GROUP = 4


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


class Cast:
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

    def refer(
        self, mention: Mention, at: tuple[int, int], subject: bool = False, avoid: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """The ids that a mention stands for; it creates members where the text introduces them.

        Args:
            mention: the noun phrase.
            at: sentence number and character offset.
            subject: whether it is the subject of its clause.
            avoid: ids that it can't be (the clause's own subject, say).
        """
        self._at, self.sentence = at, at[0]
        shut = set(avoid)
        if mention.sort == "pronoun":
            ids = self._pronoun(mention, subject, shut)
        elif mention.plural or mention.sort == "group":
            ids = self._several(mention, shut)
        elif mention.sort == "name":
            ids = (self._named(mention),)
        elif mention.head in _SAME_PLURAL and mention.determiner not in {"a", "an", "another"} and (herd := self._herd(mention)):
            ids = herd
        else:
            ids = (self._noun(mention, shut),)
        for who in ids:
            person = self.members[who]
            person.count += 1
            person.last_sentence = self.sentence
            if subject:
                person.last_subject = self.sentence
            elif person.count == 1 and mention.indefinite:
                person.new_object = self.sentence
            person.alone = person.alone or len(ids) == 1
        return ids

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

    def _herd(self, mention: Mention) -> tuple[str, ...]:
        """The group that `the sheep` means, if there is one."""
        return next((ids for noun, ids in reversed(self.groups) if noun == mention.head), ())

    def join(self, ids: tuple[str, ...]) -> None:
        """Several who just acted together; `they` may mean them."""
        if len(ids) > 1:
            self._passing = (self.sentence, ids)

    # pronouns

    def _pronoun(self, mention: Mention, subject: bool, shut: set[str]) -> tuple[str, ...]:
        word = mention.pronoun
        if word in {"you", "your", "yourself"}:
            return ()
        if word in _FIRST:
            return (self._narrator(),)
        if word in _FIRST_PLURAL:
            since, together = self._we
            if self.sentence - since <= 3:
                self._we = (self.sentence, together)
                return together
            narrator = self._narrator()
            other = self._best([person for person in self._people() if person.id != narrator])
            ids = (narrator, other.id) if other else (narrator,)
            self._we = (self.sentence, ids) if other else self._we
            return ids
        if word in _MANY:
            return self._they(subject, shut, mention.number)
        if word in _THIRD:
            return self._it(subject, shut)
        gender = "m" if word in _MALE else "f"
        reflexive = word.endswith("self")
        fitting = [
            person
            for person in self.members.values()
            if self._may_be(person, gender) and (reflexive or person.id not in shut)
        ]
        alone = [person for person in fitting if person.alone or not person.place_in_group]
        best = self._best(alone, gender) or self._best(fitting, gender)
        if best is None:
            head = "man" if gender == "m" else "woman"
            return (self._new(Mention("person", head=head, determiner="the")),)
        if not best.gender and best.sort != "sky":
            best.votes[gender] += 1
        return (best.id,)

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

    def _they(self, subject: bool, shut: set[str], number: int) -> tuple[str, ...]:
        since, passing = self._passing
        if self.sentence - since <= 2 and not shut & set(passing):
            self._passing = (self.sentence, passing)
            return passing
        for _, ids in reversed(self.groups):
            if not all(self.members[who].drawn for who in ids):
                continue
            near = any(self.sentence - self.members[who].last_sentence <= _REACH for who in ids)
            if near and not (shut & set(ids)) and len(ids) >= min(number, 2):
                return ids
        people = sorted(
            (
                person
                for person in self._people()
                if person.id not in shut and self.sentence - person.last_sentence <= _REACH
            ),
            key=lambda person: (-self._salience(person, ""), person.id),
        )
        together = [person for person in people if self.sentence - person.last_sentence <= 1]
        several = together[:3] if len(together) > 1 else people[:2]
        pair = tuple(sorted((person.id for person in several), key=list(self.members).index))
        if len(pair) > 1:
            self._passing = (self.sentence, pair)
            return pair
        return () if subject else pair

    def _it(self, subject: bool, shut: set[str]) -> tuple[str, ...]:
        animals = [
            person
            for person in self.members.values()
            if (person.sort == "animal" or words("people", "words", "neuter") & set(person.heads))
            and person.id not in shut
            and self.sentence - person.last_sentence <= 1
            and not (person.gender or self._genders.get(person.first_seen, ""))
        ]  # fmt: skip
        best = self._best(animals)
        if best is None or not (subject or best.last_subject >= self.sentence - 1):
            return ()
        best.votes["n"] += 1
        return (best.id,)

    def _narrator(self) -> str:
        found = next((person.id for person in self.members.values() if "narrator" in person.heads), None)
        return found or self._new(Mention("person", head="narrator", determiner="the"))

    # names

    def _named(self, mention: Mention) -> str:
        found = self._by_name(mention.name, mention.head)
        if found is None:
            return self._new(mention)
        if len(mention.name) > len(found.names[0] if found.names else ""):
            found.names.insert(0, mention.name)
        if mention.head and mention.head not in found.heads:
            found.heads.append(mention.head)
        return found.id

    def _by_name(self, name: str, title: str = "") -> Person | None:
        parts = _name_parts(name)
        for person in reversed(list(self.members.values())):
            for known in person.names:
                if self._same_name(parts, _name_parts(known)) and self._title_fits(person, title):
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
        gender = _title_gender(title)
        return not gender or not person.gender or gender == person.gender

    # nouns

    def _noun(self, mention: Mention, shut: set[str]) -> str:
        if mention.name and (known := self._by_name(mention.name)):
            known.heads += [mention.head] if mention.head not in known.heads else []
            known.modifiers += [word for word in mention.modifiers if word not in known.modifiers]
            return known.id
        found = self._known_noun(mention, shut)
        if found is None:
            return self._new(mention)
        if mention.head not in found.heads:
            found.heads.append(mention.head)
        if mention.name:
            found.names.append(mention.name)
        found.modifiers += [word for word in mention.modifiers if word not in found.modifiers]
        if (
            found.group_of
            and mention.head != found.group_of
            and mention.head not in words("people", "words", "generic_people")
        ):
            found.group_of = ""
        return found.id

    def _known_noun(self, mention: Mention, shut: set[str]) -> Person | None:
        fresh = mention.determiner in {"a", "an", "another"} or {"another", "other", "second", "third"} & set(
            mention.modifiers
        )
        same = [person for person in self.members.values() if self._goes_by(person, mention.head)]
        owners: tuple[str, ...] = ()
        if mention.owner is not None:
            owners = self.refer_owner(mention.owner)
            same = [person for person in same if person.owner in {None, *owners}]
        if fresh:
            # "even a Mouse can help": in a fable a beast with a capital is always the same one
            return self._latest([person for person in same if person.capital and mention.capital])
        same = [person for person in same if not self._contradicts(person, mention)]
        if same:
            return self._latest(same, mention.modifiers)
        if mention.owner is not None:
            return self._relative(mention, owners)
        if mention.owner is None and mention.determiner in {"the", "this", "that", ""}:
            return self._claimed(mention) or self._generic(mention, shut) or self._same_animal(mention)
        return None

    def _relative(self, mention: Mention, owners: tuple[str, ...]) -> Person | None:
        """`his friend`: the other one of the two; `his mother`: the woman who was just there."""
        if mention.head in {"friend", "companion", "partner", "accomplice", "twin"} and owners:
            for _, ids in reversed(self.groups):
                if len(ids) == 2 and owners[0] in ids and all(self.members[who].drawn for who in ids):
                    return self.members[ids[1] if ids[0] == owners[0] else ids[0]]
        if mention.head not in words("people", "words", "elders") | {"wife", "husband"} or not owners:
            return None
        strangers = [person for person in self._people() if self._may_be_kin(person, mention.head, owners)]
        if len(strangers) != 1:
            return None
        strangers[0].owner = owners[0]
        self.members[owners[0]].has_parent = mention.head in words("people", "words", "elders")
        return strangers[0]

    def _may_be_kin(self, person: Person, head: str, owners: tuple[str, ...]) -> bool:
        """Whether a nameless grown-up who was just there may be the mother, the wife."""
        generic = words("people", "words", "generic_people")
        nameless = person.sort == "person" and not person.names and person.owner is None and set(person.heads) <= generic
        grown = _family_of(person.heads[0]) not in {"boy", "girl", "child"} if person.heads else False
        near = self.sentence - person.last_sentence <= 2 and person.id not in owners
        return nameless and grown and near and person.gender == noun_gender(head)

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

    def _claimed(self, mention: Mention) -> Person | None:
        """The photographer, after two men: one of them."""
        gender = noun_gender(mention.head)
        if mention.sort != "person" or mention.head in table("people")["beings"]:
            return None
        for person in self.members.values():
            if person.group_of and person.drawn and self.sentence - person.last_sentence <= _REACH:
                fits = not gender or not person.gender or gender == person.gender
                young = {"boy", "girl", "child"} & {_family_of(mention.head)}
                if fits and bool(young) == bool({"boy", "girl", "child"} & {_family_of(person.heads[0])}):
                    if gender and not person.gender:
                        person.gender = gender
                    return person
        return None

    def _generic(self, mention: Mention, shut: set[str]) -> Person | None:
        """The man, the creature: the last one that fits."""
        head = mention.head
        if (
            (head in words("people", "words", "generic_animals")
            and mention.sort == "animal")
            or head in {"creature", "beast"}
        ):
            return self._best(
                [person for person in self.members.values() if person.sort == "animal" and person.id not in shut]
            )
        if head not in words("people", "words", "generic_people"):
            return None
        gender, family = noun_gender(head), _family_of(head)
        fitting = []
        for person in self._people():
            if person.sort == "animal" or person.id in shut or not self._may_be(person, gender or person.gender):
                continue
            young = _family_of(person.heads[0] if person.heads else "") in {"boy", "girl", "child"}
            if family in {"boy", "girl", "child"} and not young and not (person.names and not person.heads):
                continue
            if family in {"man", "woman", "old man", "old woman"} and young:
                continue
            fitting.append(person)
        return self._best(fitting, gender)

    def _same_animal(self, mention: Mention) -> Person | None:
        """The dog, after a puppy."""
        kind = animal_kind(mention.head)
        if mention.sort != "animal" or kind is None:
            return None
        same = [
            person
            for person in self.members.values()
            if person.sort == "animal" and animal_kind(person.heads[0]) == kind
        ]
        return same[0] if len(same) == 1 and kind[1] else None

    # several

    def _several(self, mention: Mention, shut: set[str]) -> tuple[str, ...]:
        single = singular(mention.head) or mention.head
        definite = mention.determiner not in {"a", "an", "another"} and not {"other", "more"} & set(mention.modifiers)
        if (
            (definite
            and mention.sort != "group")
            or (mention.sort == "group" and mention.determiner in {"the", "this", "that", "these", "both"})
        ):
            for noun, ids in reversed(self.groups):
                if noun in {single, mention.head} or (noun and self._kin(noun, single)):
                    return ids
            known = [person.id for person in self.members.values() if self._goes_by(person, single)]
            if len(known) > 1:
                return (
                    tuple(known[-mention.number :])
                    if mention.number > 1 and mention.determiner != "the"
                    else tuple(known)
                )
            generic = single in words("people", "words", "generic_people") or mention.head in {
                "pair",
                "couple",
                "group",
                "trio",
            }
            if generic and mention.determiner in {"the", "both", "these"}:
                family = _family_of(single) if mention.head not in {"pair", "couple", "group", "trio"} else ""
                for _, ids in reversed(self.groups):
                    if all(self._is_like(self.members[who], family) for who in ids):
                        return ids
                if single in {"friend", "companion", "partner", "lover", "person"} and (two := self._last_two()):
                    return two
        return self._new_several(mention, single)

    def _last_two(self) -> tuple[str, ...]:
        """The two people whom `the two friends` means."""
        people = [person for person in self._people() if person.sort == "person" and self.sentence - person.last_sentence <= _REACH]
        ranked = sorted(people, key=lambda person: (-self._salience(person, ""), person.id))[:2]
        return tuple(person.id for person in ranked) if len(ranked) == 2 else ()

    @staticmethod
    def _is_like(person: Person, family: str) -> bool:
        """Whether somebody could be one of `the men`, `the children`, `the friends`."""
        if person.sort == "animal":
            return family == ""
        mine = _family_of(person.heads[0]) if person.heads else "adult"
        young, theirs = mine in {"boy", "girl", "child"}, family in {"boy", "girl", "child"}
        gender = {"man": "m", "boy": "m", "woman": "f", "girl": "f"}.get(family, "")
        return family == "" or family == "adult" or (young == theirs and (not gender or person.gender in {"", gender}))

    @staticmethod
    def _kin(one: str, other: str) -> bool:
        children = {"children", "child", "kids", "kid", "siblings", "sibling", "twins", "twin"}
        pair = {"couple", "lovers", "lover", "newlyweds", "sweethearts", "sweetheart"}
        return any({one, other} <= kin for kin in (children, pair))

    def _new_several(self, mention: Mention, single: str) -> tuple[str, ...]:
        if mention.head in _COUNTED and mention.number > 2:
            roles = [_COUNTED[mention.head][number % 2] for number in range(mention.number)]
        elif mention.sort == "group" or mention.head in table("people")["groups"]:
            roles = [
                role.replace("-", " ") for role in table("people")["groups"][mention.head.replace(" ", "_")].split()
            ]
        elif single == "child":
            roles = (["boy", "girl"] * 3)[: max(2, mention.number)]
        else:
            roles = [single] * mention.number
        if len(roles) > MOST_IN_A_GROUP:
            self.notes.append((f"{mention.number} {mention.head}", f"{MOST_IN_A_GROUP} of them"))
        roles = roles[:MOST_IN_A_GROUP]
        ids = []
        for number, role in enumerate(roles):
            sort = somebody().get(role, "person")
            one = Mention(sort, role, "", "", "the", 1, False, mention.modifiers, mention.owner, mention.capital)
            who = self._new(one)
            person = self.members[who]
            generic = role in words("people", "words", "generic_people")
            person.group_of = role if generic else ""
            person.place_in_group = number + 1 if len(set(roles)) < len(roles) else 0
            ids.append(who)
        self.groups.append((mention.head if mention.sort == "group" else single, tuple(ids)))
        return tuple(ids)

    # newcomers

    def refer_owner(self, owner: Mention) -> tuple[str, ...]:
        """The ids of a possessor, without making it more present than it is."""
        if owner.sort == "pronoun":
            self._owning = True
            found = self._pronoun(owner, subject=False, shut=set())
            self._owning = False
            return found
        if owner.sort == "name" and (known := self._by_name(owner.name)):
            return (known.id,)
        same = [person for person in self.members.values() if self._goes_by(person, singular(owner.head) or owner.head)]
        latest = self._latest(same)
        return (latest.id,) if latest else ()

    def _new(self, mention: Mention) -> str:
        owner = None
        if mention.owner is not None:
            owners = self.refer_owner(mention.owner)
            owner = owners[0] if owners else None
            if owner and mention.head in words("people", "words", "elders"):
                self.members[owner].has_parent = True
        who = self._fresh_id(mention)
        name = (
            f"{_title(mention.head)} {mention.name}" if mention.sort == "name" and mention.head else mention.name
        )
        self.members[who] = Person(
            id=who,
            sort="person" if mention.sort == "name" else mention.sort,
            heads=[mention.head] if mention.head else [],
            names=[name] if name else [],
            modifiers=list(mention.modifiers),
            owner=owner,
            owner_name=_owner_text(mention.owner),
            capital=mention.capital,
            label=mention.label,
            gender=mention_gender(mention),
            first_seen=self._at
            if self._at not in {person.first_seen for person in self.members.values()}
            else (self._at[0], self._at[1] + len(self.members) + 1),
            last_sentence=self.sentence,
        )
        return who

    def _fresh_id(self, mention: Mention) -> str:
        base = slug(_name_parts(mention.name)[0] if mention.name else mention.head) or "someone"
        who, number = base, 2
        while who in self.members:
            who, number = f"{base}-{number}", number + 1
        return who


def slug(text: str) -> str:
    """Lower-case letters, digits and single hyphens; safe as a file name."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")


def _name_parts(name: str) -> tuple[str, ...]:
    parts = [part for part in re.split(r"[\s.]+", name.lower()) if part]
    return tuple(part for part in parts if part not in titles()) or tuple(parts)


def _title(word: str) -> str:
    """`dr` as it is written before a name."""
    return word.capitalize() + ("." if word in {"dr", "mr", "mrs", "ms", "prof"} else "")


def _owner_text(owner: Mention | None) -> str:
    if owner is None:
        return ""
    return owner.name or owner.head or owner.pronoun


def _title_gender(title: str) -> str:
    if title in words("names", "titles", "male"):
        return "m"
    return "f" if title in words("names", "titles", "female") else ""


def _family_of(head: str) -> str:
    """man, woman, boy, girl, old man, old woman, child, adult; empty for an unknown noun."""
    return index("people", "kinds").get(head, "")


def noun_gender(head: str) -> str:
    """M or f where the noun says so."""
    family = _family_of(head)
    being = table("people")["beings"].get(head.replace(" ", "_"))
    if being:
        family = being.partition(";")[0]
        if head not in {
            "king",
            "queen",
            "prince",
            "princess",
            "witch",
            "wizard",
            "emperor",
            "empress",
            "giantess",
            "santa claus",
            "santa",
            "father christmas",
            "fairy",
            "mermaid",
            "sorcerer",
            "giant",
        }:
            return ""
    if family in {"man", "boy", "old man"} or head in words("animals", "words", "male"):
        return "m"
    if family in {"woman", "girl", "old woman"} or head in words("animals", "words", "female"):
        return "f"
    return ""


def mention_gender(mention: Mention) -> str:
    """M or f where the noun, the title or the first name says so."""
    if mention.sort == "sky":
        return ""
    by_noun = noun_gender(mention.head) or _title_gender(mention.head if mention.sort == "name" else "")
    if by_noun:
        return by_noun
    for part in _name_parts(mention.name)[:1]:
        male, female = part in words("names", "first", "male"), part in words("names", "first", "female")
        if male != female:
            return "m" if male else "f"
    return ""


def animal_kind(head: str) -> tuple[str, bool] | None:
    """The animal drawn for a noun, and whether a viewer would use the noun for it."""
    if head in index("animals", "shows"):
        return index("animals", "shows")[head], True
    kind = index("animals", "stands_in").get(head)
    return None if kind is None else (kind, False)
