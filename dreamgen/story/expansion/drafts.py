"""What a model is asked to write: premise, outline, scenes, shots. DreamFrame's levels 1 to 3 (arXiv 2403.01422, 3).

These are the shapes that a reply is read into. What may be named in one of them is narrowed to what the levels above
have settled, and its lists to the numbers that were asked for, by `shapes`. A draft is a proposal: the state that it
leads to is checked by `story.world` before it becomes a `Story`. All texts are bounded, so that decoding under the
schema always ends.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dreamgen.core.base import Explained, Record
from dreamgen.core.vocabulary import Colour, Feeling, Framing, TimeOfDay, Weather

Name = Annotated[str, Field(min_length=1, max_length=40)]
"""A name, or a short noun phrase."""
Line = Annotated[str, Field(min_length=1, max_length=200)]
"""One sentence."""
Passage = Annotated[str, Field(min_length=1, max_length=600)]
"""A few sentences."""
Id = Annotated[str, Field(min_length=1, max_length=40)]
"""The id of a member of the cast, a prop or a place: what `ids` makes of its name."""
Verb = Annotated[str, Field(min_length=1, max_length=24)]
"""A verb in the base form."""


class QuestionDraft(Explained):
    """A question about one part, with its answer."""

    question: Line
    """Begins with what, why, how or where."""
    answer: Line
    """One or two sentences."""


class PersonDraft(Explained):
    """A member of the cast, man or beast."""

    name: Name
    """How the story calls it."""
    kind: Name
    """What a viewer sees: woman, old man, dog."""
    looks: Line
    """In words, of the writer's own invention."""
    top: Name | None = None
    """What is worn above; None for an animal, or to leave it open."""
    colour: Colour | None = None
    """Of that, or of an animal's coat."""
    hair: Name | None = None
    """Its tone."""
    hairstyle: Name | None = None
    """Its cut."""
    hat: Name | None = None
    """What is on the head."""
    glasses: bool = False
    """Whether it wears glasses."""
    beard: bool = False
    """Whether it has a beard."""
    likeness: Name | None = None
    """A real person to look like; asked for only where that is allowed."""


class PlaceDraft(Explained):
    """A place of the story."""

    name: Name
    """Two words at most, nobody's name in it: old harbour."""
    set: Name
    """Which of the sets shows it."""


class PropDraft(Explained):
    """A thing that matters."""

    name: Name
    """How the story calls it."""
    kind: Name
    """Which of the things that can be drawn it is."""
    colour: Colour | None = None
    """Its colour."""


class Premise(Explained):
    """What the whole story is about and made of."""

    title: Name
    """For the title card."""
    overview: Passage
    """The whole story in a few sentences, its end too."""
    genre: Name
    """One word."""
    tone: Line
    """Adjectives and short phrases; the most important in ((double brackets)), as DreamFrame writes them."""
    style_word: Name
    """One word that stands for the style."""
    cast: tuple[PersonDraft, ...] = Field(min_length=1, max_length=12)
    """Everybody; main characters first."""
    places: tuple[PlaceDraft, ...] = Field(min_length=1, max_length=24)
    """All places; no scene is set anywhere else."""
    props: tuple[PropDraft, ...] = Field(max_length=16)
    """Things that are held or stand about."""
    questions: tuple[QuestionDraft, ...] = Field(max_length=4)
    """About the whole story."""


class ActDraft(Explained):
    """One act (DreamFrame: substory) in the outline."""

    title: Name
    """A short line."""
    content: Passage
    """What happens in it."""
    places: tuple[Id, ...] = Field(min_length=1, max_length=6)
    """Where."""
    cast: tuple[Id, ...] = Field(min_length=1, max_length=8)
    """Who is in it."""
    gone: tuple[Id, ...] = Field(max_length=4)
    """Who dies or leaves the story for good in it."""
    questions: tuple[QuestionDraft, ...] = Field(max_length=4)
    """About this act."""


class Outline(Explained):
    """All acts."""

    acts: tuple[ActDraft, ...] = Field(min_length=1, max_length=60)
    """In order."""


class Carried(Explained):
    """Who comes with what in hand."""

    who: Id
    """Of the cast."""
    what: Id
    """A prop."""


class SceneDraft(Explained):
    """One scene (DreamFrame: tinystory) of an act: one place, one light."""

    title: Name
    """A short line."""
    content: Passage
    """What happens in it."""
    place: Id
    """Where."""
    day: int = Field(ge=1, le=999)
    """Days since the story began; the first day is 1."""
    time_of_day: TimeOfDay
    """The light. Within a day it goes day, sunset, night."""
    weather: Weather
    """Outside."""
    cast: tuple[Id, ...] = Field(min_length=1, max_length=6)
    """Who is there, at any time of the scene."""
    carried: tuple[Carried, ...] = Field(max_length=4)
    """What they hold when it begins."""
    gone: tuple[Id, ...] = Field(max_length=4)
    """Who dies or leaves the story for good in it."""
    questions: tuple[QuestionDraft, ...] = Field(max_length=4)
    """About this scene."""


class ActPlan(Explained):
    """The scenes of one act."""

    scenes: tuple[SceneDraft, ...] = Field(min_length=1, max_length=60)
    """In order."""


class StepDraft(Explained):
    """Somebody does something: the smallest thing that can be wrong, and be asked for again."""

    who: Id
    """Of the scene's cast."""
    does: Verb
    """The verb."""
    whom: Id | None = None
    """To or with whom or what: a member of the cast or a prop."""
    using: Id | None = None
    """The prop in the hand."""
    feels: Feeling | None = None
    """What the face shows."""


class ShotDraft(Explained):
    """One take of the camera (DreamFrame: frame)."""

    text: Line
    """What is seen, in one sentence with the names of those who are seen."""
    framing: Framing
    """How much of them."""
    steps: tuple[StepDraft, ...] = Field(min_length=1, max_length=3)
    """What happens, in order."""
    tells: int | None = Field(default=None, ge=1)
    """Which of the numbered sentences of a given plot it shows; None for an invented story."""


class LineDraft(Explained):
    """Something that is said."""

    shot: int = Field(ge=1)
    """In, or right after, which shot of the scene; the first is 1."""
    who: Id
    """Who speaks."""
    words: Line
    """What is said."""


class ScenePlan(Explained):
    """The shots of one scene."""

    shots: tuple[ShotDraft, ...] = Field(min_length=1, max_length=60)
    """In order."""
    dialogue: tuple[LineDraft, ...] = Field(max_length=60)
    """In order."""
    questions: tuple[QuestionDraft, ...] = Field(max_length=4)
    """About this scene, now that its shots are known."""


class SceneWork(Record):
    """A scene with what became of it."""

    draft: SceneDraft
    """As the act's plan has it."""
    plan: ScenePlan | None = None
    """Its shots; None when the model could not write them."""
    told: tuple[int, int] | None = None
    """First and last number of a given plot's sentences that it tells."""


class ActWork(Record):
    """An act with what became of it."""

    draft: ActDraft
    """As the outline has it."""
    scenes: tuple[SceneWork, ...] = ()
    """In order; none when the model could not write them."""


class StoryDraft(Record):
    """Everything that the model has written, ready to become a `Story`."""

    premise: Premise
    """The whole."""
    acts: tuple[ActWork, ...]
    """In order."""
