"""A story as structured scenes: cast, places, and shots whose events say who does what.

DreamFrame's substory, tinystory and frame are Act, Scene and Shot here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dreamgen.core.base import Record
from dreamgen.core.layout import Camera, Layout
from dreamgen.core.vocabulary import Colour, Feeling, Pose, TimeOfDay, Weather

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=100)]
"""Letters of the English alphabet, digits, hyphens and underscores: files are named by it."""


class Trait(Record):
    """One visible property of a character."""

    slot: str
    """Which: body, hair, hairstyle, skin, top, bottom, shoes, hat, scarf, glasses, beard, bag, coat (an animal's)."""
    value: str
    """The thing itself: raincoat, bob, glasses, stripes; or the tone for skin and hair (hair: grey)."""
    colour: Colour | None = None
    """Its colour, where the slot has one."""
    source: Literal["text", "drawn"] = "drawn"
    """Whether the plot says so, or the writer drew it from the seed."""


class Character(Record):
    """A person or an animal of the cast."""

    id: Id
    """Short and readable: keeper, white-rabbit."""
    name: str
    """How the plot calls it: Mara, the lighthouse keeper."""
    kind: str
    """What a viewer sees: man, woman, boy, girl, old man, old woman, or an animal (dog, lion)."""
    traits: tuple[Trait, ...] = ()
    """How it looks, the same in every shot."""
    role: Literal["main", "supporting"] = "supporting"
    """Its weight in the story."""
    stand_in_for: str | None = None
    """What the plot asked for, when the illustrator can only draw `kind` instead."""
    described: str = ""
    """How its looks are told in the writer's own words: a tall woman in a red coat. Empty where only `traits` tell."""
    likeness: str = ""
    """The real person it was asked to look like; only where that was allowed on purpose."""

    def trait(self, slot: str) -> Trait | None:
        """The trait in `slot`, or None."""
        return next((trait for trait in self.traits if trait.slot == slot), None)


class Location(Record):
    """A place of the story."""

    id: str
    """Short and readable: harbour."""
    name: str
    """How the plot calls it: the old harbour."""
    set: str
    """The illustrator's set that shows it: forest, street, room, harbour."""
    stand_in_for: str | None = None
    """What the plot asked for, when `set` only stands in for it."""


class Prop(Record):
    """A thing that can be held, or that stands on the stage."""

    id: str
    """Short and readable: lantern."""
    name: str
    """How the plot calls it: an old brass lantern."""
    kind: str
    """What the illustrator draws: lantern, book, bench."""
    colour: Colour | None = None
    """Its colour; None lets the illustrator choose the usual one."""
    stand_in_for: str | None = None
    """What the plot asked for, when `kind` only stands in for it."""


class Event(Record):
    """One thing that happens in a shot."""

    id: Id
    """Unique in the story."""
    who: str
    """The id of the character that acts."""
    does: Pose
    """What its body is seen doing."""
    action: str
    """The plot's own verb, in the base form: climb, trade, hug."""
    seen: bool = True
    """Whether `does` really shows `action` (walk for stroll), or only stands in for it (stand for trade)."""
    whom: str | None = None
    """The id of the character or prop that it is done to or with."""
    using: str | None = None
    """The id of the prop in the hand."""
    feels: Feeling | None = None
    """What the face shows."""
    says: str | None = None
    """The quoted words, which the picture shows as a caption, in the signs that its font has."""
    because: str | None = None
    """The reason, in the plot's own words, where the text says why."""
    text: str = ""
    """The clause of the plot that this comes from."""
    start: float = Field(default=0.0, ge=0.0)
    """Seconds from the start of the shot."""
    end: float = Field(default=0.0, ge=0.0)
    """Seconds from the start of the shot."""


class Shot(Record):
    """One take of the camera."""

    id: Id
    """Unique in the story: shot-07."""
    location: str
    """The id of the location."""
    time_of_day: TimeOfDay = "day"
    """The light."""
    weather: Weather = "clear"
    """The weather outside."""
    events: tuple[Event, ...] = ()
    """What happens, in order of start."""
    layout: Layout = Layout()
    """Where everybody stands; empty until staging has planned it."""
    camera: Camera = Camera()
    """What the camera shows and does."""
    seconds: float = Field(default=3.0, gt=0.0)
    """Length."""
    description: str = ""
    """The plot's own words for this shot."""
    take: int = Field(default=0, ge=0)
    """How often it was sent back because the picture did not show what was planned: each take has lots of its own."""

    @property
    def present(self) -> tuple[str, ...]:
        """Ids of the characters and props that the events name, in order of first mention."""
        named = (i for event in self.events for i in (event.who, event.whom, event.using) if i)
        return tuple(dict.fromkeys(named))

    @property
    def named(self) -> frozenset[str]:
        """Ids of its place and of all characters and props that its events or its layout name."""
        placed = (i for one in self.layout.placements for i in (one.who, one.holds, one.partner) if i)
        return frozenset((self.location, *self.present, *placed))

    @property
    def unspoken(self) -> Shot:
        """The same shot without captions: whoever sets a still in motion writes them when they are due."""
        silent = tuple(event.model_copy(update={"says": None}) for event in self.events)
        return self.model_copy(update={"events": silent})


class Scene(Record):
    """Shots that share a place and a time; one clip by default."""

    id: Id
    """Unique in the story: scene-02."""
    title: str
    """A short line for people."""
    shots: tuple[Shot, ...]
    """In order."""


class Act(Record):
    """Scenes that belong together."""

    id: Id
    """Unique in the story: act-1."""
    title: str
    """A short line for people."""
    scenes: tuple[Scene, ...]
    """In order."""


class Note(Record):
    """Something of the plot that the film can't show as written; nothing is lost in silence."""

    where: str
    """The id of the shot, character, location or prop; `plot` for the whole text."""
    what: str
    """The words of the plot."""
    reason: str
    """A machine-readable reason: no_such_animal, action_not_drawable, place_not_drawable, unreadable_sentence."""
    shown_as: str = ""
    """What is shown instead, such as `fox run` where somebody of the cast does something else; empty for nothing."""
    remark: bool = False
    """Whether it is about the wording alone, so that nothing is lost in the film: over_77_tokens, no_expression."""


class DraftQuestion(Record):
    """A question that the writer thought of beside its part of the story. Nothing has checked it."""

    node: str
    """The id of the part that it is about: the story's, an act's, a scene's."""
    level: Literal["story", "act", "scene"]
    """Which sort of part that is."""
    question: str
    """For a viewer of that part."""
    answer: str
    """What the writer believes is right."""


class Mend(Record):
    """One step of a model's plan that could not happen as written."""

    where: str
    """The id of the act, scene or shot."""
    rule: str
    """What it broke, machine-readable: not_here, not_held, dead, unknown_id, back_in_time."""
    detail: str
    """The same for people, with names."""
    outcome: Literal["repaired", "dropped"]
    """Whether the model mended it, or it was left out."""


class Writing(Record):
    """How a model wrote a story."""

    model: str
    """Its name."""
    prompts: tuple[tuple[str, str], ...]
    """File and fingerprint of every prompt that was used, sorted."""
    mends: tuple[Mend, ...] = ()
    """What had to be mended, in the order of the story."""


class Story(Record):
    """A whole plan: everything that any later stage above the waist needs to know."""

    id: Id
    """Short and readable, safe as a folder name."""
    title: str
    """For the title card."""
    overview: str
    """One to three sentences."""
    genre: str = "story"
    """One word."""
    plot: str
    """The text that it was written from."""
    seed: int
    """Everything drawn by lot in this story derives from it."""
    cast: tuple[Character, ...]
    """People and animals."""
    props: tuple[Prop, ...] = ()
    """Things."""
    locations: tuple[Location, ...]
    """Places."""
    acts: tuple[Act, ...]
    """In order."""
    notes: tuple[Note, ...] = ()
    """What could not be planned as written."""
    tone: str = ""
    """How it should feel and look, in the writer's words: adjectives and short phrases."""
    style_word: str = ""
    """The one word that stands for its style: Dramatic."""
    questions: tuple[DraftQuestion, ...] = ()
    """The writer's own, in order; the dataset's questions come from claims instead."""
    writing: Writing | None = None
    """How it was written, where a model did."""

    @model_validator(mode="after")
    def _references_hold(self) -> Story:
        things = [
            *(character.id for character in self.cast),
            *(prop.id for prop in self.props),
            *(location.id for location in self.locations),
        ]
        parts = [
            *(act.id for act in self.acts),
            *(scene.id for scene in self.scenes),
            *(shot.id for shot in self.shots),
        ]
        events = [event.id for shot in self.shots for event in shot.events]
        for ids, what in (
            (things, "characters, props and locations"),
            (parts, "acts, scenes and shots"),
            (events, "events"),
        ):
            twice = sorted(i for i, times in Counter(ids).items() if times > 1)
            if twice:
                raise ValueError(f"{what} share the id {', '.join(twice)}")
        actors = {*(character.id for character in self.cast), *(prop.id for prop in self.props)}
        places = {place.id for place in self.locations}
        for shot in self.shots:
            if shot.location not in places:
                raise ValueError(f"{shot.id} is set in {shot.location!r}, which is not a location: {sorted(places)}")
            named = {*shot.present, *(placement.who for placement in shot.layout.placements)}
            if named - actors:
                raise ValueError(
                    f"{shot.id} names {sorted(named - actors)}, not in the cast or props: {sorted(actors)}"
                )
        return self

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """All scenes, in order."""
        return tuple(scene for act in self.acts for scene in act.scenes)

    @property
    def shots(self) -> tuple[Shot, ...]:
        """All shots, in order."""
        return tuple(shot for scene in self.scenes for shot in scene.shots)

    def character(self, who: str) -> Character | None:
        """The character with this id, or None (a prop, say)."""
        return next((character for character in self.cast if character.id == who), None)

    def prop(self, what: str) -> Prop | None:
        """The prop with this id, or None."""
        return next((prop for prop in self.props if prop.id == what), None)

    def location(self, where: str) -> Location:
        """The location with this id.

        Raises:
            KeyError: when there is none.
        """
        for location in self.locations:
            if location.id == where:
                return location
        raise KeyError(where)

    def first(self, shots: int) -> Story:
        """The same story up to so many shots, with the cast, props and places that these name.

        Everybody of a cast is drawn and looked for in every shot, so those who come later only would cost much.
        Notes and questions on what is cut go with it.
        """
        if shots >= len(self.shots):
            return self
        kept = {shot.id for shot in self.shots[:shots]}
        acts = []
        for act in self.acts:
            trimmed = ((scene, tuple(shot for shot in scene.shots if shot.id in kept)) for scene in act.scenes)
            scenes = tuple(scene.model_copy(update={"shots": left}) for scene, left in trimmed if left)
            if scenes:
                acts.append(act.model_copy(update={"scenes": scenes}))
        named = {name for shot in self.shots[:shots] for name in shot.named}
        things = {
            "cast": tuple(character for character in self.cast if character.id in named),
            "props": tuple(prop for prop in self.props if prop.id in named),
            "locations": tuple(location for location in self.locations if location.id in named),
        }
        short = self.model_copy(update={"acts": tuple(acts), **things})
        cut = self._parts - short._parts
        notes = tuple(note for note in self.notes if note.where not in cut)
        asked = tuple(question for question in self.questions if question.node not in cut)
        return short.model_copy(update={"notes": notes, "questions": asked})

    @property
    def _parts(self) -> set[str]:
        """Ids of all acts, scenes, shots, characters, props and places."""
        parts = (self.acts, self.scenes, self.shots, self.cast, self.props, self.locations)
        return {one.id for some in parts for one in some}

    def only(self, scenes: Iterable[str]) -> Story:
        """The same story with these scenes alone; cast, props and places stay whole."""
        wanted = set(scenes)
        return self.model_copy(update={"acts": tuple(self._acts_with(wanted))})

    def _acts_with(self, wanted: set[str]) -> Iterator[Act]:
        for act in self.acts:
            kept = tuple(scene for scene in act.scenes if scene.id in wanted)
            if kept:
                yield act.model_copy(update={"scenes": kept})
