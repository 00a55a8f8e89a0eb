"""Pronouns, owners and newcomers: `he`, `their`, `his mother`."""

from __future__ import annotations

from dreamgen.story.writers.kinds import mention_gender, owner_text, title_before
from dreamgen.story.writers.lexicon import words
from dreamgen.story.writers.memory import Memory, Person
from dreamgen.story.writers.phrases import Mention
from dreamgen.story.writers.vocabulary import singular

_MALE = {"he", "him", "his", "himself"}
_FIRST = {"i", "me", "my", "myself"}
_FIRST_PLURAL = {"we", "us", "our", "ourselves"}
_MANY = {"they", "them", "their", "themselves"}
_THIRD = {"it", "its", "itself"}
_REACH = 8  # sentences that a pronoun reaches back


class Pronouns(Memory):
    """A memory that knows who a pronoun means, and takes in who is new."""

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
            f"{title_before(mention.head)} {mention.name}" if mention.sort == "name" and mention.head else mention.name
        )
        self.members[who] = Person(
            id=who,
            sort="person" if mention.sort == "name" else mention.sort,
            heads=[mention.head] if mention.head else [],
            names=[name] if name else [],
            modifiers=list(mention.modifiers),
            owner=owner,
            owner_name=owner_text(mention.owner),
            capital=mention.capital,
            label=mention.label,
            gender=mention_gender(mention),
            first_seen=self._at
            if self._at not in {person.first_seen for person in self.members.values()}
            else (self._at[0], self._at[1] + len(self.members) + 1),
            last_sentence=self.sentence,
        )
        return who
