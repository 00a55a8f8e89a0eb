"""Blocking: who stands on which side, looks which way and goes where; what one shot of a scene leaves to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from dreamgen.core.base import derived_random
from dreamgen.core.layout import Placement
from dreamgen.core.story import Scene, Story
from dreamgen.core.vocabulary import Facing, Feeling
from dreamgen.illustrator.measure import box_at, dangle, figure_size, hug_gap, prop_size
from dreamgen.story.bodies import MOVING, Body
from dreamgen.story.units import Measured

_ROWS: Final = (0.16, 0.30)  # depths between which the main row stands: nearer than what furnishes the sets
_BACK_ROW: Final = 0.25  # how much farther back the third and later ones stand
_MATTRESS: Final = 0.55  # of a bed's height
_STEP: Final[Mapping[Facing, Literal[-1, 1]]] = MappingProxyType({"left": -1, "right": 1})


@dataclass
class SceneMemory:
    """What one shot of a scene leaves to the next: sides, places, directions, moods."""

    order: list[str] = field(default_factory=list)
    """Everybody seen so far, from left to right: the 180° rule in a list."""
    middles: dict[str, float] = field(default_factory=dict)
    facings: dict[str, Facing] = field(default_factory=dict)
    moods: dict[str, Feeling] = field(default_factory=dict)


def measured(story: Story, scene: Scene, cast: Sequence[Body], memory: SceneMemory) -> list[Measured]:
    """The cast of a take from left to right, with size, depth and direction."""
    there = {body.who: body for body in cast}
    ordered = _together([there[who] for who in memory.order if who in there])
    found = []
    for body in ordered:
        goes = _goes(story, scene, body, ordered, memory)
        facing: Facing = ("right" if goes > 0 else "left") if goes else _facing(body, ordered, memory)
        foot, reach = _hug(story, body, facing)
        depth = _depth(story, scene, body, there)
        found.append(Measured(body, _size(story, body), depth, facing, goes, foot, reach, _lift(story, body)))
    return found


def _together(ordered: Sequence[Body]) -> list[Body]:
    """Those who hug, and furniture with those who are on it, side by side where the first of them stands."""
    blocks: dict[str, list[Body]] = {}
    there = {body.who for body in ordered}
    for body in ordered:
        partner = body.partner if body.partner in there else None
        blocks.setdefault(body.on or (min(body.who, partner) if partner else body.who), []).append(body)
    return [body for block in blocks.values() for body in block]


def _lift(story: Story, body: Body) -> float:
    character = story.character(body.who)
    if character is not None and body.pose == "sit":
        return dangle(character)
    thing = story.prop(body.on or "")
    return prop_size(thing)[1] * _MATTRESS if thing is not None and body.pose == "lie" else 0.0


def _hug(story: Story, body: Body, facing: Facing) -> tuple[float, float]:
    """Where the feet are in the box, and how far from the partner's."""
    character, partner = story.character(body.who), story.character(body.partner or "")
    if character is None or partner is None:
        return 0.5, 0.0
    box = box_at(character, body.pose, facing, (0.0, 0.0))
    return -box.x0 / box.width, hug_gap(character, partner)


def _size(story: Story, body: Body) -> tuple[float, float]:
    character, prop = story.character(body.who), story.prop(body.who)
    if character is not None:
        return figure_size(character, body.pose)
    assert prop is not None, f"{body.who} is neither a character nor a prop"
    return prop_size(prop)


def _depth(story: Story, scene: Scene, body: Body, there: dict[str, Body]) -> float:
    pair = sorted((body.who, body.partner)) if body.partner in there else [body.who]
    own = derived_random(story.seed, "depth", scene.id, *(who for who in pair if who)).uniform(*_ROWS)
    behind = body.rank >= 2 and body.partner not in there and body.along is None
    return min(1.0, own + _BACK_ROW) if behind else own


