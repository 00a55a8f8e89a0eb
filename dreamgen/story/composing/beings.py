"""Which of the people and animals that can be drawn somebody is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from dreamgen.illustrator import catalogue
from dreamgen.story.composing.appearance import appearance_of, nouns_in
from dreamgen.story.composing.texts import plain
from dreamgen.story.expansion.drafts import PersonDraft
from dreamgen.story.writers.casting import costume_of, kind_of
from dreamgen.story.writers.kinds import mention_gender, noun_gender
from dreamgen.story.writers.lexicon import table, words
from dreamgen.story.writers.memory import Person
from dreamgen.story.writers.phrases import Mention
from dreamgen.story.writers.vocabulary import somebody

_BEASTLY: Final = frozenset(
    {"fur", "furry", "tail", "paw", "paws", "hoof", "hooves", "mane", "snout", "muzzle", "claws", "whiskers",
     "antlers", "horns", "scales", "shell", "fins", "tusks", "trunk", "animal", "beast", "creature"}
)  # fmt: skip
_BIRDLIKE: Final = frozenset({"feathers", "feathered", "beak", "wings", "plumage"})
_TRADE: Final = re.compile(r"\w{2,}(?:man|woman|person|boy|girl|er|or|ist|ian|smith|wright|monger|maker|eer|ess)$")
"""Endings of words for what people do."""
_OLDER: Final = {"man": "old man", "woman": "old woman"}
_ALIKE: Final = 88.0
"""Least likeness (0-100) of a misspelt word to the one that it is taken for."""


@dataclass(frozen=True)
class Being:
    """What is drawn for somebody."""

    kind: str
    """One of the catalogue's people and animals."""
    person: bool
    """Whether it wears clothes."""
    stand_in_for: str | None = None
    """What was asked for, when that can't be drawn."""
    costume: str = ""
    """The looks that go with its role."""


def being_of(draft: PersonDraft, who: str, seed: int) -> Being:
    """The kind for somebody, by what it is said to be, then by its name and looks; by lot where nothing tells."""
    asked = plain(draft.kind).lower()
    heads = nouns_in(asked) or _misspelt(asked)
    if asked in catalogue().animals:
        return Being(asked, person=False)
    if asked in catalogue().people:
        return _as_asked(asked, draft, who)
    if not heads:
        return _unknown(asked, draft, who, seed)
    sort = somebody()[heads[0]]
    person = _person(who, "animal" if sort == "animal" else "person", heads, draft)
    kind, stand_in = kind_of(person, seed)
    human = kind in catalogue().people
    # a chess-playing robot dog: what is drawn is named by the whole of what was asked for
    return Being(kind, human, asked if stand_in else None, costume_of(person) if human else "")


def _as_asked(kind: str, draft: PersonDraft, who: str) -> Being:
    """A kind that can be drawn as it is; somebody grown whose looks are old is old."""
    looks = appearance_of(draft.looks, animal=False)
    old = words("people", "words", "old") & {*looks.modifiers} or {"old man", "old woman"} & {*looks.heads}
    person = _person(who, "person", _roles(draft.name), draft)
    being = next((head for head in person.heads if head.replace(" ", "_") in table("people")["beings"]), None)
    return Being(_OLDER.get(kind, kind) if old else kind, True, being, costume_of(person))


def _roles(name: str) -> list[str]:
    """What a name says of somebody: the blacksmith, Queen Isolde; nothing in Clara Smith."""
    parts = plain(name).split()
    if not parts or parts[0].lower() == "the":
        return nouns_in(" ".join(parts))
    titles = parts[:1] if len(parts) > 1 else []
    return nouns_in(" ".join([*titles, *(part for part in parts[1:] if part.islower())]))


def _person(who: str, sort: str, heads: list[str], draft: PersonDraft) -> Person:
    """What the kind says, with the gender and the age that name and looks tell."""
    looks = appearance_of(draft.looks, animal=sort == "animal")
    gender = next((noun_gender(head) for head in heads if head in {"man", "woman", "boy", "girl"}), "")
    gender = gender or looks.gender or mention_gender(Mention("name", name=plain(draft.name)))
    asked = plain(draft.kind).lower().replace("-", " ").split()
    return Person(
        id=who, sort="animal" if sort == "animal" else "person", heads=heads, gender=gender,
        modifiers=[*asked, *looks.modifiers],
    )  # fmt: skip


def _unknown(asked: str, draft: PersonDraft, who: str, seed: int) -> Being:
    """No list knows it: a beast by its body, else somebody of the age and gender that name and looks tell."""
    told = {*asked.split(), *plain(draft.looks).lower().replace(",", " ").split()}
    looks = appearance_of(draft.looks, animal=False)
    sexed = [noun for noun in ("woman", "man", "girl", "boy") if asked.endswith(noun)][:1]
    heads = [*sexed, *_roles(draft.name), *looks.heads]
    if not heads and told & (_BEASTLY | _BIRDLIKE):
        return Being("bird" if told & _BIRDLIKE and not told & _BEASTLY else "dog", person=False, stand_in_for=asked)
    sort = "animal" if heads and somebody()[heads[0]] == "animal" else "person"
    person = _person(who, sort, heads, draft)
    kind, _ = kind_of(person, seed)
    human = kind in catalogue().people
    known = human and _TRADE.search(asked) is not None
    return Being(kind, human, None if known else asked or None, costume_of(person) if human else "")


def _misspelt(asked: str) -> list[str]:
    """The noun that a word of one is written nearly like, where there is no doubt which: rabit."""
    found: list[str] = []
    for word in asked.split():
        if len(word) < 5:
            continue
        near = process.extract(word, list(somebody()), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2)
        if near and (len(near) == 1 or near[0][1] > near[1][1]):
            found.append(near[0][0])
    return found
