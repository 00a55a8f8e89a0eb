"""What the parts of a sentence are: people and animals, things, verb groups, and the small words between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ChunkKind = Literal["who", "thing", "verb", "prep", "conj", "sub", "rel", "adv", "mark", "quote", "word"]
MentionSort = Literal["person", "animal", "group", "name", "pronoun", "sky"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase for somebody."""

    sort: MentionSort
    head: str = ""
    """The noun in the singular: keeper, mouse, couple; empty for a bare name or pronoun."""
    name: str = ""
    """The proper name: Mara, Mr. Smith."""
    pronoun: str = ""
    determiner: str = ""
    number: int = 1
    plural: bool = False
    modifiers: tuple[str, ...] = ()
    """Other words of the phrase, in lower case."""
    owner: Mention | None = None
    """Whose: his mother, Jack's mother."""
    label: str = ""
    """The noun as capitals make it a name: Rarebit Fiend."""
    capital: bool = False
    """Whether the noun has a capital in mid-sentence: the Mouse."""

    @property
    def indefinite(self) -> bool:
        """Whether it introduces somebody."""
        return self.determiner in {"a", "an", "another", "some", "several", "many"} or (
            not self.determiner and self.sort in {"person", "animal", "group"}
        )


@dataclass(frozen=True, slots=True)
class ThingPhrase:
    """A noun phrase for something."""

    head: str
    """Its last noun, or the longest that a lexicon knows: tree stump."""
    words: tuple[str, ...]
    """All its words in lower case, without the determiner."""
    text: str
    determiner: str = ""
    owner: Mention | None = None
    plural: bool = False


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """A verb with its helpers."""

    lemma: str
    form: Literal["finite", "ing", "inf", "pp"]
    passive: bool = False
    negated: bool = False
    modal: bool = False
    known: bool = True
    particle: str = ""
    tense: Literal["present", "past", ""] = ""


@dataclass(slots=True)
class Chunk:
    """One part of a sentence."""

    kind: ChunkKind
    text: str
    low: str
    start: int
    """Character offset in the sentence."""
    end: int
    who: Mention | None = None
    thing: ThingPhrase | None = None
    verb: VerbGroup | None = None


@dataclass(slots=True)
class Clause:
    """One verb with whoever and whatever takes part."""

    verb: VerbGroup
    start: int
    end: int
    subjects: list[Chunk] = field(default_factory=list)
    objects: list[Chunk] = field(default_factory=list)
    phrases: list[tuple[str, Chunk]] = field(default_factory=list)
    """Preposition and what follows it."""
    words: list[str] = field(default_factory=list)
    """Adverbs and adjectives, for feelings."""
    because: str | None = None
    told: bool = False
    """Whether it is only thought, wished, said or supposed."""
    denied: bool = False
    """Whether the text says that it was not done."""
    speech: str | None = None
    embedded_in: str = ""
    """The lemma of the verb that it hangs on."""
    leads: bool = False
    """Whether it stands in a subordinate clause before the main one."""
    opens: int = 0
    """Character offset at which the text may be cut before it."""

    @property
    def around(self) -> list[Chunk]:
        """Everybody and everything that it names besides its subject."""
        return [*self.objects, *(chunk for _, chunk in self.phrases)]
