"""The `measures` verifier bears out what is so, refutes what is not, and leaves the rest open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.claims import (
    Action,
    CameraMove,
    Claim,
    Count,
    Cut,
    Duration,
    Light,
    Loudness,
    Motion,
    Order,
    Presence,
    Shots,
    Tint,
)
from dreamgen.core.media import Footage
from dreamgen.core.pairs import Verdict
from dreamgen.core.twins import false_twins
from dreamgen.verify.verifiers.measures import MeasuresVerifier
from tests.moving import RATE, camera, crossing, plain, texture, tone, write

SIZE = (256, 144)
SILENCE = np.zeros(2 * RATE, np.float32)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a dark still picture without a sound, and two of a bright one into which the camera zooms."""
    frames = [
        *camera(texture(low=2, high=40), 40, SIZE),
        *camera(texture(seed=7, low=165, high=250), 40, SIZE, zoom=0.004),
    ]
    return write(tmp_path_factory.mktemp("film") / "a.mp4", iter(frames), 20, [SILENCE, tone(2.0, -12)])


DARK, BRIGHT = Light(start=0, end=2, level="dark"), Light(start=2, end=4, level="bright")
LOUD, ZOOM = Loudness(start=2, end=4, level="loud"), CameraMove(start=2, end=4, move="zoom_in")
TRUE: tuple[Claim, ...] = (
    DARK, BRIGHT, LOUD, ZOOM, Loudness(start=0, end=2, level="silent"), CameraMove(start=0, end=2, move="static"),
    Motion(start=0, end=2, amount="none"), Cut(start=2, end=2), Shots(start=0, end=4, number=2),
    Duration(start=0, end=2, of=DARK.id, seconds=2), Duration(start=2, end=4, of=ZOOM.id, seconds=2),
)  # fmt: skip


def judged(path: Path, claims: Sequence[Claim]) -> list[Verdict]:
    sight = Footage(clip="a", video=path, portraits={})
    return list(MeasuresVerifier().verify(sight, claims, path.parent))


def said(path: Path, *claims: Claim) -> list[str]:
    return [verdict.outcome for verdict in judged(path, claims)]


def test_what_is_so_is_borne_out_and_its_false_twins_are_refuted(film: Path) -> None:
    twins = [twin for claim in TRUE for twin in false_twins(claim, TRUE)]
    verdicts = judged(film, [*TRUE, *twins])
    for claim, verdict in zip(TRUE, verdicts, strict=False):
        assert verdict.outcome == "supported", (claim, verdict.evidence)
        assert verdict.evidence and not verdict.reason
    for twin, verdict in zip(twins, verdicts[len(TRUE) :], strict=True):
        assert verdict.outcome == "refuted", (twin, verdict.evidence)
        assert verdict.evidence and verdict.reason
    assert {twin.kind for twin in twins} == {claim.kind for claim in TRUE}


def test_kinds_that_are_no_measurement_are_left_open_and_nothing_is_decoded_for_them(tmp_path: Path) -> None:
    claims = (
        Presence(start=0, end=2, entity="a", what="dog", category="animal"),
        Count(start=0, end=2, what="people", number=1), Action(start=0, end=2, entity="a", action="run"),
    )  # fmt: skip
    verdicts = judged(tmp_path / "none.mp4", claims)
    assert {(one.outcome, one.reason, one.by) for one in verdicts} == {("unsure", "not_measurable", "measures")}


def test_a_span_that_reaches_into_another_state_is_not_borne_out(film: Path) -> None:
    assert "supported" not in said(
        film, Light(start=0, end=4, level="dark"), Loudness(start=0, end=4, level="silent"),
        CameraMove(start=0, end=4, move="static"), Motion(start=0, end=4, amount="none"),
    )  # fmt: skip


def test_a_time_near_a_cut_is_left_open(film: Path) -> None:
    assert said(film, Cut(start=2.2, end=2.2)) == ["unsure"]


