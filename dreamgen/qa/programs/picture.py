"""What is measured of the picture: light, colour, motion, shots, and how the camera's moves follow upon each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from dreamgen.core.claims import CameraMove, Claim, Cut, Light, Motion, Shots, Tint
from dreamgen.core.colours import confusable
from dreamgen.language.measured import way
from dreamgen.language.moments import Moment, clocked, throughout, whole
from dreamgen.language.wording import number, ordinal, words
from dreamgen.language.world import SLACK, World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact

_NAMES: Final = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "white", "grey", "black")
"""Colours that everybody tells apart."""
_DEEP: Final = frozenset({"blue", "brown", "purple"})
"""Colours of which dark shades are nearly black."""
_LONGER: Final = 1.5
"""How many times as long as every other one the longest shot is; it is the shortest that is so much shorter."""
_FACTOR: Final = 2.0
"""By how much two lengths differ that nobody takes for each other."""
_LONGEST: Final = 20
"""Seconds up to which lengths are told."""
_PAUSE: Final = 1.0
"""Seconds between two states that still follow upon each other."""
_MOST: Final = 6
"""Shots among which a viewer finds the longest."""
_WAYS: Final = ("left", "right", "up", "down")
_DIRECTIONS: Final = tuple(map(way, _WAYS))
_LIGHTER: Final = {("dark", "bright"): "gets brighter", ("bright", "dark"): "gets darker"}
_FIGURES: Final = tuple(number(count) for count in range(1, 5))


def level_at(world: World, start: str, end: str) -> str | None:
    """How light the picture is all the time from `start` to `end`: `dark`."""
    return _one(world, Light, "level", start, end)


def tint_at(world: World, start: str, end: str) -> str | None:
    """The colour that covers most of the picture all the time from `start` to `end`."""
    return _one(world, Tint, "colour", start, end)


def way_at(world: World, start: str, end: str) -> str | None:
    """Where most of what moves goes all the time from `start` to `end`: `to the left`."""
    found = _one(world, Motion, "direction", start, end)
    return way(found) if found in _WAYS else None


def is_moving(world: World, start: str, end: str) -> str | None:
    """`yes` where much of the picture moves all the time from `start` to `end`, `no` where nothing does."""
    return {"much": "yes", "none": "no"}.get(_one(world, Motion, "amount", start, end) or "")


def is_still(world: World, start: str, end: str) -> str | None:
    """The opposite of `is_moving`."""
    return {"yes": "no", "no": "yes"}.get(is_moving(world, start, end) or "")


def level_change(world: World, first: str, second: str) -> str | None:
    """How the light changes from one claim to another: `gets brighter`."""
    one, other = world.by_id.get(first), world.by_id.get(second)
    if not isinstance(one, Light) or not isinstance(other, Light) or other.start < one.end - SLACK:
        return None
    return _LIGHTER.get((one.level, other.level))


def camera_then(world: World, first: str, second: str) -> str | None:
    """What the camera does one after the other: `first stays still, then zooms in`."""
    one, other = world.by_id.get(first), world.by_id.get(second)
    if not isinstance(one, CameraMove) or not isinstance(other, CameraMove) or other.start < one.end - SLACK:
        return None
    return _then(one.move, other.move) if one.move != other.move else None


def is_uncut(world: World) -> str | None:
    """`yes` for a clip that is one shot from its start to its end, `no` for one that is cut."""
    known = _shots(world)
    return None if known is None else "yes" if known.number == 1 else "no"


def shots_in_all(world: World) -> str | None:
    """How many shots the clip consists of."""
    known = _shots(world)
    return number(known.number) if known is not None else None


def is_cut(world: World) -> str | None:
    """The opposite of `is_uncut`."""
    return {"yes": "no", "no": "yes"}.get(is_uncut(world) or "")


def longest_shot(world: World) -> str | None:
    """Which shot is on screen longest: `the second shot`."""
    return _extreme(world, longest=True)


def shortest_shot(world: World) -> str | None:
    """Which shot is on screen for the shortest time."""
    return _extreme(world, longest=False)


def shot_lasts(world: World, index: str) -> str | None:
    """How long a shot, by its number from 0, is on screen: `about 4 seconds`."""
    shots = _known_shots(world)
    return _about(shots[int(index)][1] - shots[int(index)][0]) if int(index) < len(shots) else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "level_at": level_at,
    "tint_at": tint_at,
    "way_at": way_at,
    "is_moving": is_moving,
    "is_still": is_still,
    "level_change": level_change,
    "camera_then": camera_then,
    "is_uncut": is_uncut,
    "is_cut": is_cut,
    "shots_in_all": shots_in_all,
    "longest_shot": longest_shot,
    "shortest_shot": shortest_shot,
    "shot_lasts": shot_lasts,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about what was measured of the picture; a clip that nobody measured is asked none."""
    world = asking.world
    for light in world.all(Light):
        for fact in _at(world, light, "picture", "level", "level_at"):
            yield from asking.drafts(replace(fact, near=("dark", "bright"), forms=("open", "yes_no")), level_at)
    for tint in world.all(Tint):
        for fact in _at(world, tint, "picture", "tint", "tint_at"):
            yield from asking.drafts(replace(fact, far=_NAMES, clash=_close), tint_at)
    for motion in world.all(Motion):
        yield from _motion(asking, motion)
    yield from _changes(asking)
    yield from _uncut(asking)
    yield from _lengths(asking)


