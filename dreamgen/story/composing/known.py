"""Whom and what a draft's ids mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from dreamgen.core.story import Character, Location, Prop
from dreamgen.illustrator import catalogue
from dreamgen.story.composing.texts import plain
from dreamgen.story.dreamframe.frames import called


@dataclass(frozen=True)
class Known:
    """The cast, the props and the places of a story, found by id or by name."""

    cast: dict[str, Character]
    """By id."""
    props: dict[str, Prop]
    """By id."""
    places: dict[str, Location]
    """By id."""
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What each of the cast is called, whole and in part: Baron Rigby, Rigby."""
    _found: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, cast: Iterable[Character], props: Iterable[Prop], places: Iterable[Location]) -> Known:
        """All that a story has."""
        people = {one.id: one for one in cast}
        parts = called(tuple(dict.fromkeys(one.name for one in people.values())))
        names = {who: tuple(part for part, name in parts.items() if name == one.name) for who, one in people.items()}
        return cls(people, {one.id: one for one in props}, {one.id: one for one in places}, names)

    def id_of(self, named: str) -> str | None:
        """The id that is meant: the same, the same but for signs and capitals, or that of the name; else None."""
        if named not in self._found:
            self._found[named] = self._search(named)
        return self._found[named]

    def animal(self, who: str) -> bool:
        """Whether it is an animal of the cast."""
        return who in self.cast and self.cast[who].kind in catalogue().animals

    def stands(self, what: str) -> bool:
        """Whether it is a prop that stands on the ground."""
        return what in self.props and self.props[what].kind in catalogue().standing

    def held(self, what: str) -> bool:
        """Whether it is a prop for a hand."""
        return what in self.props and not self.stands(what)

    def _search(self, named: str) -> str | None:
        everything = {
            **{who: one.name for who, one in self.cast.items()},
            **{what: one.name for what, one in self.props.items()},
            **{where: one.name for where, one in self.places.items()},
        }
        if named in everything:
            return named
        bare = _bare(named)
        return next((one for one, name in everything.items() if bare and bare in {_bare(one), _bare(name)}), None)


def _bare(text: str) -> str:
    low = re.sub(r"^(?:the|an?) ", "", plain(text).lower())
    return re.sub(r"[\W_]+", "", low)
