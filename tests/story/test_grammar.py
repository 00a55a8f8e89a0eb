"""Cuts, seen in staged stories: from one shot to the next a viewer sees something else."""

from __future__ import annotations

from typing import Any

import pytest

from dreamgen.core.story import Act, Character, Event, Location, Scene, Shot, Story
from dreamgen.story.staging import stage

WHO = ("woman", "man", "girl", "boy")


def tale(where: str, seed: int, *scenes: list[list[dict[str, Any]]]) -> Story:
    """Scenes of shots of events that all happen at one place."""
    made = []
    for number, scene in enumerate(scenes):
        shots = []
        for at, told in enumerate(scene):
            name = f"shot-{number}{at}"
            events = tuple(
                Event.model_validate({"id": f"{name}-{at}", "action": "act", **event}) for at, event in enumerate(told)
            )
            shots.append(Shot(id=name, location="here", events=events, seconds=2.0))
        made.append(Scene(id=f"scene-{number}", title="A scene", shots=tuple(shots)))
    return Story(
        id="tale", title="A tale", overview="", plot="A tale.", seed=seed,
        cast=tuple(Character(id=kind, name=kind, kind=kind) for kind in WHO),
        locations=(Location(id="here", name="here", set=where),),
        acts=(Act(id="act", title="All", scenes=tuple(made)),),
    )  # fmt: skip


RESTS = [{"who": "woman", "does": "lie"}]
WALKS = [{"who": "woman", "does": "walk", "says": "Who was it that came here in the night?"}]
TWO = [{"who": who, "does": "stand"} for who in ("man", "woman")]
FOUR = [{"who": who, "does": "talk", "says": "Stop!"} for who in ("man", "girl")] + [
    {"who": who, "does": "stand"} for who in ("woman", "boy")
]


@pytest.mark.parametrize(
    "scenes",
    [([RESTS], [WALKS]), ([RESTS, WALKS],), ([TWO], [FOUR]), ([FOUR], [FOUR])],
    ids=["goes in the next scene", "goes in the next shot", "others come in the next scene", "all are there again"],
)
def test_what_is_seen_again_is_framed_otherwise(scenes: tuple[list[list[dict[str, Any]]], ...]) -> None:
    for seed in range(20):
        before, after = stage(tale("street", seed, *scenes)).shots
        there = [{placement.who for placement in shot.layout.placements} for shot in (before, after)]
        assert there[0] & there[1]
        assert before.camera.framing != after.camera.framing
        assert before.camera.end.iou(after.camera.start) <= 0.55


def test_a_place_that_has_been_shown_whole_need_not_be_shown_so_again() -> None:
    framings = {stage(tale("street", seed, [TWO], [FOUR])).shots[1].camera.framing for seed in range(20)}
    assert framings & {"medium", "full"} and "wide" not in framings


def test_a_camera_that_goes_along_stays_on_the_painted_stage_with_all_of_the_body_in_the_picture() -> None:
    pans = []
    for seed in range(20):
        shot = stage(tale("street", seed, [RESTS], [WALKS])).shots[1]
        if shot.camera.move not in ("pan_left", "pan_right"):
            continue
        pans.append(shot)
        assert all(window.x0 >= -0.1501 and window.x1 <= 1.1501 for window in (shot.camera.start, shot.camera.end))
        for moment in (0.0, 0.25, 0.5, 0.75, 1.0):
            box = shot.layout.frame_box("woman", shot.camera, moment)
            assert box is not None and box.x0 >= 0 and box.x1 <= 1
    at_the_edge = [shot for shot in pans if min(shot.camera.start.x0, shot.camera.end.x0) == pytest.approx(-0.15)]
    assert at_the_edge
