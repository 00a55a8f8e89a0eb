"""Who and what is in all the scenes: everybody that a frame's reading tells of is led back to one for the story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dreamgen.core.story import Character, Note, Prop, Trait
from dreamgen.story.dreamframe.looks import Looks
from dreamgen.story.writers.casting import called, characters
from dreamgen.story.writers.kinds import name_parts, noun_gender, slug
from dreamgen.story.writers.lexicon import things
from dreamgen.story.writers.looks import Said
from dreamgen.story.writers.memory import Person
from dreamgen.story.writers.phrases import Mention, MentionSort
from dreamgen.story.writers.planning import Plan
from dreamgen.story.writers.props import PREFIX


class Company:
    """The cast and the things of a story that is read frame by frame.

    Strangers of one noun are one: the guard of one frame is the guard of another, and the first of several.

    Args:
        looks: of those whom the file names: name, its words and what can be drawn of them.
        aliases: what they are called while a frame is read.
    """

    def __init__(self, looks: Mapping[str, tuple[str, Looks]], aliases: Mapping[str, str]) -> None:
        self.people: dict[str, Person] = {}
        self.said: dict[str, Said] = {}
        self.props: dict[str, Prop] = {}
        self.ids: dict[str, str] = {}
        """Of those whom the file names, by name."""
        self._looks = looks
        self._keys: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()
        self.called: dict[str, str] = {}
        """What a frame calls those whom the file names while it is read, in small letters, to the id."""
        for name, (_, seen) in looks.items():
            one = self._free(slug(name) or "person")
            sort: MentionSort = "person" if seen.kind in _GENDERS else "animal"
            gender = _GENDERS.get(seen.kind, "")
            old = ["old"] if seen.kind.startswith("old ") else []
            self.people[one] = Person(one, sort, heads=[seen.kind], names=[name], gender=gender, modifiers=old)
            said = Said(loose_colour=seen.colour if sort == "person" else None)
            if sort == "animal" and seen.colour:
                said.note([Trait(slot="coat", value="plain", colour=seen.colour, source="text")])
            self.said[one] = said
            self.ids[name] = one
            self._keys["named", aliases[name].lower()] = self.called[aliases[name].lower()] = one

    @property
    def taken(self) -> set[str]:
        """Ids that are in use; whoever names something more adds to it."""
        return self._taken

    def meet(self, plan: Plan) -> dict[str, str]:
        """The story's ids for those of a frame's reading; who is new is taken in."""
        found: dict[str, str] = {}
        for person in plan.cast.members.values():
            if not person.drawn:
                continue
            found[person.id] = self._take(person, plan.said.get(person.id, Said()))
        for inner, prop in plan.props.found.items():
            base = inner.removeprefix(PREFIX)
            key = ("prop", base)
            if key not in self._keys:
                self._keys[key] = self._free(base if base not in self._taken else f"{base}-prop")
                self.props[self._keys[key]] = prop.model_copy(update={"id": self._keys[key]})
            found[inner] = self._keys[key]
        return found

    def thing(self, word: str) -> str:
        """The id of a thing that the lexicon knows by this word; a new one is taken in."""
        key, entry = ("prop", slug(word)), things()[word]
        if key not in self._keys:
            one = self._free(slug(word) if slug(word) not in self._taken else f"{slug(word)}-prop")
            self._keys[key] = one
            shown = None if entry.shows else word
            self.props[one] = Prop(id=one, name=f"the {word}", kind=entry.kind, stand_in_for=shown)
        return self._keys[key]

    def stranger(self, mention: Mention) -> str:
        """The id of somebody who is only mentioned; a new one is taken in."""
        person = Person(slug(mention.head), mention.sort, heads=[mention.head], modifiers=list(mention.modifiers))
        person.gender = noun_gender(mention.head)
        return self._take(person, Said())

    def _take(self, person: Person, said: Said) -> str:
        key = _key(person)
        if key not in self._keys:
            one = self._free(slug(called(person, {}).removeprefix("the ")) or "stranger")
            person.first_seen = (len(self.people), 0)
            if person.place_in_group and not person.gender:  # a crowd is of both
                person.gender = "mf"[(person.place_in_group - 1) % 2]
            self._keys[key] = one
            self.people[one] = person
            self.said[one] = said
        return self._keys[key]

    def cast(
        self, seen: set[str], weight: Mapping[str, int], seed: int, likeness: bool
    ) -> tuple[tuple[Character, ...], list[Note]]:
        """Those who are named, and the strangers who are seen, dressed.

        Args:
            seen: ids of all who are in a shot.
            weight: how many events each has.
            seed: decides what the texts leave open.
            likeness: whether they may look like the real people of the file.
        """
        named = {one: name for name, one in self.ids.items()}
        chosen = [person for one, person in self.people.items() if one in named or one in seen]
        for one, person in self.people.items():
            person.id = one
            person.owner = None
        cast, notes = characters(chosen, self.said, weight, seed)
        made: list[Character] = []
        for character in cast:
            name = named.get(character.id)
            if name is None:
                made.append(character.model_copy(update={"role": "supporting"}))
                continue
            words, seen_as = self._looks[name]
            likely = seen_as.likeness if likeness else ""
            told = {"name": name, "kind": seen_as.kind, "role": "main", "described": words, "likeness": likely}
            made.append(character.model_copy(update=told))
        return tuple(made), list(notes)

    def _free(self, base: str) -> str:
        one, number = base, 2
        while one in self._taken:
            one, number = f"{base}-{number}", number + 1
        self._taken.add(one)
        return one


_GENDERS = {"man": "m", "boy": "m", "old man": "m", "woman": "f", "girl": "f", "old woman": "f"}


def _key(person: Person) -> tuple[str, ...]:
    """What two mentions in different frames must share to be the same one."""
    if person.names:
        return ("named", name_parts(person.names[0])[-1])
    heads: Sequence[str] = person.heads[:1]
    old = "old" if {"old", "elderly", "older"} & set(person.modifiers) else ""
    return (person.sort, *heads, old, str(person.place_in_group or 1))
