"""Staging: every shot gets its layout, its camera and its times, from the seed and from nothing else.

Several takes are tried for every shot (`grammar`), everybody gets a place in each (`placement`), the camera must
show what the framing promises (`framing`, `camera`), and the take that follows the one before best is kept. Where
even that would make a jump cut, the shot is filmed again in other ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Final, get_args

from dreamgen.core.base import derived_random
from dreamgen.core.layout import Layout
from dreamgen.core.story import Act, Note, Scene, Shot, Story
from dreamgen.core.vocabulary import Framing
from dreamgen.illustrator import stage_of
from dreamgen.illustrator.measure import prop_size
from dreamgen.story.blocking import SceneMemory, measured, remember, remember_sides
from dreamgen.story.bodies import Body, bodies_of
from dreamgen.story.camera import film
from dreamgen.story.directions import misdirected
from dreamgen.story.filmed_notes import as_filmed
from dreamgen.story.framing import Promise
from dreamgen.story.grammar import JUMP, Idea, Mood, Take, cut_cost, ideas, jumps, mood_of
from dreamgen.story.pacing import pacings
from dreamgen.story.placement import Room, Spacing, arrange
from dreamgen.story.units import Measured
from dreamgen.story.unwritten import unwritten

_SPACING: Final[dict[str, Spacing]] = {"wide": "loose", "full": "near", "medium": "tight", "close": "tight"}
_OVERHEAD: Final = frozenset({"balloon", "umbrella"})
_WHIM: Final = 0.45  # how far the lot may move a take's cost: wishes change places, jump cuts stay ruled out
_FRAMINGS: Final[tuple[Framing, ...]] = get_args(Framing)
_ASKED: Final = 0.5  # cost of each step away from a drafted framing
_NAMED: Final = 0.8  # cost of each whom a drafted shot names and the take leaves out
_STEPS_BACK: Final = (0.0, 0.2, 0.4)  # how much farther back a group goes when it is too wide
_TRIES: Final = (0, 0, 0, 1, 1, 2, 2)  # the least step back with which a shot is filmed, and again where it would jump


def stage(story: Story) -> Story:
    """The story with every shot staged.

    Who found no place (`crowded`) or no seat (`no_seat`) is in the notes, with the words that no caption can show and
    the sides, left or right, that the plot tells and the shot does not show (`direction_not_drawable`). The notes of
    the writer say no more that somebody is shown whom the shot leaves out.
    """
    notes = list(unwritten(story))
    before: Take | None = None
    acts: list[Act] = []
    for act in story.acts:
        scenes: list[Scene] = []
        for scene in act.scenes:
            staged, before = _staged_scene(story, scene, before, notes)
            scenes.append(staged)
        acts.append(act.model_copy(update={"scenes": tuple(scenes)}))
    planned = story.model_copy(update={"acts": tuple(acts)})
    notes += misdirected(planned)
    written = tuple(as_filmed(planned, story.notes))
    kept = (*written, *(note for note in notes if note not in written))
    return Story.model_validate(planned.model_copy(update={"notes": kept}).model_dump(exclude_computed_fields=True))


def _staged_scene(story: Story, scene: Scene, before: Take | None, notes: list[Note]) -> tuple[Scene, Take | None]:
    memory = SceneMemory()
    shots: list[Shot] = []
    for shot in scene.shots:
        bodies = bodies_of(story, shot, _extras(story, scene, shot), memory.moods)
        new_place = before is None or before.location != shot.location or not shots
        remember_sides(story, scene, bodies, memory)
        moods = [mood_of(shot, bodies, new_place)]
        if new_place and before is not None and before.set == story.location(shot.location).set:
            # what the picture before shows of the place already need not be shown whole again
            moods.append(mood_of(shot, bodies, new_place=False))
        # a short walk finds room where a long one would push somebody out of the picture
        tries = [(timed, *_best_take(story, scene, timed, bodies, memory, before, moods)) for timed in pacings(shot)]
        timed, take, said = min(tries, key=lambda tried: (len(tried[2]), jumps(tried[1], before)))
        notes += said
        remember(take.layout.placements, memory)
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
    story: Story, scene: Scene, shot: Shot, bodies: tuple[Body, ...], memory: SceneMemory, before: Take | None,
    moods: Sequence[Mood],
) -> tuple[Take, list[Note]]:  # fmt: skip
    """The cheapest take that keeps all promises; the least important leave until the rest fits into one picture.

    Where that would make a jump cut, everything is filmed again with other luck, and in every one of the moods.
    """
    notes: list[Note] = []
    cast = list(bodies)
    while cast:
        takes = list(_takes(story, scene, shot, cast, memory, before, moods[0]))
        if any(len(take.subjects) == len(cast) for _, take in takes):
            for retake in range(1, len(_TRIES)):
                if not jumps(_cheapest(takes), before):
                    break
                for mood in moods:
                    takes += _takes(story, scene, shot, cast, memory, before, mood, retake)
            best = _cheapest(takes)
            return best, [*notes, *_no_seats(shot, cast, best)]
        left_out = cast.pop()
        cast = [_without(body, left_out.who) for body in cast]
        notes.append(Note(where=shot.id, what=left_out.who, reason="crowded"))
    return Take(Layout(), shot.camera, shot.location, story.location(shot.location).set), notes


def _cheapest(takes: Sequence[tuple[float, Take]]) -> Take:
    return min(takes, key=lambda entry: entry[0])[1]


def _takes(
    story: Story, scene: Scene, shot: Shot, cast: Sequence[Body], memory: SceneMemory, before: Take | None, mood: Mood,
    retake: int = 0,
) -> Iterator[tuple[float, Take]]:  # fmt: skip
    """What can be filmed and how much is against it; every retake has a lot of its own."""
    for number, idea in enumerate(ideas(mood, cast)):
        again = ("again", mood, retake) if retake else ()
        lot = derived_random(story.seed, "staging", shot.id, len(cast), number, *again)
        take = _taken(story, scene, shot, idea, memory, mood, lot, retake)
        if take is not None:
            cost = idea.cost + cut_cost(take, before) + lot.uniform(0, _WHIM) + _unseen(shot, cast, take)
            if story.writing is not None:
                cost += _unlike_draft(shot, cast, take)
            yield cost, take


def _without(body: Body, gone: str) -> Body:
    """The body when `gone` has left: nobody hugs or sits on what isn't there."""
    if body.partner == gone:
        body = replace(body, partner=None, pose="stand")
    return replace(body, on=None) if body.on == gone else body