@pytest.mark.parametrize(
    ("pan", "move", "wrong"), [(1.2, "pan_left", "pan_right"), (-1.2, "pan_right", "static")]
)  # fmt: skip
def test_pans_are_told_apart(tmp_path: Path, pan: float, move: str, wrong: str) -> None:
    path = write(tmp_path / "a.mp4", camera(texture(700), 50, SIZE, pan=pan))
    ask = [CameraMove.model_validate({"start": 0, "end": 2.5, "move": name}) for name in (move, wrong)]
    assert said(path, *ask) == ["supported", "refuted"]


def test_what_moves_and_which_way(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", crossing(camera(texture(700), 40, SIZE), 3.0))
    much = {"start": 0, "end": 2, "amount": "much"}
    right, left = (Motion.model_validate({**much, "direction": way}) for way in ("right", "left"))
    still = Motion(start=0, end=2, amount="none")
    assert said(path, right, left, still) == ["supported", "refuted", "refuted"]


@pytest.mark.parametrize(
    ("colour", "name", "other"), [((200, 80, 30), "blue", "green"), ((60, 160, 60), "green", "purple"),
                                  ((40, 40, 200), "red", "teal")],
)  # fmt: skip
def test_colours_are_told_apart(tmp_path: Path, colour: tuple[int, int, int], name: str, other: str) -> None:
    path = write(tmp_path / "a.mp4", plain(40, colour, SIZE))
    ask = [Tint.model_validate({"start": 0, "end": 2, "colour": one}) for one in (name, other)]
    assert said(path, *ask) == ["supported", "refuted"]


def test_without_a_sound_track_nothing_is_known_of_the_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", plain(40, (90, 90, 90), SIZE))
    (verdict,) = judged(path, [Loudness(start=0, end=2, level="silent")])
    assert (verdict.outcome, verdict.reason) == ("unsure", "no_sound_track")


def test_a_frame_that_stands_still_around_a_scene_that_moves_is_not_taken_for_the_camera(tmp_path: Path) -> None:
    def framed() -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
        border = next(camera(texture(700, 9), 1, SIZE))
        found = []
        for picture in camera(texture(700), 50, SIZE, pan=1.2):
            inner = border.copy()
            inner[30:114, 40:216] = picture[30:114, 40:216]
            found.append(inner)
        return found

    path = write(tmp_path / "a.mp4", iter(framed()))
    assert said(path, CameraMove(start=0, end=2.5, move="static")) != ["supported"]
    assert said(path, CameraMove(start=0, end=2.5, move="pan_left")) != ["refuted"]


def test_which_of_two_begins_first(tmp_path: Path) -> None:
    frames = [
        *camera(texture(low=2, high=40), 40, SIZE),
        *camera(texture(seed=7, low=165, high=250), 80, SIZE),
    ]
    path = write(tmp_path / "a.mp4", iter(frames), 20, [np.zeros(4 * RATE, np.float32), tone(2.0, -12)])
    bright, loud = Light(start=2, end=6, level="bright"), Loudness(start=4, end=6, level="loud")
    right = Order(start=0, end=6, first=bright.id, second=loud.id)
    wrong = Order(start=0, end=6, first=loud.id, second=bright.id)
    unknown = Order(start=0, end=6, first=loud.id, second="c000000000000")
    assert said(path, bright, loud, right, wrong, unknown) == [
        "supported", "supported", "supported", "refuted", "unsure",
    ]  # fmt: skip


def test_where_frames_are_a_second_apart_cuts_are_left_open(tmp_path: Path) -> None:
    frames = [*camera(texture(700), 6, SIZE), *camera(texture(700, 8), 6, SIZE)]
    path = write(tmp_path / "a.mp4", iter(frames), 1)
    claims = (Cut(start=6, end=6), Cut(start=3, end=3), Shots(start=0, end=12, number=2))
    assert [(one.outcome, one.reason) for one in judged(path, claims)] == [("unsure", "too_few_frames")] * 3


def test_cuts_amid_what_moves_too_fast_to_follow_are_no_single_shot(tmp_path: Path) -> None:
    frames = [np.roll(texture(256, seed)[:144], 45 * at, axis=1) for seed in (1, 2, 3) for at in range(30)]
    path = write(tmp_path / "a.mp4", iter(frames), 30, [])
    assert said(path, Shots(start=0, end=3, number=1), Shots(start=0, end=3, number=3)) == ["unsure", "unsure"]
