"""Who is in a shot, and what each body does there, before anybody has a place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from dreamgen.core.story import Event, Shot, Story
from dreamgen.core.vocabulary import Facing, Feeling, PersonKind, Pose
from dreamgen.story.directions import turns, way_of

Sort = Literal["person", "animal", "prop"]

PEOPLE = frozenset(get_args(PersonKind))
MOVING: frozenset[Pose] = frozenset({"walk", "run"})
ANIMAL_POSES: frozenset[Pose] = frozenset({"stand", "walk", "run", "sit", "lie"})
"""All that an animal's body can do; the rest it does standing."""

STANDING_PROPS = frozenset(
    {"bed", "table", "chair", "bench", "chest", "boat", "tree stump", "sleigh", "fence", "well", "tent", "fire"}
)
"""Props that stand on the ground; all others are held."""

SEATS: dict[Pose, dict[str, int]] = {
    "sit": {"bench": 2, "chair": 1, "tree stump": 1, "chest": 1, "bed": 2}, "lie": {"bed": 1}
}  # fmt: skip
"""How many people can sit or lie on a standing prop."""

_CHASES = frozenset({"chase", "hunt", "pursue", "stalk"})
_FOLLOWS = frozenset({"follow", "trail", "tail", "shadow"})
_LEADS = frozenset({"lead", "guide"})
_FLEES = frozenset({"flee", "escape", "evade", "elude"})
_RUNS_AFTER = re.compile(
    r"\b(?:r[au]n(?:s|ning)?|rush\w*|hurr\w+|rac(?:es?|ed|ing)|dash\w*|go(?:es|ing)?|went) after\b"
)
_TURNS: frozenset[Pose] = frozenset({"talk", "look", "hug", "wave", "point"})
"""Poses that are done towards somebody, who turns around for them."""


@dataclass(frozen=True)
class Body:
    """One character or standing prop of a shot."""

    who: str
    """The id."""
    sort: Sort
    """What kind of thing it is."""
    pose: Pose = "stand"
    """What it does."""
    expression: Feeling = "neutral"
    """What its face shows."""
    holds: str | None = None
    """The id of the prop in its hand."""
    partner: str | None = None
    """Whom it hugs."""
    towards: str | None = None
    """Whom or what it turns to."""
    along: str | None = None
    """With whom it moves in one direction."""
    behind: str | None = None
    """After whom it goes: one who chases, follows or is led."""
    ahead_of: str | None = None
    """From whom it goes away: one who is chased or followed, leads or flees."""
    way: Facing | None = None
    """The side to which the plot says that it goes, points or looks."""
    on: str | None = None
    """The standing prop that it sits or lies on."""
    rank: int = 0
    """Importance; 0 is the one that the shot is about."""


def sort_of(story: Story, who: str) -> Sort:
    """Whether `who` is a person, an animal or a prop."""
    character = story.character(who)
    if character is None:
        return "prop"
    return "person" if character.kind in PEOPLE else "animal"


def bodies_of(story: Story, shot: Shot, extras: Sequence[str], moods: Mapping[str, Feeling]) -> tuple[Body, ...]:
    """The bodies of a shot, most important first.

    Args:
        story: the whole story.
        shot: the shot, not staged yet.
        extras: characters that are there although no event names them.
        moods: what faces showed before, for those whose feeling the shot doesn't tell.
    """
    named = dict.fromkeys((*shot.present, *extras))
    shown = [who for who in named if story.character(who) or _stands(story, who)]
    bodies = {who: _body(story, shot, who, moods) for who in shown}
    for body in tuple(bodies.values()):
        _answer(bodies, body)
    _keep_apart(bodies)
    _sit_down(story, bodies)
    acting = {event.who for event in shot.events}

    def importance(who: str) -> tuple[bool, bool, bool, int]:
        character = story.character(who)
        return character is None, who not in acting, not (character and character.role == "main"), shown.index(who)

    ranked = sorted(bodies, key=importance)
    return tuple(replace(bodies[who], rank=rank) for rank, who in enumerate(ranked))


def _stands(story: Story, what: str) -> bool:
    prop = story.prop(what)
    return prop is not None and prop.kind in STANDING_PROPS


def main_event(shot: Shot, who: str) -> Event | None:
    """The event that decides the pose of `who`: a body does one thing in a shot, at best one that really shows it."""
    own = [event for event in shot.events if event.who == who]
    telling = [event for event in own if event.seen and event.does not in ("stand", "talk")]
    return next(iter(telling or own), None)


