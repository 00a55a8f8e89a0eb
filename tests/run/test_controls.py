from __future__ import annotations

from pathlib import Path

import numpy as np

from dreamgen.core.claims import (
    Absence,
    Action,
    Attribute,
    CameraMove,
    Claim,
    Count,
    Cut,
    Order,
    Place,
    Presence,
    Speech,
    Time,
    WeatherIs,
)
from dreamgen.core.media import Clip
from dreamgen.engines.video import read_frames
from dreamgen.run.controls import blank_video, controls, false_over

HERE = Presence(start=0, end=4, entity="mara", what="woman", category="person")
COAT = Attribute(start=0, end=4, entity="mara", slot="top", value="coat", colour="red")
DANCE = Action(start=0, end=4, entity="mara", action="dance")
WOODS = Place(start=0, end=4, place="forest")
ELSEWHERE: tuple[Claim, ...] = (
    Absence(start=0, end=5, entity="mara", what="woman", category="person"),
    Place(start=0, end=5, place="street"),
    Time(start=0, end=5, time="night"),
    WeatherIs(start=0, end=5, weather="fog"),
    Count(start=0, end=5, what="people", number=1),
    CameraMove(start=0, end=5, move="static"),
    Cut(start=2.5, end=2.5),
    Speech(start=0, end=2, entity="tom", words="Hello."),
)


def false_there(*claims: Claim, seconds: float = 5.0) -> tuple[Claim, ...]:
    return false_over(claims, ELSEWHERE, seconds)


def test_what_is_said_of_somebody_who_is_not_in_the_other_clip_is_false_there() -> None:
    assert false_there(HERE, COAT, DANCE) == (HERE, COAT, DANCE)
    tom = HERE.model_copy(update={"entity": "tom"})
    assert false_there(tom) == (), "nobody knows whether he is there"


def test_two_values_must_differ_by_more_than_a_viewer_could_mistake() -> None:
    assert false_there(WOODS) == (WOODS,)
    harbour, clear = Place(start=0, end=4, place="harbour"), WeatherIs(start=0, end=4, weather="clear")
    assert false_there(harbour, clear) == ()
    day, two = Time(start=0, end=4, time="day"), Count(start=0, end=4, what="people", number=2)
    pan, animals = CameraMove(start=0, end=4, move="pan_left"), Count(start=0, end=4, what="animals", number=2)
    assert false_there(day, two, pan, animals) == (day, two, pan)


def test_cuts_and_captions_that_are_not_told_of_are_not_there() -> None:
    near, far = Cut(start=2.25, end=2.25), Cut(start=3.5, end=3.5)
    late = Speech(start=2, end=4, entity="tom", words="Hello.")
    soon = Speech(start=1, end=3, entity="tom", words="Hello.")
    assert false_there(near, far, late, soon) == (far, late)


def test_a_claim_about_a_time_that_the_other_clip_does_not_have_is_left_out() -> None:
    assert false_there(HERE, seconds=3.0) == ()
    assert false_there(Order(start=0, end=4, first="a", second="b")) == ()


def test_clips_are_swapped_where_one_rules_out_what_is_said_of_the_other(clip: Clip) -> None:
    one = clip.model_copy(update={"id": "scene-01", "frames": 5 * clip.fps})
    other = clip.model_copy(update={"id": "scene-02", "frames": 5 * clip.fps})
    told = {"scene-01": (HERE, COAT, WOODS), "scene-02": ELSEWHERE}
    swap, back, blank = controls([one, other], told, 1)
    assert (swap.name, set(swap.claims)) == ("scene-01-over-scene-02", {HERE, COAT, WOODS})
    assert (back.name, back.shown) == ("scene-02-over-scene-01", "scene-01")
    assert (blank.name, set(blank.claims)) == ("scene-01-over-grey", {HERE, COAT, WOODS})


def test_one_scene_alone_is_shown_as_a_blank_video_only(clip: Clip) -> None:
    (blank,) = controls([clip], {clip.id: ELSEWHERE}, 1)
    assert blank.shown == ""
    kinds = sorted(claim.kind for claim in blank.claims)
    assert kinds == ["count", "cut", "place", "speech", "time_of_day"], "still cameras and fog are no news there"


def test_there_is_nothing_to_be_seen_in_a_blank_video(clip: Clip, tmp_path: Path) -> None:
    small = clip.model_copy(update={"size": (64, 36), "fps": 8, "frames": 9})
    blank_video(small, tmp_path / "blank.mp4")
    frames = [frame for _, frame in read_frames(tmp_path / "blank.mp4")]
    assert len(frames) == 9
    assert np.ptp(np.stack(frames)) <= 2
