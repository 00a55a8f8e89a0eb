"""What is somebody doing? And who is doing it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.core.claims import Action, Presence
from dreamgen.language.acts import BESIDE
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, around
from dreamgen.language.statements import doing, grounds, pose
from dreamgen.language.wording import alike, words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.persons import invented, others

_POSES: Final = ("stand", "sit", "lie", "kneel")
"""What is held rather than done."""
_COARSE: Final = ("walk", "run", "dance", "fall")
"""What the whole body does; all else is a matter of an arm or the mouth."""


def action_of(world: World, entity: str, start: str, end: str) -> str | None:
    """The one thing that the entity does from `start` to `end`, as `walking`; None when it does several."""
    done = [c for c in world.during(Action, float(start), float(end)) if c.entity == entity]
    if len({(c.action, c.using) for c in done}) != 1:
        return None
    return doing(world, done[0])


def who_does(world: World, action: str, start: str, end: str) -> str | None:
    """The only one who does this from `start` to `end`; None when it could be said of several."""
    span = float(start), float(end)
    done = world.during(Action, *span)
    actors = {c.entity for c in done if c.action == action}
    if len(actors) != 1:
        return None
    (actor,) = actors
    # whoever does something that looks alike, or of whom nothing is known, could be the answer too
    if any(c.entity != actor and alike(c.action, action) for c in done) or _idle(world, span, done):
        return None
    described = mention(world, actor, span=span)
    return described.text if described else None


PROGRAMS: Final[Mapping[str, Compute]] = {"action_of": action_of, "who_does": who_does}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about what bodies do."""
    world = asking.world
    for claim in world.all(Action):
        for moment in around(world, claim.start, claim.end)[:1]:
            yield from _what(asking, claim, moment)
            yield from _who(asking, claim, moment)


def _idle(world: World, span: tuple[float, float], done: tuple[Action, ...]) -> bool:
    """Whether somebody may be there of whom it is not claimed what they do."""
    acting = {c.entity for c in done}
    unknown = any(c.category != "prop" and c.entity not in acting for c in world.during(Presence, *span))
    return unknown or not world.closed(*span)


def _bounds(moment: Moment) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("start", f"{moment.start:.3f}"), ("end", f"{moment.end:.3f}")


def _what(asking: Asking, claim: Action, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    described = mention(world, claim.entity, span=moment.span)
    if described is None:
        return
    rows = words()["poses"]
    texts = {text: pose(world, c) for c in world.all(Action) if (text := doing(world, c)) is not None}
    plain = {str(rows[row][0]): row for row in rows if row not in {"hold", "hug", "fly", "look"}}
    known = {**plain, **texts}
    beside = {text for text, row in known.items() if row in BESIDE}
    # a dog that holds a lantern fools nobody
    sort = world.entities[claim.entity].category
    usual = {doing(world, c) for c in world.all(Action) if world.cast.get(c.entity, ("", ""))[1] == sort}
    held = claim.action in _POSES and not claim.using
    fine = claim.action not in _COARSE
    fact = Fact(
        task="pose" if held else "action",
        wording="pose_what" if held else "action_what",
        program="action_of",
        arguments=(("entity", claim.entity), *_bounds(moment)),
        moment=moment,
        claims=(*grounds(world, claim), *described.claims),
        slots=described.slots,
        near=[t for t, row in texts.items() if t in usual - beside and not alike(row, pose(world, claim))],
        far=[text for text in plain if text not in beside]
        if world.entities[claim.entity].category == "person"
        else _animal_poses(),
        clash=lambda one, other: alike(known[one], known[other]),
        entities=(claim.entity,),
        like=()
        if held
        else ("MVBench/fine_grained_action", "TempCompass/fine-grained action")
        if fine
        else ("TempCompass/coarse-grained action",),
    )
    yield from asking.drafts(fact, action_of)


def _animal_poses() -> list[str]:
    return [str(words()["poses"][row][0]) for row in ("stand", "walk", "run", "sit", "lie")]


def _who(asking: Asking, claim: Action, moment: Moment) -> Iterator[Draft]:
    world = asking.world
    described = mention(world, claim.entity, span=moment.span)
    if described is None or claim.action in {"stand", "look", "hold", "hug"}:
        return
    fact = Fact(
        task="who",
        wording="who_does",
        program="who_does",
        arguments=(("action", claim.action), *_bounds(moment)),
        moment=moment,
        claims=(
            *world.ids_of(c for c in world.during(Action, *moment.span)),
            *described.claims,
        ),
        slots={"doing": str(words()["poses"][pose(world, claim)][0])},
        near=others(world, claim.entity),
        far=invented(world, claim.entity),
        entities=(claim.entity,),
        forms=("open", "choice"),
    )
    yield from asking.drafts(fact, who_does)
