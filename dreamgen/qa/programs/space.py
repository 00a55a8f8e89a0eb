"""Left and right, which way somebody goes, and what the camera does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dreamgen.core.claims import CameraMove, Movement, Presence, Relation
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, around, throughout
from dreamgen.language.wording import words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.persons import invented, others

_WAYS = {"left": "to the left", "right": "to the right", "none": "nowhere"}
_SIDEWAYS = ("to the left", "to the right")
_SIDES = ("left of", "right of")


def side_of(world: World, entity: str, other: str, start: str, end: str) -> str | None:
    """`to the left` or `to the right`, where the entity is all the time seen from `other`."""
    found = set()
    for claim in world.during(Relation, float(start), float(end)):
        if claim.relation in _SIDES and {claim.entity, claim.other} == {entity, other}:
            left = (claim.relation == "left of") == (claim.entity == entity)
            found.add("to the left" if left else "to the right")
    return found.pop() if len(found) == 1 else None


def who_is_beside(world: World, relation: str, other: str, start: str, end: str) -> str | None:
    """The only one on that side of `other`."""
    span = float(start), float(end)
    found = {c.entity for c in world.during(Relation, *span) if c.other == other and c.relation == relation}
    turned = _SIDES[1 - _SIDES.index(relation)]
    found |= {c.other for c in world.during(Relation, *span) if c.entity == other and c.relation == turned}
    beings = {c.entity for c in world.during(Presence, *span) if c.category != "prop"} - {other}
    placed = {c.entity if c.other == other else c.other for c in world.during(Relation, *span) if other in c.about}
    # somebody whose side is not claimed could stand there too
    found = (
        {who for who in found if world.entities[who].category != "prop"}
        if beings <= placed and world.closed(*span)
        else set()
    )
    described = mention(world, found.pop(), span=span) if len(found) == 1 else None
    return described.text if described else None


def direction_of(world: World, entity: str, start: str, end: str) -> str | None:
    """The one way in which the entity goes from `start` to `end`; `nowhere` for who stays in one spot."""
    ways = {c.direction for c in world.during(Movement, float(start), float(end)) if c.entity == entity}
    return _WAYS.get(ways.pop()) if len(ways) == 1 else None


def camera_at(world: World, start: str, end: str) -> str | None:
    """The one thing that the camera does from `start` to `end`: `zooms in`."""
    moves = {c.move for c in world.during(CameraMove, float(start), float(end))}
    return str(words()["camera"][moves.pop()]) if len(moves) == 1 else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "side_of": side_of,
    "who_is_beside": who_is_beside,
    "direction_of": direction_of,
    "camera_at": camera_at,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about the picture's left and right."""
    world = asking.world
    for relation in world.all(Relation):
        if relation.relation in _SIDES:
            for moment in throughout(world, relation.start, relation.end)[:1]:
                yield from _side(asking, relation, moment)
                yield from _beside(asking, relation, moment)
    for movement in _some(asking, world.all(Movement)):
        for moment in around(world, movement.start, movement.end)[:1]:
            yield from _way(asking, movement, moment)
    for camera in _views(asking, world.all(CameraMove)):
        for moment in throughout(world, camera.start, camera.end)[:1]:
            yield from _camera(asking, camera, moment)


def _bounds(moment: Moment) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}")


def _views(asking: Asking, views: Sequence[CameraMove]) -> list[CameraMove]:
    """Those that move, and half as many that are still; where none moves, one that is still."""
    still = [view for view in views if view.move == "static"]
    asking.lot("still").shuffle(still)
    moving = [view for view in views if view.move != "static"]
    return [*moving, *still[: max(1, (len(moving) + 1) // 2)]]


def _some(asking: Asking, movements: Sequence[Movement]) -> list[Movement]:
    """Those that go somewhere, and half as many who stay: each of three answers is right as often as the others."""
    going = [movement for movement in movements if movement.direction != "none"]
    staying = [movement for movement in movements if movement.direction == "none"]
    asking.lot("staying").shuffle(staying)
    return [*going, *staying[: (len(going) + 1) // 2]]


def _side(asking: Asking, claim: Relation, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    one, other = mention(world, claim.entity, span=moment.span), mention(world, claim.other, span=moment.span)
    if one is None or other is None:
        return
    fact = Fact(
        task="spatial",
        wording="side",
        program="side_of",
        arguments=(("entity", claim.entity), ("other", claim.other), *_bounds(moment)),
        moment=moment,
        claims=(claim.id, *one.claims, *other.claims),
        slots={"who": one.text, "other": other.text},
        near=_SIDEWAYS,
        entities=(claim.entity, claim.other),
        forms=("open", "yes_no"),
    )
    yield from asking.drafts(fact, side_of)


def _beside(asking: Asking, claim: Relation, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    other = mention(world, claim.other, span=moment.span)
    one = mention(world, claim.entity, span=moment.span)
    if other is None or one is None:
        return
    fact = Fact(
        task="spatial",
        wording="beside",
        program="who_is_beside",
        arguments=(("relation", claim.relation), ("other", claim.other), *_bounds(moment)),
        moment=moment,
        claims=(claim.id, *one.claims, *other.claims),
        slots={"other": other.text, "side": str(words()["relations"][claim.relation])},
        near=[text for text in others(world, claim.entity) if text != other.text],
        far=invented(world, claim.entity),
        entities=(claim.entity, claim.other),
        forms=("open", "choice"),
    )
    yield from asking.drafts(fact, who_is_beside)


def _way(asking: Asking, claim: Movement, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    described = mention(world, claim.entity, span=moment.span)
    if described is None:
        return
    fact = Fact(
        task="movement",
        wording="movement",
        program="direction_of",
        arguments=(("entity", claim.entity), *_bounds(moment)),
        moment=moment,
        claims=(claim.id, *described.claims),
        slots=described.slots,
        near=tuple(_WAYS.values()),
        wrong=2,
        entities=(claim.entity,),
    )
    yield from asking.drafts(fact, direction_of)


def _camera(asking: Asking, claim: CameraMove, moment: Moment) -> Iterator[Draft]:
    fact = Fact(
        task="camera",
        wording="camera",
        program="camera_at",
        arguments=_bounds(moment),
        moment=moment,
        claims=(claim.id,),
        slots={},
        far=[str(text) for text in words()["camera"].values()],
    )
    yield from asking.drafts(fact, camera_at)
