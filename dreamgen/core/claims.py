"""The waist: typed, checkable statements about a clip.

A claim holds during its span, `start` to `end` seconds of the clip. Whatever a question needs is a claim.
Entities are named by the ids that the clip's portraits use; `Presence` and `Attribute` say what they look like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, TypeAdapter, computed_field, model_validator

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.vocabulary import CameraMotion, Colour, Feeling, Pose, TimeOfDay, Weather

_ID: Final = "_id"
"""Where a claim keeps its id once it was asked for."""


class _Claim(Record):
    start: float = Field(ge=0.0)
    """Seconds from the start of the clip."""
    end: float = Field(ge=0.0)
    """Seconds from the start of the clip."""

    @model_validator(mode="before")
    @classmethod
    def _drop_id(cls, data: Any) -> Any:
        # files carry the id for people and joins; it follows from the rest
        return {key: value for key, value in data.items() if key != "id"} if isinstance(data, dict) else data

    @computed_field  # type: ignore[prop-decorator]
    @property
    def id(self) -> str:
        """Follows from the content, so a false twin's id tells nothing."""
        # a cached_property could be written over, and a private attribute would count when claims are compared
        known: str | None = self.__dict__.get(_ID)
        if known is None:
            known = self.__dict__[_ID] = "c" + fingerprint(self.model_dump(mode="json", exclude={"id"}))[:12]
        return known

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's own; what is said otherwise has another id."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop(_ID, None)
        return copied

    @property
    def about(self) -> tuple[str, ...]:
        """Ids of the entities that the claim speaks about."""
        values = (getattr(self, field, None) for field in ("entity", "other", "using"))
        return tuple(value for value in values if value)

    def shifted(self, seconds: float) -> Any:
        """The same statement about a clip in which everything happens `seconds` later."""
        return self.model_copy(update={"start": self.start + seconds, "end": self.end + seconds})


class Presence(_Claim):
    """An entity can be seen."""

    kind: Literal["presence"] = "presence"
    entity: str
    """Who or what."""
    what: str
    """What a viewer would call it: woman, old man, dog, lantern."""
    category: Literal["person", "animal", "prop"]
    """The sort of thing it is."""
    name: str | None = None
    """Its name in the story. The pixels do not show it."""


class Absence(_Claim):
    """An entity that the film knows can't be seen."""

    kind: Literal["absence"] = "absence"
    entity: str
    """Who or what."""
    what: str
    """What a viewer would call it."""
    category: Literal["person", "animal", "prop"]
    """The sort of thing it is."""
    name: str | None = None
    """Its name in the story. The pixels do not show it."""


class Attribute(_Claim):
    """An entity has a visible property."""

    kind: Literal["attribute"] = "attribute"
    entity: str
    """Who or what."""
    slot: str
    """Which: top, bottom, hair, hairstyle, hat, scarf, glasses, beard, bag, coat; `body` for a prop's own colour."""
    value: str
    """The thing itself: raincoat, short, glasses; for a prop its kind."""
    colour: Colour | None = None
    """Its colour, where the slot has one."""


class Count(_Claim):
    """So many different ones can be seen during the span."""

    kind: Literal["count"] = "count"
    what: Literal["people", "animals"]
    """What is counted."""
    number: int = Field(ge=0)
    """How many."""


class Action(_Claim):
    """An entity does something."""

    kind: Literal["action"] = "action"
    entity: str
    """Who."""
    action: Pose
    """What its body is seen doing."""
    using: str | None = None
    """The id of the prop in its hand."""


class Interaction(_Claim):
    """An entity does something to or with another."""

    kind: Literal["interaction"] = "interaction"
    entity: str
    """Who."""
    action: Literal["hug", "talk to", "look at", "point at", "wave at", "walk with", "chase"]
    """What."""
    other: str
    """To or with whom."""


class Expression(_Claim):
    """A face shows a feeling."""

    kind: Literal["expression"] = "expression"
    entity: str
    """Whose."""
    feeling: Feeling
    """Which."""


class Relation(_Claim):
    """Where one entity is, seen from another, in the picture."""

    kind: Literal["relation"] = "relation"
    entity: str
    """Who or what."""
    relation: Literal["left of", "right of", "in front of", "behind"]
    """Left and right as the viewer sees them."""
    other: str
    """Seen from whom or what."""


class Place(_Claim):
    """Where it happens."""

    kind: Literal["place"] = "place"
    place: str
    """The set that is seen: forest, street, room, harbour."""


class Time(_Claim):
    """The light."""

    kind: Literal["time_of_day"] = "time_of_day"
    time: TimeOfDay
    """Which."""