def _body(story: Story, shot: Shot, who: str, moods: Mapping[str, Feeling]) -> Body:
    sort = sort_of(story, who)
    if sort == "prop":
        return Body(who=who, sort=sort)
    event = main_event(shot, who)
    felt = next((event.feels for event in shot.events if event.who == who and event.feels), None)
    body = Body(who=who, sort=sort, expression=felt or moods.get(who, "neutral"))
    if event is None:
        return body
    holds = _in_hand(story, shot, who) if sort == "person" else None
    other = event.whom if event.whom != who else None
    body = replace(body, pose=_pose(story, event, holds, sort), holds=holds, towards=other)
    if body.pose in MOVING or turns(event, body.pose):
        body = replace(body, way=way_of(shot, event))
    if body.pose == "hug":
        return replace(body, partner=other)
    return _moved(shot, event, body, other) if body.pose in MOVING and other else body


def _moved(shot: Shot, event: Event, body: Body, other: str) -> Body:
    """The body with whom it goes along, after whom and from whom."""
    if is_chase(event):
        return replace(body, along=other, behind=other)
    # whom somebody leads or follows goes too, unless the shot has something else for that one to do
    theirs = main_event(shot, other)
    along = other if theirs is None or theirs.does in MOVING else None
    if event.action in _FOLLOWS or _RUNS_AFTER.search(event.text):
        return replace(body, along=along, behind=other)
    if event.action in _LEADS:
        return replace(body, along=along, ahead_of=other if along else None)
    if event.action in _FLEES:
        return replace(body, ahead_of=other)
    return replace(body, along=other) if " with " in f" {event.text} " else body


def _in_hand(story: Story, shot: Shot, who: str) -> str | None:
    for event in shot.events:
        if event.who == who:
            for what in (event.using, event.whom if event.does == "hold" else None):
                if what and story.prop(what) and not _stands(story, what):
                    return what
    return None


def _pose(story: Story, event: Event, holds: str | None, sort: Sort) -> Pose:
    if sort == "animal":
        return event.does if event.does in ANIMAL_POSES else "stand"
    if event.does == "hug" and (
        event.whom is None or event.whom == event.who or sort_of(story, event.whom) != "person"
    ):
        # arms close around a person only; one kneels down to an animal
        return "kneel" if event.whom and sort_of(story, event.whom) == "animal" else "stand"
    if holds is not None and event.does == "stand":
        return "hold"
    if holds is None and event.does == "hold":
        return "stand"
    return event.does


def is_chase(event: Event) -> bool:
    """Whether the event is somebody running or walking after another."""
    return event.action in _CHASES


def _keep_apart(bodies: dict[str, Body]) -> None:
    """Of two that go one way because of each other one is ahead, and both know who."""
    for who in bodies:
        body = bodies[who]
        chased, led = bodies.get(body.behind or ""), bodies.get(body.ahead_of or "")
        if chased is not None and chased.pose in MOVING:
            # two who chase each other: the one that is told first chases
            after = None if chased.behind == who else chased.behind
            bodies[chased.who] = replace(chased, behind=after, ahead_of=chased.ahead_of or who)
        elif led is not None and led.pose in MOVING and led.behind is None and led.ahead_of != who:
            bodies[led.who] = replace(led, behind=who)


def _sit_down(story: Story, bodies: dict[str, Body]) -> None:
    """Whoever sits or lies down where there's furniture for it is on it, as long as it has room."""
    for thing in [body for body in bodies.values() if body.sort == "prop"]:
        prop = story.prop(thing.who)
        taken: set[Pose] = set()
        room = 0
        for body in tuple(bodies.values()):
            places = SEATS.get(body.pose, {}).get(prop.kind if prop else "", 0)
            if body.sort != "person" or body.on or not places or (taken and body.pose not in taken) or room >= places:
                continue
            bodies[body.who] = replace(body, on=thing.who, towards=None if body.towards == thing.who else body.towards)
            taken.add(body.pose)
            room += 1


def _answer(bodies: dict[str, Body], body: Body) -> None:
    """Those who are talked to, hugged or run after do what that takes of them."""
    other = bodies.get(body.towards or "")
    if other is None or other.sort == "prop":
        return
    if body.pose == "hug" and body.partner == other.who:
        bodies[other.who] = replace(other, pose="hug", partner=body.who, towards=body.who, along=None)
    elif body.along and other.pose not in MOVING:
        bodies[other.who] = replace(other, pose=body.pose, along=body.who)
    elif body.pose in MOVING and other.pose in MOVING and body.along is None and other.towards != body.who:
        bodies[body.who] = replace(body, along=other.who)
    elif other.towards is None and (body.pose in _TURNS or body.pose in MOVING or other.pose == "stand"):
        bodies[other.who] = replace(other, towards=body.who)