def _close(one: str, other: str) -> bool:
    """Whether two people could disagree on which of the colours it is: what is nearly black has a tinge, too."""
    return confusable(one, other) or ("black" in (one, other) and bool({one, other} & _DEEP))


def _one(world: World, kind: type[Light] | type[Tint] | type[Motion], field: str, start: str, end: str) -> str | None:
    span = float(start), float(end)
    found = world.during(kind, *span)
    values = {str(getattr(claim, field)) for claim in found}
    return values.pop() if len(values) == 1 and covers(found, *span) else None


def _at(world: World, claim: Claim, task: str, wording: str, program: str) -> Iterator[Fact]:
    """A fact about the stretch in which a claim holds, where the stretch can be named."""
    for moment in throughout(world, claim.start, claim.end)[:1]:
        yield Fact(
            task=task, wording=wording, program=program, arguments=moment.bounds, moment=moment,
            claims=(claim.id,), slots={},
        )  # fmt: skip


def _motion(asking: Asking, motion: Motion) -> Iterator[Draft]:
    world = asking.world
    for fact in _at(world, motion, "motion", "anything_moving", "is_moving"):
        if motion.direction == "none":
            yield from asking.polar(fact, is_moving)
            yield from asking.polar(replace(fact, wording="all_still", program="is_still"), is_still)
        else:
            yield from asking.drafts(
                replace(fact, wording="most_goes", program="way_at", near=_DIRECTIONS), way_at
            )  # fmt: skip


def _changes(asking: Asking) -> Iterator[Draft]:
    """What gives way to something else, and is not interrupted."""
    world = asking.world
    for one, other in pairwise(world.all(Light)):
        moment = _over(world, one, other)
        if moment is not None and (one.level, other.level) in _LIGHTER:
            fact = _of_two(world, "picture", "level_change", "level_change", (one, other), moment)
            near = (*_LIGHTER.values(), "stays as bright as it was")
            yield from asking.drafts(replace(fact, near=near, wrong=2), level_change)
    if not any(world.all(kind) for kind in (Light, Tint, Motion, Shots)):
        return
    for first, then in pairwise(world.all(CameraMove)):
        moment = _over(world, first, then)
        if moment is not None and first.move != then.move:
            fact = _of_two(world, "camera", "camera_then", "camera_then", (first, then), moment)
            near = _other_moves(asking, first.move, then.move, moment)
            yield from asking.drafts(replace(fact, near=near), camera_then)


def _of_two(world: World, task: str, wording: str, program: str, pair: tuple[Claim, Claim], moment: Moment) -> Fact:
    first, second = world.ids_of(pair)
    return Fact(
        task=task, wording=wording, program=program, arguments=(("first", first), ("second", second)), moment=moment,
        claims=(first, second), slots={},
    )  # fmt: skip


