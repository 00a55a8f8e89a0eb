"""Where and when it happens: place, light and weather last until the text changes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dreamgen.core.story import Location
from dreamgen.core.vocabulary import TimeOfDay, Weather
from dreamgen.story.writers.kinds import slug
from dreamgen.story.writers.lexicon import PlaceEntry, places, words
from dreamgen.story.writers.offered import choose_set
from dreamgen.story.writers.phrases import Chunk, Clause, ThingPhrase

_ENTERING = {
    "enter",
    "reach",
    "visit",
    "cross",
    "explore",
    "search",
    "approach",
    "climb",
    "ascend",
    "storm",
    "roam",
    "patrol",
}
_GOING = _ENTERING | {
    "go", "come", "walk", "run", "return", "hurry", "rush", "race", "take", "bring", "carry", "get", "ride",
    "drive", "fly", "travel", "head", "wander", "stroll", "march", "lead", "follow", "force", "creep", "sneak",
    "move", "arrive", "stay", "sit", "live", "wait", "be", "dash", "sail", "send", "flee", "escape", "stagger",
    "swim", "sleep", "work", "climb",
}  # fmt: skip

PREFIX = "place:"
"""Keeps places apart from people and props until the story is put together."""
_SUN_SETS = re.compile(r"\bsun (?:had |has |was |is )?(?:sets?|setting|sank|sinks|sinking|(?:went|goes|going) down)\b")
_SUN_RISES = re.compile(
    r"\bsun (?:had |has |was |is )?(?:rose|rises|rising|risen|(?:came|comes|coming) up)\b"
    r"|\bfirst light\b|\brising sun\b"
)
_NONE_OF_IT = {"no", "not", "never", "without"}
_TIMES: tuple[TimeOfDay, ...] = ("night", "sunset", "day")
_WEATHERS: tuple[Weather, ...] = ("rain", "snow", "fog", "clear")


@dataclass(frozen=True, slots=True)
class Scenery:
    """The state of the stage at one moment."""

    place: str
    """The id of the location."""
    time: TimeOfDay
    weather: Weather


class Setting:
    """Follows place, light and weather through a text."""

    def __init__(self) -> None:
        self.locations: dict[tuple[str, str], Location] = {}
        self.place: str | None = None
        self.time: TimeOfDay = "day"
        self.weather: Weather = "clear"
        self.unplaced: list[str] = []
        """Place words that no set can show."""
        self.assumed = False
        """Whether the first place is the writer's and not the plot's."""

    @property
    def now(self) -> Scenery:
        """The state at this point of the text."""
        assert self.place is not None
        return Scenery(self.place, self.time, self.weather)

    def begin(self, clauses: Sequence[tuple[Clause, Sequence[Chunk]]], animals_only: bool) -> None:
        """Settles the first place: the first that the opening names, else any scenery, else the usual one."""
        for clause, _ in clauses[:6]:
            if clause.told or clause.denied:
                continue
            for preposition, named in _named_places(clause):
                entry = places()[named.head]
                left = preposition == "from" and clause.verb.lemma in words("verbs", "helpers", "away") | {
                    "come",
                    "return",
                }
                if not entry.scenery and not left and preposition not in {"of", "with", "like", "as", "about", "for"}:
                    self._go(named, entry)
                    return
            if any(word in {"home", "inside", "indoors"} for word in clause.words):
                self._go_word("home")
                return
        for _, chunks in clauses:
            for chunk in chunks:
                if (
                    chunk.thing is not None
                    and chunk.thing.head in places()
                    and chunk.thing.head not in {"window", "bed"}
                ):
                    entry = places()[chunk.thing.head]
                    if entry.scenery:
                        self._go_word(entry.stands_in[0])
                        self.assumed = True
                        return
        self._go_word("forest" if animals_only else "street")
        self.assumed = True

    def update(self, clause: Clause) -> None:
        """Takes in what a clause says of the place; one that is only thought or wished moves nobody."""
        if clause.told or clause.denied or clause.verb.lemma in words("verbs", "helpers", "thinking"):
            return
        lemma = clause.verb.lemma
        left = lemma in words("verbs", "helpers", "away")
        moved = False
        for preposition, thing in _named_places(clause):
            entry = places()[thing.head]
            if moved:
                break  # a cottage near a forest: the first place is where it happens
            if left and preposition in {"", "from"} and not clause.verb.passive:
                self._leave(entry)
            elif self._moves_to(clause, preposition, entry):
                moved = self._go(thing, entry)
        if left and not clause.verb.passive and not clause.objects and "from" not in {p for p, _ in clause.phrases}:
            self._outside()
        goes = any(chunk.who is not None for chunk in clause.subjects)
        for word in clause.words if goes and not moved else ():
            self._word(word, lemma)

    def _moves_to(self, clause: Clause, preposition: str, entry: PlaceEntry) -> bool:
        if preposition in {"from", "of"} or (entry.scenery and self.place is not None):
            return False
        if _only_looked_at(clause, preposition):
            return False
        if "bed" in entry.words and (preposition not in {"to", "into", "in"} or self._indoors_at_bed()):
            return False
        if preposition == "":
            return clause.verb.lemma in _ENTERING
        return preposition in words("places", "prepositions", "at")

    def _indoors_at_bed(self) -> bool:
        return any(
            location.id == self.place and location.set in {"room", "bedroom"} for location in self.locations.values()
        )

    def _word(self, word: str, lemma: str) -> None:
        if (word == "home" and lemma in _GOING) or word in {"upstairs", "downstairs"}:
            self._go_word("home")
        elif word in words("places", "same_place", "indoors") and lemma in _GOING | {"lead"}:
            self._go_word("room")
        elif word in words("places", "same_place", "outdoors"):
            self._outside()

    def _leave(self, entry: PlaceEntry) -> None:
        """Out of a house into the street; out of a wood to nowhere yet."""
        chosen = choose_set(entry.shows, entry.stands_in)
        if chosen is not None and chosen[0] in {"room", "bedroom", "castle hall", "workshop"}:
            self._outside()

    def _outside(self) -> None:
        here = next((place for place in self.locations.values() if place.id == self.place), None)
        if here is not None and here.set not in {"room", "bedroom", "castle hall", "workshop"}:
            return
        before = [
            place
            for place in self.locations.values()
            if place.set not in {"room", "bedroom", "castle hall", "workshop"}
        ]
        if before:
            self.place = before[-1].id
        else:
            self._go_word("street")

    def _go_word(self, word: str) -> None:
        self._go(ThingPhrase(word, (word,), word if word == "home" else f"the {word}"), places()[word])

    def _go(self, thing: ThingPhrase, entry: PlaceEntry) -> bool:
        """Moves the story there; whether a set could be found."""
        owner = "" if thing.owner is None or thing.owner.sort == "pronoun" else thing.owner.name or thing.owner.head
        exact = thing.head in entry.words and bool(entry.shows)
        key = (entry.words[0] if exact else thing.head, owner)
        if key not in self.locations:
            chosen = choose_set(entry.shows, entry.stands_in)
            if chosen is None:
                self.unplaced.append(thing.text)
                return False
            name, honest = chosen
            base = PREFIX + (slug(f"{owner} {thing.head}") or name)
            taken = {location.id for location in self.locations.values()}
            place, number = base, 2
            while place in taken:
                place, number = f"{base}-{number}", number + 1
            self.locations[key] = Location(
                id=place, name=_place_name(thing), set=name, stand_in_for=None if honest else _place_name(thing)
            )
        self.place = self.locations[key].id
        return True

    def weather_and_light(self, text: str) -> None:
        """Takes in the words for light and weather in a piece of the text, without its quotations."""
        low = _told_words(text)
        joined = " ".join(low)
        self._light(low, joined)
        self._air(low)

    def _light(self, low: Sequence[str], joined: str) -> None:
        if _any_phrase(joined, words("places", "time_of_day", "wake") | words("places", "time_of_day", "day_phrases")):
            self.time = "day"
        if _SUN_SETS.search(joined):
            self.time = "sunset"
            return
        if _SUN_RISES.search(joined):
            self.time = "day"
            return
        for at, word in enumerate(low):
            if _NONE_OF_IT & set(low[max(0, at - 2) : at]):
                continue
            if word in words("places", "time_of_day", "dawn"):
                self.time = "day"
            for time in _TIMES:
                if (
                    word in words("places", "time_of_day", time)
                    and "last " + word not in joined
                    and "good " + word not in joined
                ):
                    self.time = time

    def _air(self, low: Sequence[str]) -> None:
        for at, word in enumerate(low):
            for weather in _WEATHERS:
                if word not in words("places", "weather", weather):
                    continue
                if _NONE_OF_IT & set(low[max(0, at - 2) : at]):
                    continue
                near = [*low[max(0, at - 2) : at], *low[at + 1 : at + 3]]
                if (
                    weather == "clear"
                    and word == "sun"
                    and not {"shines", "shone", "shining", "bright", "came", "comes"} & set(near)
                ):
                    continue
                ended = weather != "clear" and bool(set(near) & words("places", "weather", "ends"))
                self.weather = "clear" if ended else weather


def dawn_in(text: str) -> str:
    """The words of a text that say it is early morning, a light that is drawn as day; empty where none do."""
    low = _told_words(text)
    rises = _SUN_RISES.search(" ".join(low))
    return rises[0] if rises else next((word for word in low if word in words("places", "time_of_day", "dawn")), "")


def _told_words(text: str) -> list[str]:
    """The words of a text in lower case, without its quotations."""
    return re.findall(r"[a-z'-]+", re.sub(r'"[^"]*"', " ", text.lower()))


def _any_phrase(joined: str, phrases: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(phrase)}\b", joined) for phrase in phrases)


def _named_places(clause: Clause) -> list[tuple[str, ThingPhrase]]:
    """Preposition and place of all the phrases of a clause that name one."""
    found: list[tuple[str, ThingPhrase]] = []
    phrases = [("", chunk) for chunk in clause.objects] + clause.phrases
    parts = words("places", "parts", "words")
    for at, (preposition, chunk) in enumerate(phrases):
        thing = chunk.thing
        if thing is None:
            continue
        before = phrases[at - 1] if at else None
        if preposition == "of" and before is not None and before[1].thing is not None and before[1].thing.head in parts:
            preposition = before[0]
        if thing.head in places():
            found.append((preposition, thing))
        elif thing.head in parts and (whole := [word for word in thing.words[:-1] if word in places()]):
            found.append((preposition, ThingPhrase(whole[-1], (whole[-1],), whole[-1], "the", thing.owner)))
    return found


def _only_looked_at(clause: Clause, preposition: str) -> bool:
    looking = clause.verb.lemma in words("places", "prepositions", "no_move_verbs")
    return (looking and preposition not in {"in", "inside", "from"}) or preposition in {
        "over",
        "above",
        "about",
        "for",
        "with",
        "like",
        "as",
    }


def _place_name(thing: ThingPhrase) -> str:
    if thing.owner is not None and thing.owner.sort != "pronoun":
        return thing.text
    plain = " ".join(thing.words) if thing.head != "bed" else "bedroom"
    return plain if plain == "home" else f"the {plain}"
