"""The shapes that a model's answers must have: the drafts, narrowed to what exists and to the numbers asked for.

A shape is a class made for one call. Ids are lists of words to choose from, so that decoding under the schema can't
name anybody else, and an answer that was not decoded so is held to the same. Their schemas are plain: no maps, no
recursion, every property required, what may be open is the value or null.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from dreamgen.core.base import Record
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

_Draft = TypeVar("_Draft", bound=Record)
_Item = TypeVar("_Item", bound=Hashable)

_MOST_PLACES: Final = 12
_MOST_CAST: Final = 8
_MOST_PROPS: Final = 8
_SPARE_PLACES: Final = 4
_MOST_GONE: Final = 2
_MOST_STEPS: Final = 3


def _plain(schema: dict[str, Any]) -> None:
    """Everything is required, nothing has a default or a title."""
    properties = schema.get("properties", {})
    for one in properties.values():
        one.pop("default", None)
        one.pop("title", None)
    schema["required"] = list(properties)


class Asked(Record):
    """What all shapes share."""

    # the drafts' docstrings are on their fields already; looking for them in the source of each class takes long
    model_config = ConfigDict(json_schema_extra=_plain, use_attribute_docstrings=False)


def settled(answer: Record, draft: type[_Draft]) -> _Draft:
    """The answer as the draft that everybody else reads."""
    return draft.model_validate(answer.model_dump(include=set(draft.model_fields)))


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
    people = _narrowed(
        PersonDraft,
        kind=_one_of(offers.kinds),
        top=_maybe(_one_of(offers.tops)),
        colour=_maybe(Colour),
        hair=_maybe(_one_of(offers.hair)),
        hairstyle=_maybe(_one_of(offers.hairstyles)),
        hat=_maybe(_one_of(offers.hats)),
        likeness=_maybe(Name) if likeness else _NOTHING,
    )
    places = _narrowed(PlaceDraft, set=_one_of(offers.set_names))
    props = _narrowed(PropDraft, kind=_one_of(offers.props), colour=_maybe(Colour))
    few, many = places_for(scenes)
    shape = {
        "cast": _some(people, 1, 12) if plot else _some(people, 2, _MOST_CAST),
        "places": _some(places, 1, 24) if plot else _some(places, few, many),
        "props": _some(props, 0, 16 if plot else _MOST_PROPS),
        "questions": _questions(questions),
    }
    return _narrowed(Premise, **shape, **({"genre": _one_of((genre,))} if genre else {}))


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
    act = _narrowed(
        ActDraft,
        places=_ids(known.places, 1, 6),
        cast=_ids(known.cast, 1, 8),
        gone=_ids(known.cast, 0, _MOST_GONE),
        questions=_questions(questions),
    )
    return _narrowed(Outline, acts=_some(act, acts, acts))


def act_shape(known: Known, act: ActDraft, *, scenes: int, days: int, questions: int) -> type[Asked]:
    """Of the plan of an act with so many scenes on so many days at most, in its places, with its cast, and questions.

    The questions are about the act now that its scenes are known; `ActPlan` has no place for them, so they are read
    from the answer itself: see `questions_of`.
    """
    carried = _narrowed(Carried, who=_one_of(act.cast), what=_one_of(known.handy)) if known.handy else None
    scene = _narrowed(
        SceneDraft,
        place=_one_of(act.places),
        day=(Annotated[int, Field(ge=1, le=days)], ...),
        cast=_ids(act.cast, 1, 6),
        carried=_some(carried, 0, 3) if carried else _EMPTY,
        gone=_ids(act.cast, 0, _MOST_GONE),
        questions=_EMPTY,
    )
    return _narrowed(ActPlan, scenes=_some(scene, scenes, scenes), questions=_questions(questions))


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
    step = _narrowed(
        StepDraft,
        who=_one_of(here.cast),
        whom=_maybe(_one_of(others)) if len(others) > 1 else _NOTHING,
        using=_maybe(_one_of(here.handy)) if here.handy else _NOTHING,
    )
    sentence = (Annotated[int, Field(ge=told[0], le=told[1])], ...) if told else _NOTHING
    shot = _narrowed(ShotDraft, steps=_some(step, 1, _MOST_STEPS), tells=sentence)
    line = _narrowed(LineDraft, shot=(Annotated[int, Field(ge=1, le=shots)], ...), who=_one_of(here.cast))
    return _narrowed(
        ScenePlan,
        shots=_some(shot, shots, shots),
        dialogue=_some(line, *lines) if lines[1] else _EMPTY,
        questions=_questions(questions),
    )


def _narrowed(draft: type[Record], /, **fields: Any) -> type[Asked]:
    """The draft's fields in their order, some of them with other types, and what it has not besides."""
    inherited = {name: (field.annotation, field) for name, field in draft.model_fields.items()}
    for name, (kind, default) in fields.items():
        told = draft.model_fields[name].description if name in draft.model_fields else None
        inherited[name] = (kind, Field(default, description=told))
    name = draft.__name__.removesuffix("Draft")
    made: type[Asked] = create_model(name, __base__=Asked, __doc__=draft.__doc__, **inherited)  # type: ignore[call-overload]
    return made


def _one_of(names: Iterable[str]) -> tuple[Any, Any]:
    """One of these words."""
    return (Literal[tuple(dict.fromkeys(names))], ...)


def _maybe(kind: Any) -> tuple[Any, Any]:
    """This, or null; an answer that leaves it out means null."""
    inner = kind[0] if isinstance(kind, tuple) else kind
    return (inner | None, None)


def _some(kind: Any, fewest: int, most: int) -> tuple[Any, Any]:
    """A list of so many."""
    return (Annotated[tuple[kind, ...], Field(min_length=fewest, max_length=most)], ...)


def _ids(names: tuple[str, ...], fewest: int, most: int) -> tuple[Any, Any]:
    """A list of so many of these words, each at most once: what is said twice is said once."""
    one: Any = _one_of(names)[0]
    bounds = Field(min_length=fewest, max_length=min(most, len(set(names))))
    return (Annotated[tuple[one, ...], bounds, AfterValidator(_once)], ...)


def _once(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))


def _questions(number: int) -> tuple[Any, Any]:
    return _some(QuestionDraft, number, number) if number else _EMPTY


_hidden: Any = SkipJsonSchema
_EMPTY: Final = (_hidden[tuple[()]], ())
"""A list that is not asked for."""
_NOTHING: Final = (_hidden[None], None)
"""A value that is not asked for."""
