"""Texts without names: who somebody is in the words for what a viewer, or a text-to-image model, can see.

A name is found whole or in its telling parts (Baron Rigby, Rigby), with a title before it and an ending of possession
after it, and only with its capital: the girl Rose is no rose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, get_args

from dreamgen.core.story import Character
from dreamgen.core.vocabulary import Colour

TITLES: Final = frozenset({
    "aunt", "baron", "baroness", "brother", "captain", "count", "countess", "dame", "doctor", "dr", "duchess", "duke",
    "earl", "emperor", "empress", "father", "general", "grandma", "grandpa", "king", "lady", "little", "lord",
    "madam", "major", "master", "miss", "mister", "mother", "mr", "mrs", "ms", "old", "prince", "princess", "prof",
    "professor", "queen", "saint", "sergeant", "sir", "sister", "st", "uncle", "young", "the", "a", "an", "of", "de",
    "la", "von", "van",
})  # fmt: skip
"""Words of a name that tell nobody from others."""

_WORDS: Final = frozenset({
    "amber", "angel", "april", "archer", "art", "ash", "august", "autumn", "basil", "bill", "birch", "bishop",
    "brook", "candy", "carol", "chance", "chase", "clay", "cliff", "dale", "daisy", "dawn", "dean", "dusty", "faith",
    "fern", "flora", "forest", "frank", "ginger", "glen", "grace", "grant", "hazel", "heath", "heather", "holly",
    "hope", "hunter", "iris", "ivy", "jade", "jasmine", "jay", "jewel", "joy", "june", "lance", "lark", "lily",
    "mark", "mason", "may", "miles", "mercy", "myrtle", "olive", "page", "pansy", "patience", "pearl", "penny",
    "piper", "poppy", "prudence", "rain", "ray", "reed", "rich", "river", "robin", "rose", "ruby", "rusty", "sage",
    "sandy", "scarlett", "sky", "sparrow", "star", "stone", "storm", "summer", "sunny", "victor", "violet", "will",
    "willow", "winter", "wolf", "wren",
})  # fmt: skip
"""Names that are words as well: at the start of a sentence only company tells which is meant."""

_LEADS: Final = frozenset({
    "the", "a", "an", "his", "her", "their", "its", "my", "our", "your", "young", "old", "poor", "little", "brave",
    "dear", "tired",
})  # fmt: skip
"""Words before a name that go on standing before what replaces it."""

_MARKS: Final = "['\u2019]"
_PARTICLE: Final = "de|del|della|den|der|di|da|du|la|le|von|van|bin|al"
_CAPITAL: Final = r"[A-Z][\w.'\u2019-]*"
_LIKE: Final = rf"({_CAPITAL}(?: (?:(?:{_PARTICLE}) )*{_CAPITAL})*)"
_LIKENESS = re.compile(rf"\blook(?:s|ing)? like {_LIKE}")
_OTHERS = re.compile(
    rf",?\s*\b(?:who |that )?(?<!\b[Ii]t )look(?:s|ing)? (?:just |exactly |a lot |a bit )?like {_LIKE}"
)

_STRANGER = re.compile(r"\b(at|to|with|by|for|from|and|beside|behind|near) [A-Z][a-z]+(?= who\b)")
"""Somebody by a name that the cast does not have: only people are a `who`."""


def likeness_in(text: str) -> str:
    """The real person that looks are told by: Sean Bean in `a man looks like Sean Bean in green`; empty for none."""
    found = _LIKENESS.search(text)
    return found[1] if found else ""


def look_of(character: Character) -> str:
    """The shortest words that tell somebody by what is seen: `a man in a brown coat`, `a white rabbit`."""
    top, coat = character.trait("top"), character.trait("coat")
    like = f" who looks like {character.likeness}" if character.likeness else ""
    if top is not None:
        shown = " ".join(filter(None, (top.colour, {"tee": "T-shirt"}.get(top.value, top.value))))
        return f"{_a(character.kind)}{like} in {_a(shown)}"
    colour = (coat.colour if coat is not None else None) or ""
    return _a(f"{colour} {character.kind}".strip()) + like


def unnamed(
    text: str, cast: Sequence[Character], present: Collection[str] = (), look: Callable[[Character], str] = look_of
) -> str:
    """A text in which everybody of the cast is told by looks, and no real person is named.

    Args:
        text: any words of a story.
        cast: whose names are taken out.
        present: ids of those who are surely in the text, so that a name that is a word counts as a name everywhere.
        look: how somebody is told, with the article.
    """
    named = _named(cast)
    if named:
        found = re.compile(_pattern(named))
        known = {named[_plain(match["name"])].id: named[_plain(match["name"])] for match in found.finditer(text)}
        text = found.sub(_Telling(named, frozenset(present), look, tuple(known.values())), text)
    allowed = {character.likeness for character in cast}
    text = _OTHERS.sub(lambda match: match[0] if match[1] in allowed else "", text)
    return _STRANGER.sub(r"\1 somebody", text)


class _Telling:
    """Puts looks where names are, one after the other."""

    def __init__(
        self,
        named: Mapping[str, Character],
        present: frozenset[str],
        look: Callable[[Character], str],
        known: Sequence[Character],
    ) -> None:
        self.named, self.present, self.look = named, present, look
        self.kinds = [character.kind for character in known]
        self.told: set[str] = set()

    def __call__(self, match: re.Match[str]) -> str:
        character = self.named[_plain(match["name"])]
        before = match.string[: match.start()].rstrip("\"'\u201c\u2018 \n")
        first = not before or before[-1] in ".!?:"
        if first and match["name"].lower() in _WORDS and not match["lead"] and character.id not in self.present:
            return match[0]
        kept = [word for word in (match["lead"] or "").split() if word.lower().strip(".") in _LEADS]
        text = " ".join((*kept, self._noun(character, bare=bool(kept), owns=bool(match["owns"]))))
        self.told.add(character.id)
        return (text[:1].upper() + text[1:] if first else text) + ("'s" if match["owns"] else "")

    def _noun(self, character: Character, bare: bool, owns: bool) -> str:
        """All looks the first time; later, and before an ending of possession, no more than it takes."""
        again, alone = character.id in self.told, self.kinds.count(character.kind) == 1
        whole = self.look(character)
        if (again or owns) and alone:
            whole = _a(character.kind)
        article, _, noun = whole.partition(" ")
        if article not in {"a", "an", "the"}:
            return whole
        return noun if bare else f"the {noun}" if again else whole


def _named(cast: Sequence[Character]) -> dict[str, Character]:
    """Every name and telling part of a name, to whose it is; where several share one, it is the first's."""
    found: dict[str, Character] = {}
    for character in cast:
        real = likeness_in(character.described)
        for name in (character.name, *((real,) if real and real != character.likeness else ())):
            if name[:1].isupper():
                found.setdefault(_plain(name), character)
    for character in cast:
        words = character.name.split()
        common = {*character.kind.split(), *TITLES, *get_args(Colour), *(_WORDS if len(words) > 1 else ())}
        for word in words:
            part = _plain(word).strip('.,;:"()')
            owner = part.endswith("'s")  # Jack's mother is not called Jack
            if part[:1].isupper() and len(part) > 1 and not owner and part.lower() not in common:
                found.setdefault(part, character)
    return found


def _pattern(named: Iterable[str]) -> str:
    names = "|".join(
        re.escape(name).replace("'", _MARKS) for name in sorted(named, key=lambda name: (-len(name), name))
    )
    leads = "|".join((*sorted(_LEADS | TITLES), r"(?:dr|mr|mrs|ms|prof|st)\."))
    return rf"(?P<lead>(?:\b(?i:{leads})\s+)+)?\b(?P<name>{names})(?!\w)(?P<owns>{_MARKS}s\b|(?<=s){_MARKS})?"


def _plain(text: str) -> str:
    return text.replace("\u2019", "'")


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
