"""What DreamFrame says of somebody's looks: `a man looks like Gerard Butler in brown`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, get_args

from dreamgen.core.naming import likeness_in
from dreamgen.core.vocabulary import Colour, PersonKind
from dreamgen.story.writers.kinds import animal_kind
from dreamgen.story.writers.lexicon import colour_words, index
from dreamgen.story.writers.offered import offered_animals

_COLOURS: Final[tuple[Colour, ...]] = get_args(Colour)
_KINDS: Final = frozenset(get_args(PersonKind))
_OLD: Final = re.compile(r"\b(?:old|elderly|aged)\b", re.I)
_YOUNG: Final = {"child": "boy", "adult": "man"}


@dataclass(frozen=True, slots=True)
class Looks:
    """What can be drawn of it."""

    kind: str
    """man, woman, boy, girl, old man, old woman, or an animal."""
    colour: Colour | None
    """Of what is worn above, or of the coat."""
    likeness: str
    """The real person in it, or nobody."""


def looks_in(text: str) -> Looks | None:
    """The looks in a text; None where no person and no animal can be read in it."""
    likeness = likeness_in(text)
    plain = text.replace(likeness, " ") if likeness else text
    words = [word.lower() for word in re.findall(r"[\w'\u2019-]+", plain)]
    kind = next(filter(None, (_kind(word) for word in words)), None)
    if kind is None:
        return None
    if _OLD.search(plain) and f"old {kind}" in _KINDS:
        kind = f"old {kind}"
    named = [colour_words()[word] for word in words if word in colour_words()]
    colour = next((colour for colour in _COLOURS if named and colour == named[-1]), None)
    return Looks(kind, colour, likeness)


def _kind(word: str) -> str | None:
    """What is drawn for a noun."""
    family = index("people", "kinds").get(word, "")
    family = _YOUNG.get(family, family)
    if family in _KINDS:
        return family
    animal = animal_kind(word)
    return animal[0] if animal is not None and animal[0] in offered_animals() else None
