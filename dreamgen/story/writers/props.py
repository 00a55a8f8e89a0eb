"""The things of a story: one prop for each that somebody holds, or that stands on the stage."""

from __future__ import annotations

from typing import get_args

from dreamgen.core.story import Prop
from dreamgen.core.vocabulary import Colour
from dreamgen.story.writers.kinds import slug
from dreamgen.story.writers.lexicon import ThingEntry, colour_words, mapping, things
from dreamgen.story.writers.phrases import ThingPhrase

PREFIX = "prop:"
"""Keeps props apart from people (Rose, a rose) until the story is put together."""


class Props:
    """Things by the noun that names them."""

    def __init__(self) -> None:
        self.found: dict[str, Prop] = {}
        self.entries: dict[str, ThingEntry] = {}
        self._order: list[str] = []
        self._plural: dict[str, bool] = {}
        self.sentence = 0
        """The sentence that is being read."""
        self.last_named = -99
        """The sentence that named a thing last."""

    def latest(self, plural: bool) -> tuple[str, ThingEntry] | None:
        """What `it` or `them` means: the last thing of that number."""
        for who in reversed(self._order):
            if self._plural[who] == plural:
                return who, self.entries[who]
        return None

    def another(self, who: str, number: int) -> str:
        """One more of the same, for the next of several who each have one."""
        more = f"{who}-{number}"
        if more not in self.found:
            self.found[more] = self.found[who].model_copy(update={"id": more})
            self.entries[more] = self.entries[who]
        return more

    def refer(self, thing: ThingPhrase) -> tuple[str, ThingEntry] | None:
        """The id and entry of the prop that a phrase names, or None for what can't be drawn."""
        entry = _entry(thing)
        if entry is None:
            return None
        who = PREFIX + slug(entry.word)
        colour = _colour(thing, entry)
        if who not in self.found:
            name = f"the {' '.join(thing.words)}" if thing.words else f"the {entry.word}"
            self.found[who] = Prop(
                id=who, name=name, kind=entry.kind, colour=colour, stand_in_for=None if entry.shows else entry.word
            )
            self.entries[who] = entry
        elif colour is not None and self.found[who].colour is None:
            self.found[who] = self.found[who].model_copy(update={"colour": colour})
        if not self._order or self._order[-1] != who:
            self._order.append(who)
        self._plural[who] = thing.plural
        self.last_named = self.sentence
        return who, self.entries[who]


def _entry(thing: ThingPhrase) -> ThingEntry | None:
    for head in (thing.head, thing.head.removesuffix("es"), thing.head.removesuffix("s")):
        if head in things():
            return things()[head]
    return None


def _colour(thing: ThingPhrase, entry: ThingEntry) -> Colour | None:
    name = next((colour_words()[word] for word in thing.words if word in colour_words() and word != entry.word), None)
    name = name or mapping("things", "words", "colours").get(entry.word)
    return next((colour for colour in get_args(Colour) if colour == name), None)
