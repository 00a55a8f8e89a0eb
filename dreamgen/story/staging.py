"""Staging: every shot gets its layout, its camera and its times, from the seed and from nothing else.

Several takes are tried for every shot (`grammar`), everybody gets a place in each (`placement`), the camera must
show what the framing promises (`framing`, `camera`), and the take that follows the one before best is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal

from dreamgen.core.base import derived_random
from dreamgen.core.layout import Layout
from dreamgen.core.story import Act, Note, Scene, Shot, Story
from dreamgen.core.vocabulary import Facing, Feeling
from dreamgen.illustrator import stage_of
from dreamgen.illustrator.measure import box_at, figure_size, hug_gap, prop_size
from dreamgen.story.bodies import MOVING, Body, bodies_of
from dreamgen.story.camera import film
from dreamgen.story.framing import Promise
from dreamgen.story.grammar import Idea, Mood, Take, cut_cost, ideas, mood_of
from dreamgen.story.pacing import paced
from dreamgen.story.placement import Measured, Room, Spacing, arrange

_SPACING: Final[dict[str, Spacing]] = {"wide": "loose", "full": "near", "medium": "tight", "close": "tight"}
_OVERHEAD: Final = frozenset({"balloon", "umbrella"})
_WHIM: Final = 0.45  # how far the lot may move a take's cost: wishes change places, jump cuts stay ruled out
_ROWS: Final = (0.34, 0.52)  # depths between which the main row stands
_BACK_ROW: Final = 0.25  # how much farther back the third and later ones stand


@dataclass
class _SceneMemory:
    """What one shot of a scene leaves to the next: places, sides, moods, the last take."""

    order: list[str] = field(default_factory=list)
    """Everybody seen so far, from left to right: the 180° rule in a list."""
    middles: dict[str, float] = field(default_factory=dict)
    facings: dict[str, Facing] = field(default_factory=dict)
    moods: dict[str, Feeling] = field(default_factory=dict)


def stage(story: Story) -> Story:
    """The story with every shot staged; who found no place in a shot is in the notes (`crowded`)."""
    notes: list[Note] = []
    before: Take | None = None
    acts: list[Act] = []
    for act in story.acts:
        scenes: list[Scene] = []
        for scene in act.scenes:
            staged, before = _staged_scene(story, scene, before, notes)
            scenes.append(staged)
        acts.append(act.model_copy(update={"scenes": tuple(scenes)}))
    kept = (*story.notes, *(note for note in notes if note not in story.notes))
    return Story.model_validate(
        story.model_copy(update={"acts": tuple(acts), "notes": kept}).model_dump(exclude_computed_fields=True)
    )


def _staged_scene(story: Story, scene: Scene, before: Take | None, notes: list[Note]) -> tuple[Scene, Take | None]:
    memory = _SceneMemory()
    shots: list[Shot] = []
    for shot in scene.shots:
        timed = paced(shot)
        bodies = bodies_of(story, timed, _extras(story, scene, timed), memory.moods)
        new_place = before is None or before.location != shot.location or not shots
        take = _best_take(story, scene, timed, bodies, memory, before, mood_of(timed, bodies, new_place), notes)
        memory.moods |= {body.who: body.expression for body in bodies if body.sort != "prop"}
        shots.append(timed.model_copy(update={"layout": take.layout, "camera": take.camera}))
        before = take
    return scene.model_copy(update={"shots": tuple(shots)}), before


def _extras(story: Story, scene: Scene, shot: Shot) -> tuple[str, ...]:
    """Who is there although no event names them: in a shot without events, those whom the scene is about."""
    if any(story.character(who) for who in shot.present):
        return ()
    later = (who for other in scene.shots if other.location == shot.location for who in other.present)
    return tuple(dict.fromkeys(who for who in later if story.character(who)))[:3]


def _best_take(
    story: Story, scene: Scene, shot: Shot, bodies: tuple[Body, ...], memory: _SceneMemory, before: Take | None,
    mood: Mood, notes: list[Note],
) -> Take:  # fmt: skip
    """The cheapest take that keeps all promises; the least important leave until the rest fits into one picture."""
    _remember_sides(story, scene, bodies, memory)
    cast = list(bodies)
    while cast:
        takes = []
        for number, idea in enumerate(ideas(mood, cast)):
            lot = derived_random(story.seed, "staging", shot.id, len(cast), number)
            take = _taken(story, scene, shot, idea, memory, mood, lot)
            if take is not None:
                cost = idea.cost + cut_cost(take, before) + lot.uniform(0, _WHIM) + _unseen(shot, cast, take)
                takes.append((cost, number, take))
        if any(len(take.subjects) == len(cast) for _, _, take in takes):
            best = min(takes, key=lambda entry: entry[:2])[2]
            _remember(best, memory)
            return best
        left_out = cast.pop()
        notes.append(Note(where=shot.id, what=left_out.who, reason="crowded"))
    return Take(Layout(), shot.camera, shot.location)


def _unseen(shot: Shot, cast: Sequence[Body], take: Take) -> float:
    """A take should show those who act, and must show those who speak."""
    there = {body.who for body in cast}
    missing = [event for event in shot.events if event.who in there - take.subjects]
    return sum(2.0 if event.says else 0.5 for event in missing)


def _taken(
    story: Story, scene: Scene, shot: Shot, idea: Idea, memory: _SceneMemory, mood: Mood, lot: Random
) -> Take | None:
    """The idea with places and a camera, or None when it can't be filmed like that."""
    location = story.location(shot.location)
    ground = stage_of(location.set)
    measured = _measured(story, scene, idea.cast, memory)
    middles = [memory.middles[body.who] for body in idea.cast if body.who in memory.middles]
    rest = derived_random(story.seed, "middle", scene.id, shot.location).uniform(0.4, 0.6)
    centre = sum(middles) / len(middles) if middles and idea.framing != "wide" else rest
    room = Room(ground, shot.seconds, centre, _SPACING[idea.framing])
    placements = arrange(measured, room, lot)
    if placements is None:
        return None
    sorts = {body.who: body.sort for body in idea.cast}
    promises = [Promise(placement, sorts[placement.who], _overhead(story, placement.holds)) for placement in placements]
    caption = any(event.says for event in shot.events)
    camera = film(idea.framing, promises, mood, caption, lot)
    return None if camera is None else Take(Layout(placements=placements), camera, shot.location)