def _goes(story: Story, scene: Scene, body: Body, ordered: Sequence[Body], memory: SceneMemory) -> Literal[-1, 0, 1]:
    if body.pose not in MOVING:
        return 0
    there = {other.who: other for other in ordered}
    order = memory.order
    if body.behind in order:
        return 1 if order.index(body.behind) > order.index(body.who) else -1
    if body.ahead_of in order:
        return 1 if order.index(body.ahead_of) < order.index(body.who) else -1
    if body.way is not None:
        return _STEP[body.way]
    leader = there.get(body.along or "")
    if leader is not None and leader.way is not None and leader.pose in MOVING:
        return _STEP[leader.way]
    if leader is not None:
        # of two that move together the one that is more important says where to
        first, second = (body, leader) if body.rank < leader.rank else (leader, body)
        chases = memory.order.index(second.who) > memory.order.index(first.who)
        return 1 if chases else -1
    if body.towards in there:
        return 1 if memory.order.index(body.towards) > memory.order.index(body.who) else -1
    # those who go nowhere in particular go where the first of them goes
    first = min((other for other in ordered if other.pose in MOVING), key=lambda other: other.rank)
    if first.who != body.who:
        return _goes(story, scene, first, ordered, memory)
    return 1 if derived_random(story.seed, "way", scene.id, body.who).random() < 0.5 else -1


def _facing(body: Body, ordered: Sequence[Body], memory: SceneMemory) -> Facing:
    if body.way is not None:
        return body.way
    rider = next((other for other in ordered if other.on == body.who), None)
    if rider is not None:
        return _facing(rider, ordered, memory)  # one sits on a chair with one's back to its back
    at = memory.order.index(body.who)
    if body.towards in memory.order:
        return "right" if memory.order.index(body.towards) > at else "left"
    others = [other for other in ordered if other.who != body.who and other.sort != "prop"]
    if others:
        most = min(others, key=lambda other: other.rank)
        return "right" if memory.order.index(most.who) > at else "left"
    if body.who in memory.facings:
        return memory.facings[body.who]
    return "right" if at * 2 < len(memory.order) else "left"


def remember_sides(story: Story, scene: Scene, bodies: Sequence[Body], memory: SceneMemory) -> None:
    """Newcomers get a side: beside the one they turn to, otherwise left or right by lot."""
    for body in bodies:
        if body.who in memory.order:
            continue
        right = derived_random(story.seed, "side", scene.id, body.who).random() < 0.5
        partner = body.partner or body.along or next((one.who for one in bodies if one.on == body.who), None)
        if partner in memory.order:
            memory.order.insert(memory.order.index(partner) + right, body.who)
        else:
            memory.order.insert(len(memory.order) if right else 0, body.who)
    for row in _rows_of(bodies):
        _line_up(row, memory)


@dataclass
class _Row:
    """Those who go one after the other, or to one side."""

    fronts: dict[str, str]
    """Who is right in front of whom, by the one behind."""
    way: Facing | None
    """Where they are told to go."""

    @property
    def members(self) -> set[str]:
        """All of them."""
        return {*self.fronts, *self.fronts.values()}

    def steps(self, who: str) -> int:
        """How many of them are in front of `who`."""
        passed = {who}
        while (who := self.fronts.get(who, who)) not in passed:
            passed.add(who)
        return len(passed)


def _rows_of(bodies: Sequence[Body]) -> list[_Row]:
    """The rows of a shot, none of which shares anybody with another."""
    there = {body.who: body for body in bodies}
    rows: list[_Row] = []
    for body in sorted(bodies, key=lambda one: one.rank):
        if body.behind in there:
            pair = body.who, body.behind
        elif body.ahead_of in there:
            pair = body.ahead_of, body.who
        elif body.way is not None and body.towards in there:
            pair = body.who, body.towards
        else:
            continue
        last = there[pair[0]]
        if last.behind not in (None, pair[1]) and last.behind in there:
            continue  # it goes after somebody else
        fronts, way = dict([pair]), there[pair[0]].way or there[pair[1]].way
        for row in [row for row in rows if row.members & set(pair)]:
            fronts, way = {**fronts, **row.fronts}, row.way or way
            rows.remove(row)
        rows.append(_Row(fronts, way))
    return rows


def _line_up(row: _Row, memory: SceneMemory) -> None:
    """Nobody chases forwards whom the picture shows behind: whoever is on the wrong side comes over."""
    places = sorted(memory.order.index(who) for who in row.members)
    back, front = next(reversed(row.fronts.items()))
    onwards = memory.order.index(front) > memory.order.index(back)
    sign = _STEP[row.way] if row.way is not None else 1 if onwards else -1
    members = sorted((memory.order[at] for at in places), key=lambda who: -sign * row.steps(who))
    for at, who in zip(places, members, strict=True):
        memory.order[at] = who


def remember(placements: Sequence[Placement], memory: SceneMemory) -> None:
    """Takes note of where everybody ended up."""
    for placement in placements:
        memory.facings[placement.who] = placement.facing
        memory.middles[placement.who] = placement.at(1.0).centre[0]
