"""Members of the cast become characters: what is drawn for each, how it is called, and how it looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dreamgen.core.base import derived_random
from dreamgen.core.story import Character, Note
from dreamgen.story.writers.kinds import animal_kind
from dreamgen.story.writers.lexicon import index, table, words
from dreamgen.story.writers.looks import Said
from dreamgen.story.writers.memory import Person
from dreamgen.story.writers.offered import offered_animals
from dreamgen.story.writers.wardrobe import Model, dress

_BY_GENDER = {"adult": ("man", "woman"), "child": ("boy", "girl"), "old": ("old man", "old woman")}
_ORDINALS = ("first", "second", "third", "fourth")


def characters(
    people: Iterable[Person], said: Mapping[str, Said], weight: Mapping[str, int], seed: int
) -> tuple[tuple[Character, ...], tuple[Note, ...]]:
    """The cast, dressed, and what each only stands in for.

    Args:
        people: those who are seen, in order of appearance.
        said: what the plot says about looks, by id.
        weight: how many events each has.
        seed: of the story.
    """
    found = list(people)
    main = _main(found, weight)
    kinds = {person.id: kind_of(person, seed) for person in found}
    models = [
        Model(person.id, kinds[person.id][0], "main" if person.id in main else "supporting",
              said.get(person.id, Said()), costume_of(person))
        for person in found
    ]  # fmt: skip
    traits = dress(models, seed)
    cast: list[Character] = []
    notes: list[Note] = []
    for person in found:
        kind, stand_in = kinds[person.id]
        role = "main" if person.id in main else "supporting"
        name = called(person, {other.id: other for other in found})
        cast.append(
            Character(id=person.id, name=name, kind=kind, traits=traits[person.id], role=role, stand_in_for=stand_in)
        )
        if stand_in is not None:
            reason = "no_such_animal" if person.sort == "animal" else "being_not_drawable"
            notes.append(Note(where=person.id, what=stand_in, reason=reason, shown_as=kind))
    return tuple(cast), tuple(notes)


def _main(people: list[Person], weight: Mapping[str, int]) -> set[str]:
    """The two or three with most to do."""
    ranked = sorted(people, key=lambda person: (-weight.get(person.id, 0), person.first_seen))
    if not ranked:
        return set()
    most = weight.get(ranked[0].id, 0)
    return {person.id for person in ranked[:3] if weight.get(person.id, 0) >= max(1, most * 0.4)}


def kind_of(person: Person, seed: int) -> tuple[str, str | None]:
    """What is drawn, and what it stands in for if it isn't the thing itself."""
    if person.sort == "animal":
        return _animal(person)
    for head in person.heads:
        being = table("people")["beings"].get(head.replace(" ", "_"))
        if being is not None:
            kind = _of_gender(being.partition(";")[0].strip(), person)
            old = words("people", "words", "old") & set(person.modifiers)
            return ({"man": "old man", "woman": "old woman"}.get(kind, kind) if old else kind), head
    families = [index("people", "kinds").get(head, "") for head in person.heads]
    return _human(person, [family for family in families if family], seed), None


def _animal(person: Person) -> tuple[str, str | None]:
    for head in person.heads:
        kind = animal_kind(head)
        if kind is not None and kind[0] in offered_animals():
            return kind[0], None if kind[1] else head
    return "dog", person.heads[0] if person.heads else "animal"


def _of_gender(kind: str, person: Person) -> str:
    """The same age in the gender that the text shows: an imp that is a she is a girl."""
    gender = person.gender or _vote(person)
    for pair in _BY_GENDER.values():
        if kind in pair and gender:
            return pair[0] if gender == "m" else pair[1]
    return kind


def _vote(person: Person) -> str:
    male, female = person.votes["m"], person.votes["f"]
    return "" if male == female else "m" if male > female else "f"


def _human(person: Person, families: list[str], seed: int) -> str:
    age = _age(person, families)
    gender = person.gender or _vote(person) or _gender_of(families)
    if not gender:
        gender = derived_random(seed, "look", person.id, "gender").choice("mf")
    return _BY_GENDER[age][0 if gender == "m" else 1]


def _gender_of(families: list[str]) -> str:
    for family in families:
        if family in {"man", "boy", "old man"}:
            return "m"
        if family in {"woman", "girl", "old woman"}:
            return "f"
    return ""


def _age(person: Person, families: list[str]) -> str:
    if {"old man", "old woman"} & set(families) or words("people", "words", "old") & set(person.modifiers):
        return "old"
    if {"boy", "girl", "child"} & set(families):
        return "child"
    grown = {"man", "woman", "adult"} & set(families)
    if not grown and (person.has_parent or words("people", "words", "child_words") & set(person.modifiers)):
        return "child"
    return "adult"


def costume_of(person: Person) -> str:
    """The looks that go with its role, as `Model.costume` has them."""
    for head in person.heads:
        being = table("people")["beings"].get(head.replace(" ", "_"))
        if being is not None:
            return str(being.partition(";")[2])
    for head in person.heads:
        costumes = table("people")["costumes"]
        for noun in (head, head.rpartition(" ")[2]):
            if noun.replace(" ", "_") in costumes:
                return str(costumes[noun.replace(" ", "_")])
    return ""


def called(person: Person, others: Mapping[str, Person]) -> str:
    """How the plot calls somebody: Mara, the lighthouse keeper, Jack's mother, the first bandit."""
    if person.names:
        return _without_office(person.names[0])
    if person.label:
        return f"the {person.label}"
    head = _telling_head(person)
    owner = others.get(person.owner) if person.owner else None
    if owner is not None and owner.id != person.id and head in words("people", "words", "family"):
        base = called(owner, {}) if owner.names else f"the {_telling_head(owner)}"
        return f"{base}'s {head}"
    shown = _telling_modifier(person, others)
    if not shown and person.place_in_group:
        shown = _ORDINALS[person.place_in_group - 1]
    return f"the {shown} {head}" if shown else f"the {head}"


def _telling_modifier(person: Person, others: Mapping[str, Person]) -> str:
    """The word that tells somebody from others of the same name: the tall bandit."""
    known = words("people", "words", "old") | words("people", "words", "young") | words("people", "words", "telling")
    alike = [other for other in others.values() if other.id != person.id and set(other.heads) & set(person.heads)]
    taken = {word for other in alike for word in other.modifiers}
    return next((word for word in person.modifiers if word in known and word not in taken), "")


def _without_office(name: str) -> str:
    """Vice-president Theodore Roosevelt is called Theodore Roosevelt; Mr. Smith stays."""
    first, _, rest = name.partition(" ")
    offices = {
        "president",
        "vice-president",
        "judge",
        "inspector",
        "detective",
        "general",
        "colonel",
        "sergeant",
        "mayor",
    }
    return rest if rest and first.lower() in offices else name


def _telling_head(person: Person) -> str:
    generic = words("people", "words", "generic_people") | words("people", "words", "generic_animals")
    return next((head for head in person.heads if head not in generic), person.heads[0] if person.heads else "stranger")