def _no_seats(shot: Shot, cast: Sequence[Body], take: Take) -> Iterator[Note]:
    for body in cast:
        placement = take.layout.of(body.who)
        if placement is not None and placement.pose != body.pose:
            yield Note(where=shot.id, what=body.who, reason="no_seat", shown_as=placement.pose)


def _unseen(shot: Shot, cast: Sequence[Body], take: Take) -> float:
    """A take should show those who act, and must show those who speak."""
    there = {body.who for body in cast}
    missing = [event for event in shot.events if event.who in there - take.subjects]
    return sum(2.0 if event.says else 0.5 for event in missing)


def _unlike_draft(shot: Shot, cast: Sequence[Body], take: Take) -> float:
    """How far a take is from what a model has drafted: its framing is a wish, and what it names should be seen."""
    away = abs(_FRAMINGS.index(take.camera.framing) - _FRAMINGS.index(shot.camera.framing))
    named = {who for event in shot.events for who in (event.who, event.whom) if who}
    missing = named & {body.who for body in cast} - take.subjects
    silent = {event.who for event in shot.events if event.says} & missing
    return _ASKED * away + _NAMED * len(missing) + JUMP * len(silent)


def _taken(
    story: Story, scene: Scene, shot: Shot, idea: Idea, memory: SceneMemory, mood: Mood, lot: Random, retake: int
) -> Take | None:
    """The idea with places and a camera, or None when it can't be filmed like that."""
    location = story.location(shot.location)
    ground = stage_of(location.set)
    middles = [memory.middles[body.who] for body in idea.cast if body.who in memory.middles]
    rest = derived_random(story.seed, "middle", scene.id, shot.location).uniform(0.4, 0.6)
    centre = sum(middles) / len(middles) if middles and idea.framing != "wide" else rest
    room = Room(ground, shot.seconds, centre, _SPACING[idea.framing])
    rows = _rows(story, scene, idea.cast, memory, _STEPS_BACK[_TRIES[retake] :])
    placements = next((found for row in rows if (found := arrange(row, room, lot))), None)
    if placements is None:
        return None
    sorts = {body.who: body.sort for body in idea.cast}
    promises = [
        Promise(placement, sorts[placement.who], _overhead(story, placement.holds))
        for placement in placements
        if idea.framing in ("wide", "full") or sorts[placement.who] != "prop"
    ]
    caption = any(event.says for event in shot.events)
    camera = film(idea.framing, promises, mood, caption, lot, to_the_edge=retake > 0)
    return None if camera is None else Take(Layout(placements=placements), camera, shot.location, location.set)


def _rows(
    story: Story, scene: Scene, cast: Sequence[Body], memory: SceneMemory, steps: Sequence[float]
) -> Iterator[list[Measured]]:
    """Ways to line up a cast, the best first."""
    sitting = [body for body in cast if body.pose == "sit" and body.sort == "person" and body.on is None]
    for seated in (len(sitting), 1, 0) if sitting else (0,):
        # nobody sits on air: those for whom there's no seat kneel, the least important first
        down = {body.who for body in sitting[seated:]}
        row = measured(
            story, scene, [replace(body, pose="kneel") if body.who in down else body for body in cast], memory
        )
        for back in steps:
            # who finds no room in front steps back, where everybody is smaller
            yield [replace(one, depth=min(1.0, one.depth + back)) for one in row]


def _overhead(story: Story, holds: str | None) -> float:
    prop = story.prop(holds) if holds else None
    return prop_size(prop)[1] * 0.8 if prop is not None and prop.kind in _OVERHEAD else 0.0
