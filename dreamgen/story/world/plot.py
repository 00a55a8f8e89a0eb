"""What a given plot says by itself, read by the rules of the embedded writer; where they are unsure it says nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import get_args

from dreamgen.core.brief import Brief
from dreamgen.core.story import Prop, Trait
from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.errors import DreamgenError
from dreamgen.story.expansion.telling import divided
from dreamgen.story.world.plot_light import times_of, weathers_of
from dreamgen.story.writers.casting import called
from dreamgen.story.writers.kinds import name_parts
from dreamgen.story.writers.language import refuse_foreign
from dreamgen.story.writers.memory import Person
from dreamgen.story.writers.planning import Plan, plan
from dreamgen.story.writers.reading import clean, read

_QUOTED = re.compile(r'"([^"]*)"')
# an apostrophe stands in or after a word; a quotation in single marks ends with a stop
_IN_SINGLE_MARKS = re.compile(r"(?<!\w)'(?=\w)([^\"]+?[.,!?;-])'(?!\w)")
_AFTER_A_NAME = re.compile(r"[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,3}: ([^\"]+)")
"""As plays have it; Mara: Where is Tom?"""


@dataclass(frozen=True)
class Told:
    """Somebody of the plot."""

    person: Person
    """As the rules have read them."""
    name: str
    """How the plot calls them."""
    traits: Mapping[str, Trait]
    """Looks that it tells, by slot."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of the plot."""

    text: str
    """Its words."""
    times: frozenset[TimeOfDay]
    """Lights that it allows; all where it tells none."""
    weathers: frozenset[Weather]
    """The same for the weather."""
    settings: tuple[tuple[str, TimeOfDay, Weather], ...]
    """Name of the place, light and weather of all that happens in it, told there or before."""


@dataclass(frozen=True)
class Quote:
    """Something that is said in the plot."""

    words: tuple[str, ...]
    """As they are compared."""
    who: str
    """The id of whoever says it."""
    sure: bool
    """Whether its sentence names the speaker, and nobody else."""


@dataclass(frozen=True)
class Plot:
    """A plot as the rules have read it."""

    people: tuple[Told, ...]
    """Everybody who can be drawn."""
    props: tuple[Prop, ...]
    """Things."""
    sentences: tuple[Sentence, ...]
    """In order, as the parts of a story count them."""
    quotes: tuple[Quote, ...]
    """All that is said, piece by piece."""
    groups: bool
    """Whether it speaks of several people without telling them apart."""

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(sentence.text for sentence in self.sentences)

    def says(self, words: str) -> bool:
        """Whether somebody says these words in it, in a row."""
        row = bare(words)
        return bool(row) and f" {' '.join(row)} " in self._said

    @cached_property
    def _said(self) -> str:
        """All that is said, as it is compared, between blanks."""
        texts = [*_QUOTED.findall(self.text), *_IN_SINGLE_MARKS.findall(unquoted(self.text))]
        texts += [found[1] for one in self.sentences if (found := _AFTER_A_NAME.fullmatch(one.text))]
        return f" {' '.join(word for text in texts for word in bare(text))} "

    def speaker(self, words: str) -> str | None:
        """The id of whoever says these words; None where that is not sure."""
        row = bare(words)
        found = {one.who if one.sure else "" for one in self.quotes if row and _holds(one.words, row)}
        return (found.pop() or None) if len(found) == 1 else None

    def part(self, told: tuple[int, int] | None) -> tuple[Sentence, ...]:
        """The sentences with these numbers, from 1; all for None."""
        return self.sentences if told is None else self.sentences[told[0] - 1 : told[1]]


@lru_cache(maxsize=8)
def plot_of(brief: Brief) -> Plot | None:
    """What a plot says; None for a theme, and for a plot that the rules can't read."""
    if brief.sort != "plot":
        return None
    reading = read(brief.text)
    try:
        refuse_foreign(" ".join(sentence.text for sentence in reading.sentences))
        numbered = divided(brief, None).sentences
    except DreamgenError:
        return None
    if numbered != tuple(sentence.text for sentence in reading.sentences):
        return None
    planned = plan(reading)
    return Plot(
        people=_people(planned),
        props=tuple(planned.props.found.values()),
        sentences=tuple(_sentence(planned, number, text) for number, text in enumerate(numbered)),
        quotes=_quotes(planned, numbered),
        groups=bool(planned.cast.groups or planned.cast.notes or any(one.group_of for one in _drawn(planned))),
    )


def bare(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: without case, punctuation and marks of quotation."""
    return tuple(re.findall(r"[^\W_]+", clean(text).casefold().replace("'", "")))


def unquoted(text: str) -> str:
    """A text without what is said in it."""
    return _QUOTED.sub(" ", clean(text))


def known_by(person: Person) -> tuple[frozenset[str], frozenset[str]]:
    """The words of somebody's names, and the last words of the nouns for them."""
    names = frozenset(part for name in person.names for part in name_parts(name))
    heads = {head.rpartition(" ")[2] for head in (*person.heads, person.label.lower()) if head}
    return names, frozenset(heads)


def _drawn(planned: Plan) -> list[Person]:
    return [person for person in planned.cast.members.values() if person.drawn]


def _people(planned: Plan) -> tuple[Told, ...]:
    drawn = _drawn(planned)
    others = {person.id: person for person in drawn}
    return tuple(
        Told(
            person,
            called(person, others),
            dict(planned.said[person.id].traits) if person.id in planned.said else {},
        )
        for person in drawn
    )


def _sentence(planned: Plan, number: int, text: str) -> Sentence:
    places = {place.id: place.name for place in planned.setting.locations.values()}
    beats = [beat.scenery for beat in planned.beats if beat.sentence == number]
    return Sentence(
        text=text,
        times=times_of(text) or frozenset(get_args(TimeOfDay)),
        weathers=weathers_of(text) or frozenset(get_args(Weather)),
        settings=tuple((places.get(one.place, ""), one.time, one.weather) for one in beats),
    )


def _quotes(planned: Plan, sentences: Sequence[str]) -> tuple[Quote, ...]:
    drawn = _drawn(planned)
    found = []
    for beat in planned.beats:
        around = set(bare(unquoted(sentences[beat.sentence])))
        named = {person.id for person in drawn if around & frozenset().union(*known_by(person))}
        found += [Quote(bare(deed.says), deed.who, named == {deed.who}) for deed in beat.deeds if deed.says]
    return tuple(found)


def _holds(words: tuple[str, ...], row: tuple[str, ...]) -> bool:
    """Whether one run of words has the other in it."""
    short, long = sorted((words, row), key=len)
    return any(long[at : at + len(short)] == short for at in range(len(long)))
