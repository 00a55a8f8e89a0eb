"""Everybody and everything that a premise has, by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from dreamgen.story.expansion.drafts import Premise
from dreamgen.story.expansion.ids import ids_of
from dreamgen.story.offers import offers


@dataclass(frozen=True)
class Known:
    """The ids of a premise with the names behind them."""

    cast: Mapping[str, str]
    """People and animals."""
    places: Mapping[str, str]
    """Places."""
    props: Mapping[str, str]
    """Things."""
    standing: frozenset[str]
    """Things that stand about and are in nobody's hand: a bench."""

    def name(self, one: str) -> str:
        """How the story calls it; what is not known is called by its id."""
        return self.cast.get(one) or self.places.get(one) or self.props.get(one) or one

    def names(self, some: Iterable[str]) -> str:
        """Several names in a row."""
        return ", ".join(self.name(one) for one in some)

    @cached_property
    def all_names(self) -> tuple[str, ...]:
        """Every name, the longest first."""
        named = {*self.cast.values(), *self.places.values(), *self.props.values()}
        return tuple(sorted(named, key=lambda name: (-len(name), name)))


def known_of(premise: Premise) -> Known:
    """What a premise has."""
    ids = ids_of(premise)
    on_the_ground = set(offers().standing)
    pairs = tuple(zip(ids.props, premise.props, strict=True))
    return Known(
        cast=MappingProxyType({one: person.name for one, person in zip(ids.cast, premise.cast, strict=True)}),
        places=MappingProxyType({one: place.name for one, place in zip(ids.places, premise.places, strict=True)}),
        props=MappingProxyType({one: prop.name for one, prop in pairs}),
        standing=frozenset(one for one, prop in pairs if prop.kind in on_the_ground),
    )
