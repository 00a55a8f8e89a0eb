"""The shapes that a model's answers must have: the drafts, narrowed to what exists and to the numbers asked for.

A shape is a class made for one call. Ids are lists of words to choose from, so that decoding under the schema can't
name anybody else, and an answer that was not decoded so is held to the same. Their schemas are plain: no maps, no
recursion, every property required, what may be open is the value or null.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any, Final

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.narrowing import EMPTY, NOTHING, Asked, ids, maybe, narrowed, one_of, settled, some
from dreamgen.core.vocabulary import Colour
from dreamgen.story.expansion.drafts import (
    ActDraft,
    ActPlan,
    Carried,
    LineDraft,
    Name,
    Outline,
    PersonDraft,
    PlaceDraft,
    Premise,
    PropDraft,
    QuestionDraft,
    SceneDraft,
    ScenePlan,
    ShotDraft,
    StepDraft,
)
from dreamgen.story.expansion.ids import ids_of
from dreamgen.story.offers import Offers

__all__ = [
    "Asked", "Known", "act_shape", "known_of", "outline_shape", "places_for", "premise_shape", "questions_of",
    "scene_shape", "settled",
]  # fmt: skip

_MOST_PLACES: Final = 12
_MOST_CAST: Final = 8
_MOST_PROPS: Final = 8
_SPARE_PLACES: Final = 4
_MOST_GONE: Final = 2
_MOST_STEPS: Final = 3


def questions_of(answer: Record) -> tuple[QuestionDraft, ...]:
    """The questions of an answer whose draft has no place for them."""
    return tuple(getattr(answer, "questions", ()))


def premise_shape(
    offers: Offers, *, plot: bool, scenes: int, genre: str, likeness: bool, questions: int
) -> type[Asked]:
    """Of a premise.

    Args:
        offers: what can be drawn.
        plot: whether its cast, places and things are a plot's, as many as that has; or as many as an invented story
            of so many scenes can use.
        scenes: of the whole story.
        genre: the one that was asked for; empty leaves it open.
        likeness: whether a real person may be named.
        questions: about the whole story.
    """
    people = narrowed(
        PersonDraft,
        kind=one_of(offers.kinds),
        top=maybe(one_of(offers.tops)),
        colour=maybe(Colour),
        hair=maybe(one_of(offers.hair)),
        hairstyle=maybe(one_of(offers.hairstyles)),
        hat=maybe(one_of(offers.hats)),
        likeness=maybe(Name) if likeness else NOTHING,
    )
    places = narrowed(PlaceDraft, set=one_of(offers.set_names))
    props = narrowed(PropDraft, kind=one_of(offers.props), colour=maybe(Colour))
    few, many = places_for(scenes)
    shape = {
        "cast": some(people, 1, 12) if plot else some(people, 2, _MOST_CAST),
        "places": some(places, 1, 24) if plot else some(places, few, many),
        "props": some(props, 0, 16 if plot else _MOST_PROPS),
        "questions": _questions(questions),
    }
    return narrowed(Premise, **shape, **({"genre": one_of((genre,))} if genre else {}))


def places_for(scenes: int) -> tuple[int, int]:
    """Fewest and most places of an invented story of so many scenes; a large one has at least DreamFrame's twelve."""
    few = min(_MOST_PLACES, max(2, ceil(scenes / 2)))
    return few, few + _SPARE_PLACES


@dataclass(frozen=True)
class Known:
    """Ids that may be named."""

    cast: tuple[str, ...]
    places: tuple[str, ...]
    props: tuple[str, ...]
    """All things."""
    handy: tuple[str, ...]
    """Those for a hand."""


def known_of(premise: Premise, offers: Offers) -> Known:
    """All ids of a premise."""
    ids = ids_of(premise)
    kinds = zip(ids.props, premise.props, strict=True)
    return Known(ids.cast, ids.places, ids.props, tuple(one for one, prop in kinds if prop.kind in offers.held))


def outline_shape(known: Known, acts: int, questions: int) -> type[Asked]:
    """Of an outline with so many acts, and so many questions about each."""
    act = narrowed(
        ActDraft,
        places=ids(known.places, 1, 6),
        cast=ids(known.cast, 1, 8),
        gone=ids(known.cast, 0, _MOST_GONE),
        questions=_questions(questions),
    )
    return narrowed(Outline, acts=some(act, acts, acts))


def act_shape(known: Known, act: ActDraft, *, scenes: int, days: int, questions: int) -> type[Asked]:
    """Of the plan of an act with so many scenes on so many days at most, in its places, with its cast, and questions.

    The questions are about the act now that its scenes are known; `ActPlan` has no place for them, so they are read
    from the answer itself: see `questions_of`.
    """
    carried = narrowed(Carried, who=one_of(act.cast), what=one_of(known.handy)) if known.handy else None
    scene = narrowed(
        SceneDraft,
        place=one_of(act.places),
        day=(Annotated[int, Field(ge=1, le=days)], ..., "Days since the act began; the first day is 1."),
        cast=ids(act.cast, 1, 6),
        carried=some(carried, 0, 3) if carried else EMPTY,
        gone=ids(act.cast, 0, _MOST_GONE),
        questions=EMPTY,
    )
    late = (*_questions(questions), "About the act, now that its scenes are known.")
    return narrowed(ActPlan, scenes=some(scene, scenes, scenes), questions=late)


def scene_shape(
    here: Known, *, shots: int, lines: tuple[int, int], told: tuple[int, int] | None, questions: int
) -> type[Asked]:
    """Of the shots of a scene.

    Args:
        here: who and what is in it; nobody else acts or speaks.
        shots: how many.
        lines: fewest and most lines of dialogue.
        told: the numbered sentences of a plot that the shots tell; None for an invented story.
        questions: about the scene.
    """
    others = (*here.cast, *here.props)
    step = narrowed(
        StepDraft,
        who=one_of(here.cast),
        whom=maybe(one_of(others)) if len(others) > 1 else NOTHING,
        using=maybe(one_of(here.handy)) if here.handy else NOTHING,
    )
    sentence = (Annotated[int, Field(ge=told[0], le=told[1])], ...) if told else NOTHING
    shot = narrowed(ShotDraft, "tells", steps=some(step, 1, _MOST_STEPS), tells=sentence)
    line = narrowed(LineDraft, shot=(Annotated[int, Field(ge=1, le=shots)], ...), who=one_of(here.cast))
    return narrowed(
        ScenePlan,
        shots=some(shot, shots, shots),
        dialogue=some(line, *lines) if lines[1] else EMPTY,
        questions=_questions(questions),
    )


def _questions(number: int) -> tuple[Any, Any]:
    return some(QuestionDraft, number, number) if number else EMPTY
