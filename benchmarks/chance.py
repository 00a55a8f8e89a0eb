"""Stories by lot: every set, figure, thing, pose, hour and weather turns up, in staged shots of every framing.

Nobody says a word, since one sees a little of a body through a caption that hides it.
"""

from __future__ import annotations

from random import Random
from typing import Final, cast, get_args

from dreamgen.core.base import derived_random
from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Act, Character, Event, Location, Prop, Scene, Shot, Story, Trait
from dreamgen.core.vocabulary import Colour, Feeling, Pose, TimeOfDay, Weather
from dreamgen.illustrator import catalogue
from dreamgen.story.staging import stage

_ANIMAL_POSES: Final[tuple[Pose, ...]] = ("stand", "walk", "run", "sit", "lie")
_SHOTS: Final = 3  # the first of a scene is wide; those after it come closer


def random_story(seed: int, number: int) -> Story:
    """One staged scene in one place; the same `seed` and `number` give the same story in every process."""
    lot = derived_random(seed, "truth", number)
    known = catalogue()
    people = [_person(lot, f"person-{index}") for index in range(lot.randint(1, 3))]
    animals = [
        Character(id=f"animal-{index}", name="it", kind=lot.choice(known.animals)) for index in range(lot.randint(0, 2))
    ]
    held = [
        Prop(id=f"thing-{index}", name="it", kind=lot.choice(known.held), colour=_colour(lot))
        for index in range(len(people))
    ]
    standing = [Prop(id="furniture", name="it", kind=lot.choice(known.standing))] * lot.randint(0, 1)
    shots = tuple(_shot(lot, f"shot-{index}", people, animals, [*held, *standing]) for index in range(_SHOTS))
    story = Story(
        id=f"chance-{number}",
        title="By lot",
        overview="Whatever the lot says.",
        plot="Whatever the lot says.",
        seed=lot.randrange(1 << 30),
        cast=(*people, *animals),
        props=(*held, *standing),
        locations=(Location(id="there", name="there", set=lot.choice(known.sets)),),
        acts=(Act(id="act", title="By lot", scenes=(Scene(id="scene", title="By lot", shots=shots),)),),
    )
    return stage(story)


def _colour(lot: Random) -> Colour:
    return cast(Colour, lot.choice(list(COLOURS)))


def _person(lot: Random, name: str) -> Character:
    known = catalogue()
    slots = (
        ("body", known.builds, False), ("hair", known.hair, False), ("hairstyle", known.hairstyles, False),
        ("skin", known.skins, False), ("top", known.tops, True), ("bottom", known.bottoms, True),
        ("shoes", known.shoes, True), ("hat", known.hats, True), ("bag", known.bags, True),
        ("scarf", ("scarf",), True), ("glasses", ("glasses",), False),
    )  # fmt: skip
    rare = {"hat": 0.4, "bag": 0.3, "scarf": 0.3, "glasses": 0.3}
    traits = tuple(
        Trait(slot=slot, value=lot.choice(values), colour=_colour(lot) if coloured else None)
        for slot, values, coloured in slots
        if lot.random() < rare.get(slot, 1.0)
    )
    return Character(id=name, name=name, kind=lot.choice(known.people), traits=traits)


def _shot(lot: Random, name: str, people: list[Character], animals: list[Character], things: list[Prop]) -> Shot:
    events = []
    for index, person in enumerate(people):
        does = lot.choice(get_args(Pose))
        others = [other.id for other in people if other is not person]
        whom = lot.choice(others) if others and lot.random() < 0.6 else None
        using = things[index].id if does not in ("hug", "fall", "lie") and lot.random() < 0.5 else None
        feels = lot.choice((None, *get_args(Feeling)))
        what = f"{name}-{person.id}"
        events.append(Event(id=what, who=person.id, does=does, action=does, whom=whom, using=using, feels=feels))
    for animal in animals:
        does = lot.choice(_ANIMAL_POSES)
        events.append(Event(id=f"{name}-{animal.id}", who=animal.id, does=does, action=does))
    for thing in things[len(people) :]:
        events.append(
            Event(id=f"{name}-{thing.id}", who=people[0].id, does="look", action="look", seen=False, whom=thing.id)
        )
    time = cast(TimeOfDay, lot.choice(get_args(TimeOfDay)))
    weather = cast(Weather, lot.choice(get_args(Weather)))
    return Shot(id=name, location="there", time_of_day=time, weather=weather, events=tuple(events), seconds=3.0)
