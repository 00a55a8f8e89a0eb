"""Stories drawn by lot, for measuring and teaching verifiers: nothing in them comes from a plot."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from dreamgen.core.base import derived_random
from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.illustrator import set_names
from dreamgen.story.staging import stage

PEOPLE = ("man", "woman", "boy", "girl", "old man", "old woman")
ANIMALS = (
    "dog", "cat", "horse", "bird", "lion", "mouse", "rabbit", "cow", "fox", "bear", "deer", "sheep", "pig", "goat",
    "wolf", "donkey",
)  # fmt: skip
TOPS = ("coat", "raincoat", "jacket", "hoodie", "sweater", "shirt", "tee", "dress", "robe", "apron")
HATS = ("hat", "straw hat", "beanie", "cap", "crown", "top hat")
HAIRSTYLES = ("short", "bob", "long", "ponytail", "bun", "curly", "spiky", "bald", "thin")
TONES = ("black", "brown", "blonde", "red", "grey", "white")
SKINS = ("pale", "light", "tan", "brown", "dark")
HELD = ("lantern", "book", "flower", "apple", "umbrella", "balloon", "letter", "cup", "key", "basket")
POSES = ("stand", "walk", "walk", "run", "sit", "talk", "hold", "hug", "wave", "point", "look", "lie", "kneel", "dance")
FEELINGS = ("neutral", "happy", "sad", "angry", "surprised", "calm", "worried")
LINES = (
    "I will light the lamp before the storm comes", "Run, they are coming", "Where is my book?", "Thank you, friend",
    "We shall meet again when the snow has melted", "Nobody may open this door", "Look at the stars tonight",
    "I have never been so far from home", "Give it back to me", "Follow the river to the old bridge", "It is too late",
    "The king will hear of this", "Be quiet and listen", "My mother taught me that song long ago",
)  # fmt: skip


def random_story(seed: int, shots: int = 8, sets: tuple[str, ...] = (), scenes: int = 1) -> Story:
    """A staged story whose looks, places and deeds are drawn by lot.

    Args:
        seed: everything derives from it.
        shots: how many.
        sets: places to choose from; all that the illustrator has where empty.
        scenes: into how many the shots are divided, as evenly as they go.
    """
    lot = derived_random(seed, "verifier world")
    people = [_person(lot, number) for number in range(lot.randint(2, 4))]
    animals = [_animal(lot, number) for number in range(lot.choice((0, 1, 1, 2)))]
    props = tuple(
        Prop(id=f"{kind}-{number}", name=kind, kind=kind, colour=lot.choice((None, *COLOURS)))
        for number, kind in enumerate(lot.sample(HELD, 2))
    )
    places = lot.sample(sorted(sets or set_names()), 2)
    locations = tuple(Location(id=f"place-{i}", name=f"the {place}", set=place) for i, place in enumerate(places))
    cast = (*people, *animals)
    made: list[Shot] = []
    setting = _setting(lot)
    for number in range(shots):
        if number % 3 == 0:
            setting, where = _setting(lot), lot.choice(locations)
        made.append(
            Shot(
                id=f"shot-{number:02}",
                location=where.id,
                time_of_day=setting[0],
                weather=setting[1],
                events=tuple(_events(lot, f"shot-{number:02}", people, animals, props)),
                seconds=lot.choice((2.0, 2.5, 3.0)),
            )
        )
    story = Story(
        id=f"random-{seed}", title="Random", overview="Nothing is told.", plot="", seed=seed, cast=cast, props=props,
        locations=locations,
        acts=(Act(id="act-1", title="1", scenes=tuple(_scenes(made, scenes))),),
    )  # fmt: skip
    return stage(story)


def _scenes(shots: list[Shot], count: int) -> Iterator[Scene]:
    for number in range(count):
        part = shots[number * len(shots) // count : (number + 1) * len(shots) // count]
        yield Scene(id=f"scene-{number + 1:02}", title=str(number + 1), shots=tuple(part))


def _setting(lot: Random) -> tuple[str, str]:
    return lot.choice(("day", "day", "sunset", "night")), lot.choice(("clear", "clear", "rain", "snow", "fog"))


def _person(lot: Random, number: int) -> Character:
    kind = lot.choice(PEOPLE)
    colours = list(COLOURS)
    traits = [
        Trait(slot="body", value=lot.choice(("slim", "average", "average", "large"))),
        Trait(slot="hair", value=lot.choice(("grey", "white") if kind.startswith("old") else TONES)),
        Trait(slot="hairstyle", value=lot.choice(HAIRSTYLES)),
        Trait(slot="skin", value=lot.choice(SKINS)),
        Trait(slot="top", value=lot.choice(TOPS), colour=lot.choice(colours)),
        Trait(slot="bottom", value=lot.choice(("trousers", "trousers", "skirt", "shorts")), colour=lot.choice(colours)),
        Trait(slot="shoes", value=lot.choice(("shoes", "boots")), colour=lot.choice(colours)),
    ]
    if lot.random() < 0.35:
        traits.append(Trait(slot="hat", value=lot.choice(HATS), colour=lot.choice(colours)))
    if lot.random() < 0.25:
        traits.append(Trait(slot="scarf", value="scarf", colour=lot.choice(colours)))
    if lot.random() < 0.25:
        traits.append(Trait(slot="glasses", value="glasses"))
    if "man" in kind and "woman" not in kind and lot.random() < 0.4:
        traits.append(Trait(slot="beard", value="beard"))
    if lot.random() < 0.2:
        traits.append(Trait(slot="bag", value=lot.choice(("backpack", "sack")), colour=lot.choice(colours)))
    return Character(id=f"person-{number}", name=f"Person {number}", kind=kind, traits=tuple(traits), role="main")


def _animal(lot: Random, number: int) -> Character:
    coat = Trait(
        slot="coat", value=lot.choice(("plain", "plain", "spotted", "striped")),
        colour=lot.choice(("brown", "white", "grey", "black", "orange", "beige", "yellow")),
    )  # fmt: skip
    return Character(id=f"animal-{number}", name=f"Animal {number}", kind=lot.choice(ANIMALS), traits=(coat,))


def _events(
    lot: Random, shot: str, people: list[Character], animals: list[Character], props: tuple[Prop, ...]
) -> list[Event]:
    there = lot.sample(people, lot.choice((1, 1, 2, 2, 3)) if len(people) > 2 else lot.choice((1, 2)))
    if animals and lot.random() < 0.4:
        there.append(lot.choice(animals))
    events = []
    for number, who in enumerate(there):
        others = [other for other in there if other is not who and other.kind in PEOPLE]
        person = who.kind in PEOPLE
        does = lot.choice(POSES if person else ("stand", "walk", "run", "sit", "lie"))
        if does == "hug" and (not others or number):
            does = "stand"
        events.append(
            Event(
                id=f"{shot}-{number}",
                who=who.id,
                does=does,
                action=does,
                whom=others[0].id if others and does in ("hug", "talk", "wave", "point", "look") else None,
                using=lot.choice(props).id if does == "hold" else None,
                feels=lot.choice(FEELINGS) if person else None,
                says=lot.choice(LINES) if person and number == 0 and lot.random() < 0.3 else None,
            )
        )
    return events
