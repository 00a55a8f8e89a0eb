"""The shots of a drafted scene."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dreamgen.core.layout import Camera
from dreamgen.core.story import Note, Scene, Shot
from dreamgen.core.vocabulary import Pose
from dreamgen.story.composing.known import Known
from dreamgen.story.composing.spoken import place_speeches, speeches_of
from dreamgen.story.composing.steps import Stage, besides, deeds_of
from dreamgen.story.composing.texts import plain
from dreamgen.story.expansion.drafts import SceneDraft, ScenePlan, ShotDraft
from dreamgen.story.expansion.ids import scene_id, shot_id
from dreamgen.story.pacing import LEAD, reading
from dreamgen.story.writers.beats import Deed
from dreamgen.story.writers.shots import event_of, in_the_picture, seconds_of


@dataclass(frozen=True)
class _Take:
    """One shot on its way."""

    shot: str
    """Its id."""
    draft: ShotDraft
    deeds: list[Deed]
    """What its steps say; captions are put in later."""
    besides: list[Deed]
    """Those who are there without a step of their own."""
    stage: Stage
    """How the shots before have left everybody."""


def scene_of(draft: SceneDraft, plan: ScenePlan, act: int, number: int, known: Known) -> tuple[Scene, list[Note]]:
    """A scene with one shot for each that was drafted, and notes on what they don't show.

    Args:
        draft: place, light, and who is there.
        plan: its shots and what is said.
        act: number of its act, from 1.
        number: its own, from 1.
        known: who and what there is.
    """
    scene = scene_id(act, number)
    stage, notes = _opening(draft, scene, known)
    takes = [
        _take(drafted, shot_id(act, number, at), draft, known, stage, notes)
        for at, drafted in enumerate(plan.shots, start=1)
    ]
    speeches, unsaid = speeches_of(plan.dialogue, len(takes), scene, known)
    notes += unsaid
    notes += place_speeches(
        speeches, [take.deeds for take in takes], [take.stage for take in takes], [take.shot for take in takes]
    )
    place = known.id_of(draft.place)
    if place not in known.places:
        place = next(iter(known.places))
        notes.append(Note(where=scene, what=plain(f"id {draft.place}"), reason="unknown_id", shown_as=place))
    shots = tuple(_shot(take, place, draft, notes) for take in takes)
    return Scene(id=scene, title=plain(draft.title) or scene, shots=shots), notes


def _opening(draft: SceneDraft, scene: str, known: Known) -> tuple[Stage, list[Note]]:
    """Who comes with what in hand."""
    stage = Stage()
    notes: list[Note] = []
    for carried in draft.carried:
        who, what = known.id_of(carried.who), known.id_of(carried.what)
        if who is not None and who in known.cast and what is not None and known.held(what) and not known.animal(who):
            stage.hand(who, what)
        else:
            notes.append(Note(where=scene, what=plain(f"{carried.who} {carried.what}"), reason="not_for_a_hand"))
    return stage, notes


def _take(draft: ShotDraft, shot: str, scene: SceneDraft, known: Known, stage: Stage, notes: list[Note]) -> _Take:
    """One shot's deeds; `stage` is led on, and `notes` get what is not shown."""
    before, text = stage.copy(), plain(draft.text)
    deeds, lost = deeds_of(draft.steps, text, shot, known, stage)
    notes += lost
    there = [who for who in map(known.id_of, scene.cast) if who is not None and who in known.cast]
    return _Take(shot, draft, deeds, list(besides(deeds, text, there, known, before)), before)


def _shot(take: _Take, place: str, scene: SceneDraft, notes: list[Note]) -> Shot:
    acting = {deed.who for deed in take.deeds}
    wanted = [*take.deeds, *(deed for deed in take.besides if deed.who not in acting)]
    deeds, left_out = in_the_picture(_in_one_pose(wanted))
    notes += [Note(where=take.shot, what=who, reason="too_many_in_one_shot") for who in left_out]
    notes += [Note(where=take.shot, what=what, reason="in_another_hand") for what in _taken_away(wanted, deeds)]
    notes += _second_poses(take.shot, wanted, deeds)
    seconds = _seconds(deeds)
    return Shot(
        id=take.shot,
        location=place,
        time_of_day=scene.time_of_day,
        weather=scene.weather,
        events=tuple(event_of(f"{take.shot}-{at}", deed, {}, seconds) for at, deed in enumerate(deeds, start=1)),
        camera=Camera(framing=take.draft.framing),
        seconds=seconds,
        description=plain(take.draft.text),
    )


def _in_one_pose(deeds: Sequence[Deed]) -> list[Deed]:
    """Everybody in the first pose that tells something, for a body does one thing in a shot."""
    poses: dict[str, Pose] = {}
    for deed in sorted(deeds, key=lambda deed: not (deed.seen and deed.does not in {"stand", "talk"})):
        poses.setdefault(deed.who, deed.does)
    return [deed if deed.does == poses[deed.who] else replace(deed, does=poses[deed.who], seen=False) for deed in deeds]


def _second_poses(shot: str, wanted: Sequence[Deed], shown: Sequence[Deed]) -> Iterator[Note]:
    """What somebody should have done who does something else in the same shot; words stand in the caption anyway."""
    poses = {deed.who: deed.does for deed in shown}
    for deed in wanted:
        pose = poses.get(deed.who, deed.does)
        if pose != deed.does and deed.text and not deed.says:
            yield Note(
                where=shot, what=f"{deed.who} {deed.action}", reason="one_pose_a_shot", shown_as=f"{deed.who} {pose}"
            )


def _seconds(deeds: Sequence[Deed]) -> float:
    """By how much there is to see and to read; who walks and is spoken to has no way for more than the words take."""
    usual = seconds_of(deeds)
    said = [deed.says for deed in deeds if deed.says]
    if not said or not any(deed.does in {"walk", "run"} for deed in deeds):
        return usual
    return round(min(usual, sum(map(reading, said)) + LEAD * (len(said) + 1)), 1)


def _taken_away(wanted: Sequence[Deed], shown: Sequence[Deed]) -> Iterator[str]:
    """Things that somebody should have used, while they or their hand were busy."""
    there = {(deed.who, deed.using) for deed in shown}
    acting = {deed.who for deed in shown}
    for deed in wanted:
        if deed.using and deed.text and deed.who in acting and (deed.who, deed.using) not in there:
            yield f"{deed.who} {deed.using}"
