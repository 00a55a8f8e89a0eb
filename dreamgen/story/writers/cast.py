"""Who is who: every mention in a text is led back to one member of the cast."""

from __future__ import annotations

from collections.abc import Iterable

from dreamgen.story.writers.groups import Groups
from dreamgen.story.writers.kinds import animal_kind, family_of, noun_gender
from dreamgen.story.writers.lexicon import table, words
from dreamgen.story.writers.memory import Person
from dreamgen.story.writers.phrases import Mention

_SAME_PLURAL = {"sheep", "deer", "reindeer"}
_REACH = 8  # sentences that a pronoun reaches back


class Cast(Groups):
    """The cast of a text; `refer` leads a mention back to its members."""

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
        elif (
            mention.head in _SAME_PLURAL
            and mention.determiner not in {"a", "an", "another"}
            and (herd := self._herd(mention))
        ):
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

    def _named(self, mention: Mention) -> str:
        found = self._by_name(mention.name, mention.head)
        if found is None:
            return self._new(mention)
        if len(mention.name) > len(found.names[0] if found.names else ""):
            found.names.insert(0, mention.name)
        if mention.head and mention.head not in found.heads:
            found.heads.append(mention.head)
        return found.id

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
        nameless = (
            person.sort == "person" and not person.names and person.owner is None and set(person.heads) <= generic
        )
        grown = family_of(person.heads[0]) not in {"boy", "girl", "child"} if person.heads else False
        near = self.sentence - person.last_sentence <= 2 and person.id not in owners
        return nameless and grown and near and person.gender == noun_gender(head)

    def _claimed(self, mention: Mention) -> Person | None:
        """The photographer, after two men: one of them."""
        gender = noun_gender(mention.head)
        if mention.sort != "person" or mention.head in table("people")["beings"]:
            return None
        for person in self.members.values():
            if person.group_of and person.drawn and self.sentence - person.last_sentence <= _REACH:
                fits = not gender or not person.gender or gender == person.gender
                young = {"boy", "girl", "child"} & {family_of(mention.head)}
                if fits and bool(young) == bool({"boy", "girl", "child"} & {family_of(person.heads[0])}):
                    if gender and not person.gender:
                        person.gender = gender
                    return person
        return None

    def _generic(self, mention: Mention, shut: set[str]) -> Person | None:
        """The man, the creature: the last one that fits."""
        head = mention.head
        if (head in words("people", "words", "generic_animals") and mention.sort == "animal") or head in {
            "creature",
            "beast",
        }:
            return self._best(
                [person for person in self.members.values() if person.sort == "animal" and person.id not in shut]
            )
        if head not in words("people", "words", "generic_people"):
            return None
        gender, family = noun_gender(head), family_of(head)
        fitting = []
        for person in self._people():
            if person.sort == "animal" or person.id in shut or not self._may_be(person, gender or person.gender):
                continue
            young = family_of(person.heads[0] if person.heads else "") in {"boy", "girl", "child"}
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