def _over(world: World, one: Claim, other: Claim) -> Moment | None:
    """The stretch of two claims that follow upon each other, in words."""
    if not -SLACK <= other.start - one.end <= _PAUSE or min(one.end - one.start, other.end - other.start) < _PAUSE:
        return None
    if one.start <= SLACK and other.end >= world.seconds - SLACK:
        return whole(world)
    found = clocked(one.start, other.end)
    inside = found and found[0].start <= one.end - 0.5 and found[0].end >= other.start + 0.5
    return found[0] if inside else None


def _then(first: str, second: str) -> str:
    table = words()["camera"]
    return f"first {table[first]}, then {table[second]}"


def _other_moves(asking: Asking, first: str, second: str, moment: Moment) -> tuple[str, ...]:
    """The other way round, and to and from a third move, so that no option is the middle of the others."""
    third = asking.pick([move for move in words()["camera"] if move not in (first, second)], "third", moment.words)
    return _then(second, first), _then(first, third), _then(third, second)


def _shots(world: World) -> Shots | None:
    """What is known of the shots of the whole clip."""
    found = [c for c in world.all(Shots) if c.start <= SLACK and c.end >= world.seconds - SLACK]
    return found[0] if len(found) == 1 else None


def _known_shots(world: World) -> tuple[tuple[float, float], ...]:
    """The shots in order; nothing where a fade or a dissolve leaves their number open."""
    known = _shots(world)
    return world.shots if known is not None and len(world.shots) == known.number else ()


def _uncut(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    known = _shots(world)
    if known is None:
        return
    grounds = (known.id, *world.ids_of(world.all(Cut)))
    fact = Fact(
        task="shots",
        wording="one_take",
        program="is_uncut",
        arguments=(),
        moment=whole(world),
        claims=grounds,
        slots={},
    )
    yield from asking.polar(fact, is_uncut)
    yield from asking.polar(replace(fact, wording="any_cut", program="is_cut"), is_cut)
    if known.number == 1:  # of more shots than one the cuts are counted
        count = replace(
            fact, wording="count_shots", program="shots_in_all", near=_FIGURES[1:4], forms=("open", "choice")
        )
        yield from asking.drafts(replace(count, slots={"be": "is", "plural": ""}), shots_in_all)


def _extreme(world: World, longest: bool) -> str | None:
    shots = _known_shots(world)
    if not 2 <= len(shots) <= _MOST:
        return None
    lengths = [end - start for start, end in shots]
    ranked = sorted(lengths, reverse=longest)
    clear = ranked[0] / ranked[1] if longest else ranked[1] / ranked[0]
    return _called(lengths.index(ranked[0])) if clear >= _LONGER else None


def _called(index: int) -> str:
    return f"the {ordinal(index)} shot"


def _about(seconds: float) -> str | None:
    length = max(1, int(seconds + 0.5))
    return f"about {number(length)} second{'' if length == 1 else 's'}" if length <= _LONGEST else None


def _lengths(asking: Asking) -> Iterator[Draft]:
    """How long shots are on screen."""
    world = asking.world
    shots, known = _known_shots(world), _shots(world)
    if not 2 <= len(shots) <= _MOST or known is None:
        return
    fact = Fact(
        task="shots", wording="longest_shot", program="longest_shot", arguments=(), moment=whole(world),
        claims=(known.id, *world.ids_of(world.all(Cut))), slots={},
        near=tuple(_called(index) for index in range(len(shots))), wrong=min(3, len(shots) - 1),
        forms=("open", "choice") if len(shots) > 2 else ("open", "yes_no"),
    )  # fmt: skip
    yield from asking.drafts(fact, longest_shot)
    yield from asking.drafts(replace(fact, wording="shortest_shot", program="shortest_shot"), shortest_shot)
    for index, (start, end) in enumerate(shots):
        # what is longer than the clip is ruled out without a look
        lengths = [
            n
            for n in range(1, min(_LONGEST, int(world.seconds) + 1))
            if max(n / (end - start), (end - start) / n) >= _FACTOR
        ]
        if end - start >= 1.5:
            last = replace(
                fact, wording="shot_lasts", program="shot_lasts", arguments=(("index", str(index)),), near=(), wrong=2,
                far=[told for n in lengths if (told := _about(n))], slots={"which": _called(index)},
                forms=("open", "choice"),
            )  # fmt: skip
            yield from asking.drafts(last, shot_lasts)