class WeatherIs(_Claim):
    """The weather."""

    kind: Literal["weather"] = "weather"
    weather: Weather
    """Which."""


class Order(_Claim):
    """One thing begins before another."""

    kind: Literal["order"] = "order"
    first: str
    """The id of the claim that begins earlier: a presence, action, interaction, place, speech or measured state."""
    second: str
    """The id of the claim that begins later."""


class Duration(_Claim):
    """How long the state of another claim lasts without a break."""

    kind: Literal["duration"] = "duration"
    of: str
    """The id of that claim."""
    seconds: float = Field(gt=0.0)
    """How long."""


class Movement(_Claim):
    """An entity goes somewhere over the ground."""

    kind: Literal["movement"] = "movement"
    entity: str
    """Who."""
    direction: Literal["left", "right", "none"]
    """Where to, as the viewer sees it, with the camera's own motion taken off."""


class CameraMove(_Claim):
    """What the camera does."""

    kind: Literal["camera_move"] = "camera_move"
    move: CameraMotion
    """Which."""


class Cut(_Claim):
    """The picture changes at once from one shot to the next. Its span is [at, at]."""

    kind: Literal["cut"] = "cut"

    @property
    def at(self) -> float:
        """Seconds from the start of the clip to the first frame of the new shot."""
        return self.start


class Speech(_Claim):
    """Words are spoken and shown as a caption in the picture."""

    kind: Literal["speech"] = "speech"
    entity: str
    """Who speaks."""
    words: str
    """The words, as written on the caption."""


class Cause(_Claim):
    """One thing happens because of something that the text states."""

    kind: Literal["cause"] = "cause"
    effect: str
    """The id of the claim that is explained."""
    because: str
    """The reason, in the text's own words. The pixels do not show it."""


class Narration(_Claim):
    """What the story tells of this span."""

    kind: Literal["narration"] = "narration"
    text: str
    """The plot's own words. The pixels do not show them."""


class Description(_Claim):
    """What somebody who looked says of this span, or of one entity in it."""

    kind: Literal["description"] = "description"
    entity: str | None = None
    """Whom or what it describes; None for the whole picture."""
    text: str = Field(min_length=1)
    """One or several sentences."""
    by: tuple[str, ...] = ()
    """Who says so: for each model that had a part in it one line, `model prompt@hash`; empty where no model had. What
    was said together has the same lines."""
    nth: int = Field(default=0, ge=0)
    """Which part of a longer text it is, from 0: parts with the same times are told again in this order."""


class Shots(_Claim):
    """The span consists of so many shots, from cut to cut, and nothing fades or dissolves from one into another."""

    kind: Literal["shots"] = "shots"
    number: int = Field(ge=1)
    """How many; 1 for a span without a cut."""


class Light(_Claim):
    """How bright the picture is."""

    kind: Literal["light"] = "light"
    level: Literal["dark", "dim", "bright"]
    """Which."""


class Tint(_Claim):
    """One colour covers more of the picture than any other."""

    kind: Literal["tint"] = "tint"
    colour: Colour
    """Which."""


class Motion(_Claim):
    """How much of the picture moves, with the camera's own motion taken off."""

    kind: Literal["motion"] = "motion"
    amount: Literal["none", "little", "much"]
    """How much."""
    direction: Literal["left", "right", "up", "down", "none"] = "none"
    """Where to most of it moves, as the viewer sees it; none where there is no such direction."""


class Loudness(_Claim):
    """How loud the sound is."""

    kind: Literal["loudness"] = "loudness"
    level: Literal["silent", "quiet", "loud"]
    """Which."""


Claim = Annotated[
    Presence | Absence | Attribute | Count | Action | Interaction | Expression | Relation | Place | Time | WeatherIs
    | Order | Duration | Movement | CameraMove | Cut | Speech | Cause | Narration
    | Description | Shots | Light | Tint | Motion | Loudness,
    Field(discriminator="kind"),
]  # fmt: skip
"""Any claim; `kind` says which."""

CLAIM: TypeAdapter[Claim] = TypeAdapter(Claim)
"""Reads a claim from JSON: `CLAIM.validate_json(line)`."""

CLAIM_KINDS = (
    "presence", "absence", "attribute", "count", "action", "interaction", "expression", "relation", "place",
    "time_of_day", "weather", "order", "duration", "movement", "camera_move", "cut", "speech", "cause", "narration",
    "description", "shots", "light", "tint", "motion", "loudness",
)  # fmt: skip
"""Every kind, in the order of the reports."""