def _overhead(story: Story, holds: str | None) -> float:
    prop = story.prop(holds) if holds else None
    return prop_size(prop)[1] * 0.8 if prop is not None and prop.kind in _OVERHEAD else 0.0


def _measured(story: Story, scene: Scene, cast: Sequence[Body], memory: _SceneMemory) -> list[Measured]:
    """The cast of a take from left to right, with size, depth and direction."""
    there = {body.who: body for body in cast}
    ordered = [there[who] for who in memory.order if who in there]
    measured = []
    for body in ordered:
        goes = _goes(story, scene, body, ordered, memory)
        facing: Facing = ("right" if goes > 0 else "left") if goes else _facing(body, ordered, memory)
        measured.append(
            Measured(
                body, _size(story, body), _depth(story, scene, body, there), facing, goes, *_hug(story, body, facing)
            )
        )
    return measured


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


def _goes(story: Story, scene: Scene, body: Body, ordered: Sequence[Body], memory: _SceneMemory) -> Literal[-1, 0, 1]:
    if body.pose not in MOVING:
        return 0
    there = {other.who: other for other in ordered}
    leader = there.get(body.along or "")
    if leader is not None:
        # of two that move together the one that is more important says where to
        first, second = (body, leader) if body.rank < leader.rank else (leader, body)
        chases = memory.order.index(second.who) > memory.order.index(first.who)
        return 1 if chases else -1
    if body.towards in memory.order:
        return 1 if memory.order.index(body.towards) > memory.order.index(body.who) else -1
    return 1 if derived_random(story.seed, "way", scene.id, body.who).random() < 0.5 else -1


def _facing(body: Body, ordered: Sequence[Body], memory: _SceneMemory) -> Facing:
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


def _remember_sides(story: Story, scene: Scene, bodies: Sequence[Body], memory: _SceneMemory) -> None:
    """Newcomers get a side: beside the one they turn to, otherwise left or right by lot."""
    for body in bodies:
        if body.who in memory.order:
            continue
        right = derived_random(story.seed, "side", scene.id, body.who).random() < 0.5
        partner = body.partner or body.along
        if partner in memory.order:
            memory.order.insert(memory.order.index(partner) + right, body.who)
        else:
            memory.order.insert(len(memory.order) if right else 0, body.who)
    for body in bodies:
        # two who hug stand side by side, wherever they stood before
        if body.partner in memory.order and abs(memory.order.index(body.who) - memory.order.index(body.partner)) > 1:
            memory.order.remove(body.who)
            memory.order.insert(memory.order.index(body.partner), body.who)


def _remember(take: Take, memory: _SceneMemory) -> None:
    for placement in take.layout.placements:
        memory.facings[placement.who] = placement.facing
        memory.middles[placement.who] = placement.at(1.0).centre[0]
